"""The emulator as a target, and its profile."""

from __future__ import annotations

from typing import Any

import tomli_w

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.emulator.dataset import AWKWARD_NAMES, Dataset
from imagesearch_conformance.emulator.gateway import default_region
from imagesearch_conformance.emulator.settings import FAULT_HEADER, EmulatorSettings
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    SignatureScheme,
    Target,
)

#: Requests sent at exactly the rate limit may arrive closer together than they were sent.
_QPS_MARGIN = 0.8

#: The maximum number of plain images of an instance in a profile.
_MAX_PLAIN_IMAGES = 6


def build_target(
    contract: Contract, endpoint: str, settings: EmulatorSettings | None = None, dataset: Dataset | None = None
) -> Target:
    """Return the emulator at an endpoint as a target with all its capabilities.

    `dataset` avoids generating the data set again.
    """
    settings = settings or EmulatorSettings()
    return Target(
        endpoint=endpoint,
        instances=_build_instances(dataset or Dataset.from_contract(contract)),
        signature=SignatureScheme.V3,
        region_id=default_region(contract).id,
        qps=None if settings.qps is None else settings.qps * _QPS_MARGIN,
        credentials=DEFAULT_CREDENTIALS,
        unauthorized_credentials=UNAUTHORIZED_CREDENTIALS,
        capabilities=Capabilities(
            authentication=settings.signature == "required",
            throttling_qps=settings.qps,
            fault_header=FAULT_HEADER,
            document=contract.revision,
        ),
        is_emulator=True,
    )


def format_profile(emulator_target: Target) -> str:
    """Return the profile of a target as TOML."""
    first, *others = emulator_target.instances
    sections = {
        "target": {
            "endpoint": emulator_target.endpoint,
            "region_id": emulator_target.region_id,
            "instance_name": first.name,
            "instance_type": first.type.value,
            "signature": emulator_target.signature.value,
            "qps": emulator_target.qps,
            "images": [_image_table(image) for image in first.images],
        },
        "credentials": _credentials_table(emulator_target),
        "instances": [
            {
                "instance_name": instance.name,
                "instance_type": instance.type.value,
                **_image_table(instance.images[0]),
            }
            for instance in others
        ],
        "capabilities": _capabilities_table(emulator_target.capabilities),
    }
    return tomli_w.dumps({name: _without_none(section) for name, section in sections.items() if section})


def _build_instances(dataset: Dataset) -> tuple[Instance, ...]:
    return tuple(Instance(name, type_, _profile_images(dataset, name)) for name, type_ in dataset.instances.items())


def _profile_images(dataset: Dataset, instance: str) -> tuple[Image, ...]:
    """Return some plain images, the documented example first, and all images with awkward names."""
    names = [Image(image.product_id, image.pic_name) for image in dataset.instance_images(instance)]
    awkward = [image for image in names if (image.product_id, image.pic_name) in AWKWARD_NAMES]
    return (*names[:_MAX_PLAIN_IMAGES], *awkward)


def _image_table(image: Image) -> dict[str, Any]:
    return {"product_id": image.product_id, "pic_name": image.pic_name}


def _credentials_table(emulator_target: Target) -> dict[str, Any]:
    if emulator_target.credentials is None:
        return {}
    table = _key_table(emulator_target.credentials)
    if emulator_target.unauthorized_credentials is not None:
        table["unauthorized"] = _key_table(emulator_target.unauthorized_credentials)
    return table


def _key_table(credentials: Credentials) -> dict[str, Any]:
    token = credentials.security_token
    return {
        "access_key_id": credentials.access_key_id,
        "access_key_secret": credentials.access_key_secret,
        **({} if token is None else {"security_token": token}),
    }


def _capabilities_table(capabilities: Capabilities) -> dict[str, Any]:
    return {
        "authentication": capabilities.authentication,
        "throttling_qps": capabilities.throttling_qps,
        "fault_header": capabilities.fault_header,
        "approximate": capabilities.approximate,
        "document": capabilities.document,
    }


def _without_none(section: Any) -> Any:
    """Return the section without None, which TOML lacks."""
    return {key: value for key, value in section.items() if value is not None} if isinstance(section, dict) else section
