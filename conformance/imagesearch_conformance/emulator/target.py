"""The emulator as the suite sees it: a target with its profile."""

from __future__ import annotations

from typing import Any

import tomli_w

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset
from imagesearch_conformance.emulator.keys import OWN, UNAUTHORIZED
from imagesearch_conformance.emulator.names import AWKWARD_NAMES
from imagesearch_conformance.emulator.region import home
from imagesearch_conformance.emulator.settings import FAULT_HEADER, EmulatorSettings
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    SignatureScheme,
    Target,
)

#: Requests sent at exactly the rate allowed may arrive closer together than they left.
_MARGIN = 0.8

#: How many plain images of an instance a profile names.
_NAMED = 6


def target(
    contract: Contract, endpoint: str, settings: EmulatorSettings | None = None, dataset: Dataset | None = None
) -> Target:
    """The emulator at an endpoint, with everything that it can do claimed; `dataset` spares making it anew."""
    given = settings or EmulatorSettings()
    return Target(
        endpoint=endpoint,
        instances=_instances(dataset or Dataset.of(contract)),
        signature=SignatureScheme.V3,
        region_id=home(contract).region,
        qps=None if given.qps is None else given.qps * _MARGIN,
        credentials=OWN,
        unauthorized=UNAUTHORIZED,
        capabilities=Capabilities(
            authentication=given.signature == "required",
            throttling_qps=given.qps,
            fault_header=FAULT_HEADER,
            document=contract.document,
        ),
        embedded=True,
    )


def profile_text(described: Target) -> str:
    """The profile of a target, as TOML."""
    first, *further = described.instances
    sections = {
        "target": {
            "endpoint": described.endpoint,
            "region_id": described.region_id,
            "instance_name": first.name,
            "instance_type": first.type.value,
            "signature": described.signature.value,
            "qps": described.qps,
            "images": [_image(image) for image in first.images],
        },
        "credentials": _credentials(described),
        "instances": [
            {"instance_name": one.name, "instance_type": one.type.value, **_image(one.images[0])} for one in further
        ],
        "capabilities": _capabilities(described.capabilities),
    }
    return tomli_w.dumps({name: _stated(section) for name, section in sections.items() if section})


def _instances(dataset: Dataset) -> tuple[Instance, ...]:
    return tuple(Instance(name, kind, _known_images(dataset, name)) for name, kind in dataset.instances.items())


def _known_images(dataset: Dataset, instance: str) -> tuple[Image, ...]:
    """Some plain images, the documented one first where it is, and every one with an awkward name."""
    names = [Image(image.product_id, image.pic_name) for image in dataset.of_instance(instance)]
    awkward = [image for image in names if (image.product_id, image.pic_name) in AWKWARD_NAMES]
    return (*names[:_NAMED], *awkward)


def _image(image: Image) -> dict[str, Any]:
    return {"product_id": image.product_id, "pic_name": image.pic_name}


def _credentials(described: Target) -> dict[str, Any]:
    if described.credentials is None:
        return {}
    further = {} if described.unauthorized is None else {"unauthorized": _key(described.unauthorized)}
    return _key(described.credentials) | further


def _key(credentials: Credentials) -> dict[str, Any]:
    token = credentials.security_token
    return {
        "access_key_id": credentials.access_key_id,
        "access_key_secret": credentials.access_key_secret,
        **({} if token is None else {"security_token": token}),
    }


def _capabilities(claimed: Capabilities) -> dict[str, Any]:
    return {
        "authentication": claimed.authentication,
        "throttling_qps": claimed.throttling_qps,
        "fault_header": claimed.fault_header,
        "approximate": claimed.approximate,
        "document": claimed.document,
    }


def _stated(section: Any) -> Any:
    """The section without what is None, which TOML cannot say."""
    return {key: value for key, value in section.items() if value is not None} if isinstance(section, dict) else section
