"""Faults of field names: the correct value under a wrong name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import rename_field
from imagesearch_conformance.emulator.faults.fields import field_fault_name, violated_requirements

#: Wrong names that serializers would use, by the path of the field.
_WRONG_NAMES: Mapping[str, str] = {
    "Head/DocsReturn": "docs_return",
    "Auctions/*/Score": "score",
}

#: The required top-level fields of a response with results.
_TOP_LEVEL_REQUIREMENTS = (
    "response.msg.present", "response.head.present", "response.requestid.present", "response.code.present",
    "response.success.present", "response.auctions.present", "response.picinfo.present",
)  # fmt: skip


def _misnamed_field_fault(path: str, name: str) -> Fault:
    return Fault(
        f"{field_fault_name(path)}-misnamed",
        f"{path.replace('/*', '')} is named {name}.",
        violated_requirements(path, "present"),
        success_body=rename_field(path, name),
    )


def _naming_convention_fault(name: str, rename: Callable[[str], str]) -> Fault:

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        return dict(_rename_keys(body, rename))

    return Fault(
        f"successes-in-{name}-case",
        f"The fields of success responses are in {name} case.",
        _TOP_LEVEL_REQUIREMENTS,
        success_body=hook,
    )


def _rename_keys(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {rename(key): _rename_keys(inner, rename) for key, inner in value.items()}
    return [_rename_keys(item, rename) for item in value] if isinstance(value, list) else value


def _to_camel_case(name: str) -> str:
    return name[:1].lower() + name[1:]


def _to_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


FAULTS = (
    *(_misnamed_field_fault(path, name) for path, name in _WRONG_NAMES.items()),
    _naming_convention_fault("camel", _to_camel_case),
    _naming_convention_fault("snake", _to_snake_case),
)
