"""From a profile, an address and the environment to a Target."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    InstanceType,
    SignatureScheme,
    Target,
)
from imagesearch_conformance.settings.endpoint_url import normalize_endpoint

#: The variables that the vendor's own tools read keys from.
KEY_ID, KEY_SECRET, TOKEN = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
)

#: What may stand in a header whatever surrounds it, and in the name of one (RFC 9110 section 5.6.2).
_HEADER_VALUE, _HEADER_NAME = re.compile(r"[!-~]+"), re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def target_from_endpoint(endpoint: str, contract: Contract, environment: Mapping[str, str]) -> Target:
    """A target of which nothing but the address is known: the documented example values are tried."""
    examples = {one.name: str(one.examples[0]) for one in contract.parameters if one.required and one.examples}
    product, picture = contract.image.parameters
    try:
        image = Image(examples[product], examples[picture])
        instance = Instance(examples[contract.instance_parameter], InstanceType.PRODUCT, (image,))
    except KeyError as problem:
        raise InvalidInput(f"the contract has no example of {problem}", "schemas/request.json") from None
    credentials = credentials_from_environment(environment)
    return Target(
        endpoint=normalize_endpoint(endpoint),
        instances=(instance,),
        signature=SignatureScheme.V3 if credentials else SignatureScheme.NONE,
        credentials=credentials,
        without_profile=True,
    )


def target_from_profile(
    profile: Mapping[str, Any], endpoint: str | None, where: str, environment: Mapping[str, str]
) -> Target:
    """The target that a profile describes, at another address if one is given; raises BadInput."""
    described = profile["target"]
    address = endpoint or described.get("endpoint")
    if address is None:
        raise InvalidInput("no endpoint is given", f"{where}: target.endpoint", "write one, or give ENDPOINT")
    keys = profile.get("credentials")
    credentials = (
        _parse_credentials(keys, f"{where}: credentials") if keys else credentials_from_environment(environment)
    )
    return Target(
        endpoint=normalize_endpoint(address, "ENDPOINT" if endpoint else f"{where}: target.endpoint"),
        instances=_merge_instances(
            (_primary_instance(described), *map(_additional_instance, profile.get("instances", ())))
        ),
        signature=_choose_scheme(described.get("signature"), credentials, where),
        region_id=described.get("region_id"),
        qps=described.get("qps"),
        credentials=credentials,
        unauthorized_credentials=_parse_unauthorized_credentials(keys, where),
        capabilities=_parse_capabilities(profile.get("capabilities", {}), where),
    )


def credentials_from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The key that the vendor's own tools would use, or None."""
    if environment.get(KEY_ID) and environment.get(KEY_SECRET):
        names = {"access_key_id": KEY_ID, "access_key_secret": KEY_SECRET, "security_token": TOKEN}
        given = {key: environment[name] for key, name in names.items() if environment.get(name)}
        return _parse_credentials(given, "the environment", names)
    return None


def _parse_credentials(table: Mapping[str, Any], where: str, names: Mapping[str, str] | None = None) -> Credentials:
    """A key; raises BadInput for one that no header can carry, without repeating it."""
    for key, value in table.items():
        if isinstance(value, str) and not _HEADER_VALUE.fullmatch(value):
            name = (names or {}).get(key, key)
            raise InvalidInput(
                "a key has visible ASCII characters only", f"{where}: {name}", "is there a line break in it?"
            )
    return Credentials(table["access_key_id"], table["access_key_secret"], table.get("security_token"))


def _parse_unauthorized_credentials(keys: Mapping[str, Any] | None, where: str) -> Credentials | None:
    table = (keys or {}).get("unauthorized")
    return _parse_credentials(table, f"{where}: credentials.unauthorized") if table else None


def _parse_capabilities(table: Mapping[str, Any], where: str) -> Capabilities:
    claimed = Capabilities(**table)
    if claimed.fault_header is not None and not _HEADER_NAME.fullmatch(claimed.fault_header):
        raise InvalidInput(
            f"{claimed.fault_header!r} is no name of a header",
            f"{where}: capabilities.fault_header",
            "like X-Some-Name",
        )
    return claimed


def _choose_scheme(scheme_name: str | None, credentials: Credentials | None, where: str) -> SignatureScheme:
    if scheme_name is None:
        return SignatureScheme.V3 if credentials else SignatureScheme.NONE
    scheme = SignatureScheme(scheme_name)
    if scheme is not SignatureScheme.NONE and credentials is None:
        raise InvalidInput(
            f"there are no credentials for the signature {scheme_name}",
            f"{where}: target.signature",
            f"add [credentials], or set {KEY_ID} and {KEY_SECRET}",
        )
    return scheme


def _merge_instances(instances: Sequence[Instance]) -> tuple[Instance, ...]:
    """Instances of one name are one, with the images of all."""
    found: dict[str, Instance] = {}
    for one in instances:
        known = found.get(one.name)
        images = (*(known.images if known else ()), *one.images)
        found[one.name] = evolve(known or one, images=tuple(dict.fromkeys(images)))
    return tuple(found.values())


def _primary_instance(table: Mapping[str, Any]) -> Instance:
    images = tuple(Image(one["product_id"], one["pic_name"]) for one in table["images"])
    return Instance(table["instance_name"], InstanceType(table.get("instance_type", "product")), images)


def _additional_instance(table: Mapping[str, Any]) -> Instance:
    image = Image(table["product_id"], table["pic_name"])
    return Instance(table["instance_name"], InstanceType(table["instance_type"]), (image,))
