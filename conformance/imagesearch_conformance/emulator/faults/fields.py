"""Defects of the fields of success replies."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import Change, changing, removing, setting
from imagesearch_conformance.emulator.success import Document

#: Fields that a reply may not go without, or only where a SHOULD speaks of them.
_NEEDED = (
    "Msg", "Head", "Head/DocsFound", "Head/DocsReturn", "Head/SearchTime", "RequestId", "Auctions", "Code",
    "Success", "PicInfo", "PicInfo/CategoryId", "PicInfo/Region", "PicInfo/AllCategories", "PicInfo/MultiRegion",
    "PicInfo/AllCategories/*/Name", "PicInfo/AllCategories/*/Id", "PicInfo/MultiRegion/*/Region",
    "Auctions/*/ProductId", "Auctions/*/PicName", "Auctions/*/CategoryId", "Auctions/*/SortExprValues",
    "Auctions/*/Score",
)  # fmt: skip

#: Numbers and a truth value that some replies carry as text.
_NOT_TEXT = (
    "Head/DocsFound", "Head/DocsReturn", "Head/SearchTime", "Code", "Success", "PicInfo/CategoryId",
    "PicInfo/AllCategories/*/Id", "Auctions/*/CategoryId", "Auctions/*/Score", "Auctions/*/IntAttr",
    "Auctions/*/IntAttr2",
)  # fmt: skip

#: Fields that are text and some replies carry as null.
_TEXTS = (
    "Msg", "RequestId", "PicInfo/Region", "Auctions/*/ProductId", "Auctions/*/PicName", "Auctions/*/CustomContent",
    "Auctions/*/StrAttr", "Auctions/*/StrAttr2", "Auctions/*/SortExprValues",
)  # fmt: skip

#: Below zero in a reply that counts from there.
_COUNTS = ("Head/DocsFound", "Head/DocsReturn", "Head/SearchTime", "PicInfo/CategoryId", "Auctions/*/CategoryId")

_BEYOND_INT32 = 2**31


def _name(path: str) -> str:
    return path.replace("/*", "").replace("/", "-").lower()


def _changed(name: str, description: str, path: str, change: Change) -> Fault:
    return Fault(name, description, success=changing(path, change))


def _set(name: str, description: str, path: str, value: Any) -> Fault:
    return Fault(name, description, success=setting(path, value))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one_more(name: str) -> Fault:
    return _changed(f"{name.lower()}-off-by-one", f"{name} is one too many.", f"Head/{name}", lambda value: value + 1)


def _both_counters_off(document: Document, _about: Circumstances) -> Document:
    document["Head"] |= {name: len(document["Auctions"]) + 7 for name in ("DocsFound", "DocsReturn")}
    return document


def _counter_too_small(document: Document, _about: Circumstances) -> Document:
    document["Head"]["DocsReturn"] = max(len(document["Auctions"]) - 1, 0)
    return document


def _against_score(document: Document, _about: Circumstances) -> Document:
    entries = document["Auctions"]
    values = [one["SortExprValues"] for one in entries if "SortExprValues" in one][::-1]
    shown = zip((one for one in entries if "SortExprValues" in one), values, strict=True)
    return {**document, "Auctions": [{**one, "SortExprValues": value} for one, value in shown]}


def _unlisted_category(document: Document, _about: Circumstances) -> Document:
    listed = {one["Id"] for one in document["PicInfo"]["AllCategories"]}
    document["PicInfo"]["CategoryId"] = max(listed) + 1
    return document


def _corners_swapped(region: str) -> str:
    left, right, top, bottom = region.split(",")
    return f"{right},{left},{bottom},{top}"


def _first_value_raised(values: str) -> str:
    first, separator, second = values.partition(";")
    return f"{float(first) * 1.5 + 1e24:.15g}{separator}{second}"


FAULTS = (
    *(Fault(f"{_name(path)}-missing", f"{path} is missing.", success=removing(path)) for path in _NEEDED),
    *(_changed(f"{_name(path)}-as-text", f"{path} is a string.", path, _text) for path in _NOT_TEXT),
    *(_changed(f"{_name(path)}-null", f"{path} is null.", path, lambda _: None) for path in _TEXTS),
    *(_set(f"{_name(path)}-negative", f"{path} is below zero.", path, -1) for path in _COUNTS),
    _changed(
        "auctions-as-object", "Auctions is an object around the list.", "Auctions", lambda value: {"Auction": value}
    ),
    _changed("score-above-one", "Score is a percentage.", "Auctions/*/Score", lambda value: value * 100),
    _changed("score-negative", "Score is below zero.", "Auctions/*/Score", lambda value: -value),
    _changed("intattr-as-fraction", "IntAttr has a fraction.", "Auctions/*/IntAttr", lambda value: value + 0.5),
    _set("intattr-beyond-int32", "IntAttr is larger than 32 bits hold.", "Auctions/*/IntAttr", _BEYOND_INT32),
    _changed("strattr-as-number", "StrAttr is a number.", "Auctions/*/StrAttr", len),
    _changed("docsfound-with-fraction", "DocsFound is written with a fraction of zero.", "Head/DocsFound", float),
    _one_more("DocsFound"),
    Fault("counters-both-wrong", "Neither counter is the number of entries.", success=_both_counters_off),
    Fault("docsreturn-too-small", "DocsReturn is less than the number of entries.", success=_counter_too_small),
    _set("docsreturn-beyond-int32", "DocsReturn is larger than 32 bits hold.", "Head/DocsReturn", _BEYOND_INT32),
    _set("code-as-status", "Code of a success is the HTTP status.", "Code", 200),
    _set("success-false", "Success is false in a reply with results.", "Success", value=False),
    _set(
        "requestid-repeated", "Every reply has the same RequestId.", "RequestId", "D61D869E-E92A-447F-AD67-9234F999E516"
    ),
    _set("requestid-empty", "RequestId is empty.", "RequestId", ""),
    _changed("requestid-no-uuid", "RequestId is no UUID.", "RequestId", lambda value: value.replace("-", ".")),
    Fault("category-unlisted", "The category reported is not in the list.", success=_unlisted_category),
    _set("allcategories-empty", "The list of categories is empty.", "PicInfo/AllCategories", []),
    _changed(
        "region-with-spaces",
        "Region has spaces between its numbers.",
        "PicInfo/Region",
        lambda value: value.replace(",", ", "),
    ),
    _changed(
        "region-three-numbers", "Region has three numbers.", "PicInfo/Region", lambda value: value.rpartition(",")[0]
    ),
    _changed(
        "region-corners-swapped", "Region gives the lower-right corner first.", "PicInfo/Region", _corners_swapped
    ),
    _changed(
        "multiregion-corners-swapped",
        "MultiRegion gives lower-right corners first.",
        "PicInfo/MultiRegion/*/Region",
        _corners_swapped,
    ),
    _changed(
        "sortexprvalues-one-value",
        "SortExprValues has one value.",
        "Auctions/*/SortExprValues",
        lambda value: value.partition(";")[0],
    ),
    Fault("sortexprvalues-against-score", "SortExprValues order entries against their Score.", success=_against_score),
    _changed(
        "sortexprvalues-comma",
        "The values of SortExprValues are separated by a comma.",
        "Auctions/*/SortExprValues",
        lambda value: value.replace(";", ","),
    ),
    _changed(
        "sortexprvalues-above-maximum",
        "SortExprValues goes beyond its range.",
        "Auctions/*/SortExprValues",
        _first_value_raised,
    ),
)
