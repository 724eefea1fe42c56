"""Defects of the names of fields: the right value under a name that nobody reads."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults.edits import renaming
from imagesearch_conformance.emulator.faults.fields import UNTOLD, broken, name_of

#: Fields, and what serializers and later revisions of other products call them.
_OTHERWISE: Mapping[str, str] = {
    "Msg": "Message",
    "Head/DocsReturn": "docs_return",
    "RequestId": "RequestID",
    "Auctions": "auctions",
    "Auctions/*/PicName": "picName",
    "Auctions/*/Score": "score",
    "PicInfo/CategoryId": "CategoryID",
    "PicInfo/AllCategories": "Categories",
}


def _misnamed(path: str, name: str) -> Fault:
    return Fault(
        f"{name_of(path)}-misnamed",
        f"{path.replace('/*', '')} is called {name}.",
        broken(path, "present"),
        UNTOLD.get(path, ()),
        success=renaming(path, name),
    )


FAULTS = tuple(_misnamed(path, name) for path, name in _OTHERWISE.items())
