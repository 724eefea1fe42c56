"""The official SDK, set up for an endpoint on loopback: one search function for all modes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_imagesearch20201214.client import Client
from alibabacloud_imagesearch20201214.models import SearchImageByNameRequest, SearchImageByNameResponse
from alibabacloud_tea_openapi.utils_models import Config
from attrs import frozen
from darabonba.model import DaraModel
from darabonba.runtime import ExtendsParameters, RuntimeOptions

from imagesearch_conformance.model.target import Credentials, SignatureScheme


@frozen
class Mode:
    """The signature scheme, and whether the asynchronous method is called."""

    scheme: SignatureScheme
    is_async: bool

    def __str__(self) -> str:
        return f"{self.scheme}-{'async' if self.is_async else 'sync'}"


#: The documented example values: an image that the emulator has.
EXAMPLE = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg"}

MODES = tuple(
    Mode(scheme, is_async) for scheme in (SignatureScheme.V3, SignatureScheme.V2) for is_async in (False, True)
)


@frozen
class Sdk:
    """A client in one mode, with one key."""

    mode: Mode
    client: Client

    @classmethod
    def create(cls, mode: Mode, endpoint: str, key: Credentials) -> Sdk:
        config = Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.access_key_secret,
            security_token=key.security_token,
            endpoint=urlsplit(endpoint).netloc,
            protocol="HTTP",
            # The SDK signs with V3 unless this is "v2".
            signature_algorithm="v2" if mode.scheme is SignatureScheme.V2 else None,
        )
        return cls(mode, Client(config))

    def search(
        self, parameters: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> SearchImageByNameResponse:
        """Search with parameters by their names on the wire, and with additional headers."""
        request = SearchImageByNameRequest().from_map(dict(parameters))
        runtime = RuntimeOptions(extends_parameters=ExtendsParameters(headers=dict(headers or {})))
        if self.mode.is_async:
            return asyncio.run(self.client.search_image_by_name_with_options_async(request, runtime))
        return self.client.search_image_by_name_with_options(request, runtime)


def model_to_dict(value: Any) -> Any:
    """Return the attributes of a model that are not None, nested ones included."""
    if isinstance(value, DaraModel):
        return {name: model_to_dict(member) for name, member in vars(value).items() if member is not None}
    return [model_to_dict(item) for item in value] if isinstance(value, list) else value


def with_attribute_names(value: Any) -> Any:
    """Return a JSON document with the attribute names of the SDK: IntAttr2 is int_attr_2."""
    if isinstance(value, dict):
        return {_attribute(name): with_attribute_names(inner) for name, inner in value.items()}
    return [with_attribute_names(item) for item in value] if isinstance(value, list) else value


def _attribute(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z0-9])", r"_\1", name).lower()
