"""Defects of the names of fields: the right value under a name that nobody reads."""

from __future__ import annotations

from collections.abc import Mapping

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults.edits import renaming
from imagesearch_conformance.emulator.faults.fields import UNTOLD, broken, name_of

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
    return Fault(
        f"{name_of(path)}-misnamed",
        f"{path.replace('/*', '')} is called {name}.",
        broken(path, "present"),
        UNTOLD.get(path, ()),
        success=renaming(path, name),
    )


FAULTS = tuple(_misnamed(path, name) for path, name in _OTHERWISE.items())
