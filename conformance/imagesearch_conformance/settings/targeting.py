"""From a profile, an address and the environment to a Target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    InstanceType,
    SignatureScheme,
    Target,
)
from imagesearch_conformance.settings.endpoint import checked_endpoint

#: The variables that the vendor's own tools read keys from.
KEY_ID, KEY_SECRET, TOKEN = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
)


def target_of_address(endpoint: str, contract: Contract, environment: Mapping[str, str]) -> Target:
    """A target of which nothing but the address is known: the documented example values are tried."""
    examples = {one.name: str(one.examples[0]) for one in contract.parameters if one.required and one.examples}
    product, picture = contract.image.parameters
    try:
        image = Image(examples[product], examples[picture])
        instance = Instance(examples[contract.instance], InstanceType.PRODUCT, (image,))
    except KeyError as problem:
        raise BadInput(f"the contract has no example of {problem}", "schemas/request.json") from None
    credentials = credentials_of_environment(environment)
    return Target(
        endpoint=checked_endpoint(endpoint),
        instances=(instance,),
        signature=SignatureScheme.V3 if credentials else SignatureScheme.NONE,
        credentials=credentials,
        assumed=True,
    )


def target_of_profile(
    profile: Mapping[str, Any], endpoint: str | None, where: str, environment: Mapping[str, str]
) -> Target:
    """The target that a profile describes, at another address if one is given; raises BadInput."""
    described = profile["target"]
    address = endpoint or described.get("endpoint")
    if address is None:
        raise BadInput("no endpoint is given", f"{where}: target.endpoint", "write one, or give ENDPOINT")
    keys = profile.get("credentials")
    credentials = _credentials(keys) if keys else credentials_of_environment(environment)
    return Target(
        endpoint=checked_endpoint(address, "ENDPOINT" if endpoint else f"{where}: target.endpoint"),
        instances=(_first(described), *map(_further, profile.get("instances", ()))),
        signature=_scheme(described.get("signature"), credentials, where),
        region_id=described.get("region_id"),
        qps=described.get("qps"),
        credentials=credentials,
        unauthorized=_credentials(keys["unauthorized"]) if keys and "unauthorized" in keys else None,
        capabilities=Capabilities(**profile.get("capabilities", {})),
    )


def credentials_of_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The key that the vendor's own tools would use, or None."""
    if environment.get(KEY_ID) and environment.get(KEY_SECRET):
        return Credentials(environment[KEY_ID], environment[KEY_SECRET], environment.get(TOKEN) or None)
    return None


def _credentials(table: Mapping[str, Any]) -> Credentials:
    return Credentials(table["access_key_id"], table["access_key_secret"], table.get("security_token"))


def _scheme(stated: str | None, credentials: Credentials | None, where: str) -> SignatureScheme:
    if stated is None:
        return SignatureScheme.V3 if credentials else SignatureScheme.NONE
    scheme = SignatureScheme(stated)
    if scheme is not SignatureScheme.NONE and credentials is None:
        raise BadInput(
            f"there are no credentials for the signature {stated}",
            f"{where}: target.signature",
            f"add [credentials], or set {KEY_ID} and {KEY_SECRET}",
        )
    return scheme


def _first(described: Mapping[str, Any]) -> Instance:
    images = tuple(Image(one["product_id"], one["pic_name"]) for one in described["images"])
    return Instance(described["instance_name"], InstanceType(described.get("instance_type", "product")), images)


def _further(table: Mapping[str, Any]) -> Instance:
    image = Image(table["product_id"], table["pic_name"])
    return Instance(table["instance_name"], InstanceType(table["instance_type"]), (image,))
