"""From generated JSON to what a form can carry: one text for each parameter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from imagesearch_conformance.contract import Contract

#: Parameters by name, as they travel.
WireParameters = Mapping[str, str]


def encode_parameters(contract: Contract, body: Any) -> WireParameters:
    """The parameters that a generated body becomes; lists, tables and names of the protocol are left out."""
    pairs = body.items() if isinstance(body, Mapping) else ()
    texts = {str(name): encode_value(value) for name, value in pairs if _is_usable_name(contract, str(name))}
    return {name: value for name, value in texts.items() if value is not None}


def encode_value(value: Any) -> str | None:
    """A JSON scalar as text, or None where a form has no one text for it."""
    if isinstance(value, str):
        return value
    return None if isinstance(value, (list, dict)) else json.dumps(value)


def is_encodable(parameters: WireParameters) -> bool:
    """Whether everything is text that UTF-8 can encode: lone surrogates are none."""
    try:
        "".join((*parameters, *parameters.values())).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_usable_name(contract: Contract, name: str) -> bool:
    """Whether a name is a parameter's, or nothing that could be taken for one or for a part of the protocol."""
    known = {one.name for one in contract.parameters}
    return name in known or _normalize_name(name) not in {
        _normalize_name(one) for one in (*known, *_protocol_names(contract))
    }


def _normalize_name(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())


def _protocol_names(contract: Contract) -> list[str]:
    components = contract.spec_files.resolve("openapi.yaml#/components")
    return [one["name"] for kind in ("parameters", "securitySchemes") for one in components[kind].values()]
