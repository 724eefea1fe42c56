"""Defects of the fields of success replies: missing, of another type, null, below zero, too large."""

from __future__ import annotations

from collections.abc import Mapping
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

#: Texts that some replies carry as a number: their length.
_NOT_NUMBERS = (
    "Msg", "RequestId", "PicInfo/Region", "PicInfo/MultiRegion/*/Region", "PicInfo/AllCategories/*/Name",
    "Auctions/*/ProductId", "Auctions/*/SortExprValues", "Auctions/*/StrAttr", "Auctions/*/StrAttr2",
)  # fmt: skip

#: Fields that are never null, whatever an endpoint leaves out.
_NEVER_NULL = ("Head", "Auctions", "PicInfo", "Auctions/*/PicName")

#: Fields that may be left out and are better left out than null.
_BETTER_ABSENT = ("Auctions/*/CustomContent", "Auctions/*/IntAttr")

#: Below zero in a reply that counts from there.
_COUNTS = (
    "Head/DocsFound", "Head/DocsReturn", "Head/SearchTime", "PicInfo/CategoryId", "PicInfo/AllCategories/*/Id",
    "Auctions/*/CategoryId",
)  # fmt: skip

#: Integers that 32 bits hold in every example.
_INT32 = (
    "Head/DocsFound", "Head/DocsReturn", "Head/SearchTime", "PicInfo/CategoryId", "PicInfo/AllCategories/*/Id",
    "Auctions/*/CategoryId", "Auctions/*/IntAttr", "Auctions/*/IntAttr2",
)  # fmt: skip

_BEYOND_INT32 = 2**31

_CATEGORY = (
    "response.picinfo.categoryid.listed", "response.picinfo.categoryid.given", "response.picinfo.categoryid.generic",
    "ranking.category",
)  # fmt: skip
_BELONGING = ("ranking.category", "response.auctions.sortexprvalues.first-value")

#: What a wrong value contradicts, by field and aspect, besides what is said of the field alone.
_CONTRADICTED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Code", "type"): ("response.success.consistent",),
    ("Success", "type"): ("response.success.consistent",),
    ("Head/DocsFound", "range"): ("response.head.counters",),
    ("Head/DocsFound", "format"): ("response.head.counters", "paging.total"),
    ("Head/DocsReturn", "range"): ("response.head.counters", "paging.counters"),
    ("Head/DocsReturn", "format"): ("paging.total",),
    ("PicInfo/CategoryId", "range"): _CATEGORY,
    ("PicInfo/CategoryId", "format"): _CATEGORY,
    ("PicInfo/AllCategories/*/Id", "present"): ("response.picinfo.categoryid.listed",),
    ("PicInfo/AllCategories/*/Id", "type"): ("response.picinfo.categoryid.listed",),
    ("PicInfo/AllCategories/*/Id", "range"): ("response.picinfo.categoryid.listed",),
    ("PicInfo/AllCategories/*/Id", "format"): ("response.picinfo.categoryid.listed",),
    ("Auctions/*/CategoryId", "range"): _BELONGING,
    ("Auctions/*/CategoryId", "format"): _BELONGING,
}


def _label(path: str) -> str:
    return path.replace("/*", "")


def name_of(path: str) -> str:
    """What a fault of a field is named after."""
    return path.replace("/*", "").replace("/", "-").lower()


def _requirement(path: str, aspect: str) -> str:
    """The id of the requirement of one aspect of a field."""
    return f"response.{path.replace('/*', '').replace('/', '.').lower()}.{aspect}"


def broken(path: str, aspect: str) -> tuple[str, ...]:
    """What a defect of one aspect of a field breaks."""
    return (_requirement(path, aspect), *_CONTRADICTED.get((path, aspect), ()))


def _missing(path: str) -> Fault:
    name, breaks = f"{name_of(path)}-missing", broken(path, "present")
    return Fault(name, f"{_label(path)} is missing.", breaks, success=removing(path))


def _mistyped(path: str, what: str, description: str, change: Change) -> Fault:
    name, breaks = f"{name_of(path)}-{what}", broken(path, "type")
    return Fault(name, f"{_label(path)} is {description}.", breaks, success=changing(path, change))


def _null(path: str) -> Fault:
    return _mistyped(path, "null", "null", lambda _: None)


def _needlessly_null(path: str) -> Fault:
    """Null where it is there, which is a departure at SHOULD only."""
    name, breaks = f"{name_of(path)}-null", ("response.optional.null",)
    return Fault(name, f"{_label(path)} is null.", breaks, success=changing(path, lambda _: None))


def _set(name: str, description: str, path: str, aspect: str, value: Any) -> Fault:
    name, breaks = f"{name_of(path)}-{name}", broken(path, aspect)
    return Fault(name, f"{_label(path)} is {description}.", breaks, success=setting(path, value))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _without_zeros(value: Any) -> Any:
    """The value without fields that are zero, false or empty, as serializers leave them out that ask for truth."""
    if isinstance(value, dict):
        return {key: _without_zeros(inner) for key, inner in value.items() if inner}
    return [_without_zeros(item) for item in value] if isinstance(value, list) else value


def _truthy(document: Document, _about: Circumstances) -> Document:
    return dict(_without_zeros(document))


def _keyed(listed: list[Any]) -> Any:
    return {str(index): one for index, one in enumerate(listed)}


FAULTS = (
    *map(_missing, _NEEDED),
    *(_mistyped(path, "as-text", "a string", _text) for path in _NOT_TEXT),
    *(_mistyped(path, "as-number", "a number", len) for path in _NOT_NUMBERS),
    *map(_null, _NEVER_NULL),
    *map(_needlessly_null, _BETTER_ABSENT),
    *(_set("negative", "below zero", path, "range", -1) for path in _COUNTS),
    *(_set("beyond-int32", "larger than 32 bits hold", path, "format", _BEYOND_INT32) for path in _INT32),
    _mistyped("Auctions", "as-object", "an object around the list", lambda value: {"Auction": value}),
    _mistyped("PicInfo/MultiRegion", "as-object", "an object with numbered fields", _keyed),
    _mistyped("PicInfo/AllCategories", "as-object", "an object with numbered fields", _keyed),
    _mistyped("Auctions/*/CustomContent", "as-object", "an object", lambda value: {"Text": value}),
    _mistyped("Auctions/*/IntAttr", "as-fraction", "a number with a fraction", lambda value: value + 0.5),
    _mistyped("Success", "as-number", "the number one", int),
    Fault(
        "auctions-of-names",
        "Auctions lists names in place of objects.",
        ("response.auctions.item.type",),
        success=changing("Auctions/*", lambda entry: entry["PicName"]),
    ),
    Fault(
        "multiregion-of-texts",
        "MultiRegion lists texts in place of objects.",
        ("response.picinfo.multiregion.item.type",),
        success=changing("PicInfo/MultiRegion/*", lambda one: one["Region"]),
    ),
    Fault(
        "allcategories-of-numbers",
        "AllCategories lists numbers in place of objects.",
        ("response.picinfo.allcategories.item.type",),
        success=changing("PicInfo/AllCategories/*", lambda one: one["Id"]),
    ),
    Fault(
        "zeros-left-out",
        "Fields that are zero, empty or false are left out.",
        (
            "response.head.docsfound.present",
            "response.head.docsreturn.present",
            "response.auctions.categoryid.present",
            "response.code.present",
            "response.picinfo.categoryid.present",
            "response.picinfo.multiregion.present",
            "response.picinfo.allcategories.id.present",
        ),
        success=_truthy,
    ),
)
