"""Encoding of generated JSON as form parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.contract import Contract

#: Parameters by name, as sent.
WireParameters = Mapping[str, str]


def encode_parameters(contract: Contract, body: Any) -> WireParameters:
    """Return a generated body as parameters, without lists, objects and names of the protocol."""
    pairs = body.items() if isinstance(body, Mapping) else ()
    texts = {str(name): encode_value(value) for name, value in pairs if _is_usable_name(contract, str(name))}
    return {name: value for name, value in texts.items() if value is not None}


def encode_value(value: Any) -> str | None:
    """Return a JSON scalar as text, or None for a list or object."""
    if isinstance(value, str):
        return value
    return None if isinstance(value, (list, dict)) else json.dumps(value)


def is_encodable(parameters: WireParameters) -> bool:
    """Return whether UTF-8 can encode all names and values: it cannot encode lone surrogates."""
    try:
        "".join((*parameters, *parameters.values())).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_usable_name(contract: Contract, name: str) -> bool:
    """Return whether a name is a parameter, or cannot be confused with one or with a name of the protocol."""
    known = {parameter.name for parameter in contract.parameters}
    reserved = {_normalize_name(reserved) for reserved in (*known, *_protocol_names(contract))}
    return name in known or _normalize_name(name) not in reserved


def _normalize_name(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def _protocol_names(contract: Contract) -> list[str]:
    components = contract.spec_files.resolve("openapi.yaml#/components")
    return [item["name"] for kind in ("parameters", "securitySchemes") for item in components[kind].values()]
