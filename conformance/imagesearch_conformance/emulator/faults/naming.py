"""Defects of the names of fields: the right value under a name that nobody reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.edits import renaming
from imagesearch_conformance.emulator.success import Document

#: Fields, and what serializers and later revisions of other products call them.
_OTHERWISE: Mapping[str, str] = {
    "Msg": "Message",
    "Head": "head",
    "Head/DocsFound": "docsFound",
    "Head/DocsReturn": "docs_return",
    "Head/SearchTime": "SearchTimeMs",
    "RequestId": "RequestID",
    "Auctions": "auctions",
    "Auctions/*/ProductId": "ProductID",
    "Auctions/*/PicName": "picName",
    "Auctions/*/CategoryId": "category_id",
    "Auctions/*/SortExprValues": "SortExprValue",
    "Auctions/*/Score": "score",
    "Code": "code",
    "Success": "success",
    "PicInfo": "PicInformation",
    "PicInfo/CategoryId": "CategoryID",
    "PicInfo/Region": "region",
    "PicInfo/MultiRegion": "MultiRegions",
    "PicInfo/MultiRegion/*/Region": "region",
    "PicInfo/AllCategories": "Categories",
    "PicInfo/AllCategories/*/Name": "CategoryName",
    "PicInfo/AllCategories/*/Id": "ID",
}


def _misnamed(path: str, name: str) -> Fault:
    plain = path.replace("/*", "")
    return Fault(
        f"{plain.replace('/', '-').lower()}-misnamed",
        f"{path} is called {name}.",
        (f"response.{plain.replace('/', '.').lower()}.present",),
        success=renaming(path, name),
    )


def _throughout(rename: Callable[[str], str]) -> Hook[Document]:
    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {rename(key): renamed(inner) for key, inner in value.items()}
        return [renamed(item) for item in value] if isinstance(value, list) else value

    def hook(document: Document, _about: Circumstances) -> Document:
        return dict(renamed(document))

    return hook


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


FAULTS = (
    *(_misnamed(path, name) for path, name in _OTHERWISE.items()),
    Fault(
        "fields-in-camel-case",
        "The fields of a success begin in lower case.",
        success=_throughout(lambda name: name[:1].lower() + name[1:]),
    ),
    Fault("fields-in-snake-case", "The fields of a success are in snake case.", success=_throughout(_snake)),
)
