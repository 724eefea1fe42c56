"""Defects of the fields of success replies: missing, of another type, null, below zero, too large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook, through
from imagesearch_conformance.emulator.faults.edits import Change, changing, removing, setting
from imagesearch_conformance.emulator.success import Document

#: Fields that a reply may not go without, or only where a SHOULD speaks of them.
_NEEDED = (
    "Msg", "Head", "Head/SearchTime", "RequestId", "Auctions", "Code", "Success", "PicInfo", "PicInfo/Region",
    "PicInfo/AllCategories", "PicInfo/AllCategories/*/Name", "PicInfo/MultiRegion/*/Region", "Auctions/*/ProductId",
    "Auctions/*/PicName", "Auctions/*/SortExprValues",
)  # fmt: skip

#: Numbers and truth values that some serializers write as text, by what they are.
_NOT_TEXT: Mapping[str, tuple[str, ...]] = {
    "head-counters": ("Head/DocsFound", "Head/DocsReturn"),
    "code-and-success": ("Code", "Success"),
    "categoryids": ("PicInfo/CategoryId", "Auctions/*/CategoryId"),
    "allcategories-id": ("PicInfo/AllCategories/*/Id",),
    "auctions-score": ("Auctions/*/Score",),
    "auctions-intattr2": ("Auctions/*/IntAttr2",),
}

#: Texts that some replies carry as a number: their length.
_NOT_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "msg-and-requestid": ("Msg", "RequestId"),
    "picinfo-regions": ("PicInfo/Region", "PicInfo/MultiRegion/*/Region"),
    "picinfo-allcategories-name": ("PicInfo/AllCategories/*/Name",),
    "auctions-productid": ("Auctions/*/ProductId",),
    "auctions-sortexprvalues": ("Auctions/*/SortExprValues",),
    "auctions-texts": ("Auctions/*/StrAttr", "Auctions/*/StrAttr2"),
}

#: Fields that are never null, whatever an endpoint leaves out.
_NEVER_NULL = ("Head", "Auctions", "PicInfo", "Auctions/*/PicName")

#: Fields that may be left out and are better left out than null.
_BETTER_ABSENT = ("Auctions/*/IntAttr",)

#: Integers that are at least zero, by what they are.
_COUNTS: Mapping[str, tuple[str, ...]] = {
    "head-numbers": ("Head/DocsFound", "Head/DocsReturn", "Head/SearchTime"),
    "picinfo-categoryid": ("PicInfo/CategoryId",),
    "allcategories-id": ("PicInfo/AllCategories/*/Id",),
    "auctions-categoryid": ("Auctions/*/CategoryId",),
}

#: The integers next to those that 32 bits hold.
_BELOW_INT32, _BEYOND_INT32 = -(2**31) - 1, 2**31

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


def _all_mistyped(group: str, paths: tuple[str, ...], what: str, description: str, change: Change) -> Fault:
    return _together(group, paths, ("type",), what, f"are each {description}", lambda path: changing(path, change))


def _all_set(group: str, paths: tuple[str, ...], aspects: tuple[str, ...], what: str, value: Any) -> Fault:
    return _together(group, paths, aspects, what, f"are {value}", lambda path: setting(path, value))


def _together(
    group: str, paths: tuple[str, ...], aspects: tuple[str, ...], what: str, said: str,
    hook: Callable[[str], Hook[Document]],
) -> Fault:  # fmt: skip
    """One defect of several fields, as of a serializer that treats all of a kind alike."""
    hooks = tuple(map(hook, paths))
    breaks = tuple(one for path in paths for aspect in aspects for one in broken(path, aspect))

    def all_of_them(document: Document, about: Circumstances) -> Document:
        return through(hooks, document, about)

    names = ", ".join(map(_label, paths))
    return Fault(f"{group}-{what}", f"{names} {said}.", tuple(dict.fromkeys(breaks)), success=all_of_them)


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
    *(_all_mistyped(group, paths, "as-text", "a string", _text) for group, paths in _NOT_TEXT.items()),
    *(_all_mistyped(group, paths, "as-number", "a number", len) for group, paths in _NOT_NUMBERS.items()),
    *map(_null, _NEVER_NULL),
    *map(_needlessly_null, _BETTER_ABSENT),
    *(_all_set(group, paths, ("range", "format"), "below-int32", _BELOW_INT32) for group, paths in _COUNTS.items()),
    _all_set(
        "auctions-integers", ("Auctions/*/IntAttr", "Auctions/*/IntAttr2"), ("format",), "beyond-int32", _BEYOND_INT32
    ),
    _mistyped("Auctions", "as-object", "an object around the list", lambda value: {"Auction": value}),
    _mistyped("PicInfo/MultiRegion", "as-object", "an object with numbered fields", _keyed),
    _mistyped("PicInfo/AllCategories", "as-object", "an object with numbered fields", _keyed),
    _mistyped("Auctions/*/CustomContent", "as-object", "an object", lambda value: {"Text": value}),
    _mistyped("Auctions/*/IntAttr", "as-fraction", "a number with a fraction", lambda value: value + 0.5),
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
