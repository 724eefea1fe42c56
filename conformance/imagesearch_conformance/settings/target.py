"""Targets, from a profile (TOML with variables of the environment) or from an endpoint alone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
from imagesearch_conformance.settings.toml import check_tables, read_tables

#: The variables from which the vendor's own tools read keys.
KEY_ID, KEY_SECRET, TOKEN = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
)

#: Visible ASCII, which every header can carry, and the syntax of header names (RFC 9110 section 5.6.2).
_HEADER_VALUE, _HEADER_NAME = re.compile(r"[!-~]+"), re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

#: A reference to a variable of the environment, like `${NAME}`.
_VARIABLE_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_profile(path: Path, contract: Contract, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """Read the tables of a profile; raises InvalidInput with file and key."""
    raw = read_tables(path, "the profile")
    check_profile(raw, contract, str(path))
    expanded = _expand_variables(raw, environment, str(path), ())
    check_profile(expanded, contract, str(path))
    return dict(expanded)


def check_profile(raw: Any, contract: Contract, where: str) -> None:
    """Raise InvalidInput if the tables violate the schema of profiles."""
    check_tables(raw, contract.spec_files.content("schemas/profile.json"), where, hidden_key="credentials")


def _expand_variables(value: Any, environment: Mapping[str, str], where: str, path: tuple[str, ...]) -> Any:
    """Replace every `${NAME}` by the variable of the environment; raises InvalidInput."""
    if isinstance(value, dict):
        return {name: _expand_variables(item, environment, where, (*path, name)) for name, item in value.items()}
    if isinstance(value, list):
        return [_expand_variables(item, environment, where, (*path, str(index))) for index, item in enumerate(value)]
    key = f"{where}: {'.'.join(path)}"
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{value} is not a finite number", key, "write a finite number")
    if not isinstance(value, str):
        return value

    def replace_reference(match: re.Match[str]) -> str:
        try:
            return environment[match[1]]
        except KeyError:
            problem = f"the environment variable {match[1]} is not set"
            raise InvalidInput(problem, key, "set it, or write the value") from None

    return _VARIABLE_REFERENCE.sub(replace_reference, value)


def normalize_endpoint(text: str, where: str = "ENDPOINT") -> str:
    """Return the URL without a trailing slash; raises InvalidInput unless it is http(s)://host[:port]."""
    if "@" in text:
        # The message must not repeat the password.
        raise InvalidInput("an endpoint must not contain user and password", where, "put keys into [credentials]")
    try:
        parts = urlsplit(text)
        has_valid_port = parts.port is None or parts.port > 0
    except ValueError as problem:
        raise InvalidInput(f"invalid endpoint {text!r}: {problem}", where) from None
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidInput(f"invalid endpoint {text!r}", where, "write an internationalised host as xn--...")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_valid_port:
        raise InvalidInput(f"invalid endpoint {text!r}", where, "like http://127.0.0.1:8080")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        hint = "every call of this action uses the path /"
        raise InvalidInput(f"invalid endpoint {text!r}: it has more than a host and a port", where, hint)
    return f"{parts.scheme}://{parts.netloc}"


def target_from_endpoint(endpoint: str, contract: Contract, environment: Mapping[str, str]) -> Target:
    """Create a target without a profile, with the documented examples as instance and image."""
    examples = {
        parameter.name: str(parameter.examples[0])
        for parameter in contract.parameters
        if parameter.required and parameter.examples
    }
    product_id, pic_name = contract.image.parameters
    try:
        image = Image(examples[product_id], examples[pic_name])
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
    """Create the target that a profile describes; `endpoint` overrides that of the profile. Raises InvalidInput."""
    table = profile["target"]
    url = endpoint or table.get("endpoint")
    if url is None:
        raise InvalidInput("missing endpoint", f"{where}: target.endpoint", "write one, or give ENDPOINT")
    keys = profile.get("credentials")
    credentials = (
        _parse_credentials(keys, f"{where}: credentials") if keys else credentials_from_environment(environment)
    )
    return Target(
        endpoint=normalize_endpoint(url, "ENDPOINT" if endpoint else f"{where}: target.endpoint"),
        instances=_merge_instances((_primary_instance(table), *map(_other_instance, profile.get("instances", ())))),
        signature=_choose_scheme(table.get("signature"), credentials, where),
        region_id=table.get("region_id"),
        qps=table.get("qps"),
        credentials=credentials,
        unauthorized_credentials=_parse_unauthorized_credentials(keys, where),
        capabilities=_parse_capabilities(profile.get("capabilities", {}), where),
    )


def credentials_from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """Return the key that the vendor's own tools would use, or None."""
    if environment.get(KEY_ID) and environment.get(KEY_SECRET):
        names = {"access_key_id": KEY_ID, "access_key_secret": KEY_SECRET, "security_token": TOKEN}
        table = {key: environment[name] for key, name in names.items() if environment.get(name)}
        return _parse_credentials(table, "the environment", names)
    return None


def _parse_credentials(table: Mapping[str, Any], where: str, names: Mapping[str, str] | None = None) -> Credentials:
    """Create a key; raises InvalidInput, without the value, if a header cannot carry it."""
    for key, value in table.items():
        if isinstance(value, str) and not _HEADER_VALUE.fullmatch(value):
            name = (names or {}).get(key, key)
            problem = "a key must consist of visible ASCII characters"
            raise InvalidInput(problem, f"{where}: {name}", "does it contain a line break?")
    return Credentials(table["access_key_id"], table["access_key_secret"], table.get("security_token"))


def _parse_unauthorized_credentials(keys: Mapping[str, Any] | None, where: str) -> Credentials | None:
    table = (keys or {}).get("unauthorized")
    return _parse_credentials(table, f"{where}: credentials.unauthorized") if table else None


def _parse_capabilities(table: Mapping[str, Any], where: str) -> Capabilities:
    capabilities = Capabilities(**table)
    name = capabilities.fault_header
    if name is not None and not _HEADER_NAME.fullmatch(name):
        raise InvalidInput(f"invalid header name {name!r}", f"{where}: capabilities.fault_header", "like X-Some-Name")
    return capabilities


def _choose_scheme(scheme_name: str | None, credentials: Credentials | None, where: str) -> SignatureScheme:
    if scheme_name is None:
        return SignatureScheme.V3 if credentials else SignatureScheme.NONE
    scheme = SignatureScheme(scheme_name)
    if scheme is not SignatureScheme.NONE and credentials is None:
        hint = f"add [credentials], or set {KEY_ID} and {KEY_SECRET}"
        raise InvalidInput(f"the signature {scheme_name} needs credentials", f"{where}: target.signature", hint)
    return scheme


def _merge_instances(instances: Sequence[Instance]) -> tuple[Instance, ...]:
    """Merge the images of instances of the same name."""
    by_name: dict[str, Instance] = {}
    for instance in instances:
        merged = by_name.setdefault(instance.name, evolve(instance, images=()))
        images = dict.fromkeys((*merged.images, *instance.images))
        by_name[instance.name] = evolve(merged, images=tuple(images))
    return tuple(by_name.values())


def _primary_instance(table: Mapping[str, Any]) -> Instance:
    images = tuple(Image(image["product_id"], image["pic_name"]) for image in table["images"])
    return Instance(table["instance_name"], InstanceType(table.get("instance_type", "product")), images)


def _other_instance(table: Mapping[str, Any]) -> Instance:
    image = Image(table["product_id"], table["pic_name"])
    return Instance(table["instance_name"], InstanceType(table["instance_type"]), (image,))
