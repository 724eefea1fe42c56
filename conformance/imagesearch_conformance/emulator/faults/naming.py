"""Defects of the names of fields: the right value under a name that nobody reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import renaming
from imagesearch_conformance.emulator.faults.fields import broken, name_of
from imagesearch_conformance.emulator.success import Document

#: Fields, and what serializers and later revisions of other products call them.
_OTHERWISE: Mapping[str, str] = {
    "Head/DocsReturn": "docs_return",
    "Auctions/*/Score": "score",
}

#: What a reply has to have at its top unless it says that it found nothing.
_AT_TOP = (
    "response.msg.present", "response.head.present", "response.requestid.present", "response.code.present",
    "response.success.present", "response.auctions.present", "response.picinfo.present",
)  # fmt: skip


def _misnamed(path: str, name: str) -> Fault:
    return Fault(
        f"{name_of(path)}-misnamed",
        f"{path.replace('/*', '')} is called {name}.",
        broken(path, "present"),
        success=renaming(path, name),
    )


def _all_misnamed(name: str, rename: Callable[[str], str]) -> Fault:
    """Every field of a success goes by another convention."""

    def hook(document: Document, _about: Circumstances) -> Document:
        return dict(_renamed(document, rename))

    return Fault(f"successes-in-{name}-case", f"The fields of successes are in {name} case.", _AT_TOP, success=hook)


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {rename(key): _renamed(inner, rename) for key, inner in value.items()}
    return [_renamed(item, rename) for item in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


FAULTS = (
    *(_misnamed(path, name) for path, name in _OTHERWISE.items()),
    _all_misnamed("camel", _camel),
    _all_misnamed("snake", _snake),
)
