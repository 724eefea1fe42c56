"""The official SDK set up for an endpoint on loopback: one way to search, whatever the mode."""

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
    """How the SDK signs, and whether it is awaited."""

    scheme: SignatureScheme
    awaited: bool

    def __str__(self) -> str:
        return f"{self.scheme}-{'async' if self.awaited else 'sync'}"


#: The documented example values: an image that the emulator has.
EXAMPLE = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg"}

MODES = tuple(Mode(scheme, awaited) for scheme in (SignatureScheme.V3, SignatureScheme.V2) for awaited in (False, True))


@frozen
class Sdk:
    """A client in one mode, with one key."""

    mode: Mode
    client: Client

    @classmethod
    def of(cls, mode: Mode, endpoint: str, key: Credentials) -> Sdk:
        config = Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.access_key_secret,
            security_token=key.security_token,
            endpoint=urlsplit(endpoint).netloc,
            protocol="HTTP",
            # The SDK has no name for V3: it is what happens without "v2".
            signature_algorithm="v2" if mode.scheme is SignatureScheme.V2 else None,
        )
        return cls(mode, Client(config))

    def search(self, given: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> SearchImageByNameResponse:
        """Searches with these parameters, by their names on the wire, and with further headers."""
        request = SearchImageByNameRequest().from_map(dict(given))
        runtime = RuntimeOptions(extends_parameters=ExtendsParameters(headers=dict(headers or {})))
        if self.mode.awaited:
            return asyncio.run(self.client.search_image_by_name_with_options_async(request, runtime))
        return self.client.search_image_by_name_with_options(request, runtime)


def decoded(value: Any) -> Any:
    """The attributes that the SDK filled, nested ones included; those left None are left out."""
    if isinstance(value, DaraModel):
        return {name: decoded(inner) for name, inner in vars(value).items() if inner is not None}
    return [decoded(item) for item in value] if isinstance(value, list) else value


def named_as_attributes(value: Any) -> Any:
    """A JSON document with its names written as the SDK writes attributes: IntAttr2 is int_attr_2."""
    if isinstance(value, dict):
        return {_attribute(name): named_as_attributes(inner) for name, inner in value.items()}
    return [named_as_attributes(item) for item in value] if isinstance(value, list) else value


def _attribute(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z0-9])", r"_\1", name).lower()
