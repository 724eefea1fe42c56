"""Defects of the fields of success replies: missing, of another type, null, below zero, too large."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook, apply_hooks
from imagesearch_conformance.emulator.faults.builders import ValueChange, change_field, remove_field, set_field
from imagesearch_conformance.emulator.success_body import JsonObject

#: Fields that a reply may not go without, or only where a SHOULD speaks of them.
_REQUIRED_FIELDS = (
    "Msg", "Head", "Head/SearchTime", "RequestId", "Auctions", "Code", "Success", "PicInfo", "PicInfo/Region",
    "PicInfo/AllCategories", "PicInfo/AllCategories/*/Name", "PicInfo/MultiRegion/*/Region", "Auctions/*/ProductId",
    "Auctions/*/PicName", "Auctions/*/SortExprValues",
)  # fmt: skip

#: Numbers and truth values that some serializers write as text, by what they are.
_NON_STRING_FIELDS: Mapping[str, tuple[str, ...]] = {
    "head-counters": ("Head/DocsFound", "Head/DocsReturn"),
    "code-and-success": ("Code", "Success"),
    "categoryids": ("PicInfo/CategoryId", "Auctions/*/CategoryId"),
    "allcategories-id": ("PicInfo/AllCategories/*/Id",),
    "auctions-score": ("Auctions/*/Score",),
    "auctions-intattr2": ("Auctions/*/IntAttr2",),
}

#: Texts that some replies carry as a number: their length.
_STRING_FIELDS: Mapping[str, tuple[str, ...]] = {
    "msg-and-requestid": ("Msg", "RequestId"),
    "picinfo-regions": ("PicInfo/Region", "PicInfo/MultiRegion/*/Region"),
    "picinfo-allcategories-name": ("PicInfo/AllCategories/*/Name",),
    "auctions-productid": ("Auctions/*/ProductId",),
    "auctions-sortexprvalues": ("Auctions/*/SortExprValues",),
    "auctions-texts": ("Auctions/*/StrAttr", "Auctions/*/StrAttr2"),
}

#: Fields that are never null, whatever an endpoint leaves out.
_NON_NULL_FIELDS = ("Head", "Auctions", "PicInfo", "Auctions/*/PicName")

#: Fields that may be left out and are better left out than null.
_OMITTABLE_FIELDS = ("Auctions/*/IntAttr",)

#: Integers that are at least zero, by what they are.
_NON_NEGATIVE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "head-numbers": ("Head/DocsFound", "Head/DocsReturn", "Head/SearchTime"),
    "picinfo-categoryid": ("PicInfo/CategoryId",),
    "allcategories-id": ("PicInfo/AllCategories/*/Id",),
    "auctions-categoryid": ("Auctions/*/CategoryId",),
}

#: The integers next to those that 32 bits hold.
_BELOW_INT32, _ABOVE_INT32 = -(2**31) - 1, 2**31

_CATEGORY_REQUIREMENTS = (
    "response.picinfo.categoryid.listed", "response.picinfo.categoryid.given", "response.picinfo.categoryid.generic",
    "ranking.category",
)  # fmt: skip
_ENTRY_CATEGORY_REQUIREMENTS = ("ranking.category", "response.auctions.sortexprvalues.first-value")

#: What a wrong value contradicts, by field and aspect, besides what is said of the field alone.
_CONTRADICTED_REQUIREMENTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Code", "type"): ("response.success.consistent",),
    ("Success", "type"): ("response.success.consistent",),
    ("Head/DocsFound", "range"): ("response.head.counters",),
    ("Head/DocsFound", "format"): ("response.head.counters", "paging.total"),
    ("Head/DocsReturn", "range"): ("response.head.counters", "paging.counters"),
    ("Head/DocsReturn", "format"): ("paging.total",),
    ("PicInfo/CategoryId", "range"): _CATEGORY_REQUIREMENTS,
    ("PicInfo/CategoryId", "format"): _CATEGORY_REQUIREMENTS,
    ("PicInfo/AllCategories/*/Id", "present"): ("response.picinfo.categoryid.listed",),
    ("PicInfo/AllCategories/*/Id", "type"): ("response.picinfo.categoryid.listed",),
    ("PicInfo/AllCategories/*/Id", "range"): ("response.picinfo.categoryid.listed",),
    ("PicInfo/AllCategories/*/Id", "format"): ("response.picinfo.categoryid.listed",),
    ("Auctions/*/CategoryId", "range"): _ENTRY_CATEGORY_REQUIREMENTS,
    ("Auctions/*/CategoryId", "format"): _ENTRY_CATEGORY_REQUIREMENTS,
}


def _field_label(path: str) -> str:
    return path.replace("/*", "")


def field_fault_name(path: str) -> str:
    """What a fault of a field is named after."""
    return path.replace("/*", "").replace("/", "-").lower()


def _requirement_id(path: str, aspect: str) -> str:
    """The id of the requirement of one aspect of a field."""
    return f"response.{path.replace('/*', '').replace('/', '.').lower()}.{aspect}"


def violated_requirements(path: str, aspect: str) -> tuple[str, ...]:
    """What a defect of one aspect of a field breaks."""
    return (_requirement_id(path, aspect), *_CONTRADICTED_REQUIREMENTS.get((path, aspect), ()))


def _missing_field_fault(path: str) -> Fault:
    name, breaks = f"{field_fault_name(path)}-missing", violated_requirements(path, "present")
    return Fault(name, f"{_field_label(path)} is missing.", breaks, success_body=remove_field(path))


def _wrong_type_fault(path: str, suffix: str, description: str, change: ValueChange) -> Fault:
    name, breaks = f"{field_fault_name(path)}-{suffix}", violated_requirements(path, "type")
    return Fault(name, f"{_field_label(path)} is {description}.", breaks, success_body=change_field(path, change))


def _null_field_fault(path: str) -> Fault:
    return _wrong_type_fault(path, "null", "null", lambda _: None)


def _optional_null_fault(path: str) -> Fault:
    """Null where it is there, which is a departure at SHOULD only."""
    name, breaks = f"{field_fault_name(path)}-null", ("response.optional.null",)
    return Fault(name, f"{_field_label(path)} is null.", breaks, success_body=change_field(path, lambda _: None))


def _group_wrong_type_fault(
    group: str, paths: tuple[str, ...], suffix: str, description: str, change: ValueChange
) -> Fault:
    return _group_fault(
        group, paths, ("type",), suffix, f"are each {description}", lambda path: change_field(path, change)
    )


def _group_constant_fault(
    group: str, paths: tuple[str, ...], aspects: tuple[str, ...], suffix: str, value: Any
) -> Fault:
    return _group_fault(group, paths, aspects, suffix, f"are {value}", lambda path: set_field(path, value))


def _group_fault(
    group: str, paths: tuple[str, ...], aspects: tuple[str, ...], suffix: str, predicate: str,
    build_hook: Callable[[str], Hook[JsonObject]],
) -> Fault:  # fmt: skip
    """One defect of several fields, as of a serializer that treats all of a kind alike."""
    hooks = tuple(map(build_hook, paths))
    breaks = tuple(one for path in paths for aspect in aspects for one in violated_requirements(path, aspect))

    def apply_all(body: JsonObject, context: FaultContext) -> JsonObject:
        return apply_hooks(hooks, body, context)

    names = ", ".join(map(_field_label, paths))
    return Fault(f"{group}-{suffix}", f"{names} {predicate}.", tuple(dict.fromkeys(breaks)), success_body=apply_all)


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _drop_falsy_values(value: Any) -> Any:
    """The value without fields that are zero, false or empty, as serializers leave them out that ask for truth."""
    if isinstance(value, dict):
        return {key: _drop_falsy_values(inner) for key, inner in value.items() if inner}
    return [_drop_falsy_values(item) for item in value] if isinstance(value, list) else value


def _drop_falsy_fields(body: JsonObject, _context: FaultContext) -> JsonObject:
    return dict(_drop_falsy_values(body))


def _index_by_position(items: list[Any]) -> Any:
    return {str(index): one for index, one in enumerate(items)}


FAULTS = (
    *map(_missing_field_fault, _REQUIRED_FIELDS),
    *(
        _group_wrong_type_fault(group, paths, "as-text", "a string", _to_text)
        for group, paths in _NON_STRING_FIELDS.items()
    ),
    *(_group_wrong_type_fault(group, paths, "as-number", "a number", len) for group, paths in _STRING_FIELDS.items()),
    *map(_null_field_fault, _NON_NULL_FIELDS),
    *map(_optional_null_fault, _OMITTABLE_FIELDS),
    *(
        _group_constant_fault(group, paths, ("range", "format"), "below-int32", _BELOW_INT32)
        for group, paths in _NON_NEGATIVE_FIELDS.items()
    ),
    _group_constant_fault(
        "auctions-integers", ("Auctions/*/IntAttr", "Auctions/*/IntAttr2"), ("format",), "beyond-int32", _ABOVE_INT32
    ),
    _wrong_type_fault("Auctions", "as-object", "an object around the list", lambda value: {"Auction": value}),
    _wrong_type_fault("PicInfo/MultiRegion", "as-object", "an object with numbered fields", _index_by_position),
    _wrong_type_fault("PicInfo/AllCategories", "as-object", "an object with numbered fields", _index_by_position),
    _wrong_type_fault("Auctions/*/CustomContent", "as-object", "an object", lambda value: {"Text": value}),
    _wrong_type_fault("Auctions/*/IntAttr", "as-fraction", "a number with a fraction", lambda value: value + 0.5),
    Fault(
        "auctions-of-names",
        "Auctions lists names in place of objects.",
        ("response.auctions.item.type",),
        success_body=change_field("Auctions/*", lambda entry: entry["PicName"]),
    ),
    Fault(
        "multiregion-of-texts",
        "MultiRegion lists texts in place of objects.",
        ("response.picinfo.multiregion.item.type",),
        success_body=change_field("PicInfo/MultiRegion/*", lambda region: region["Region"]),
    ),
    Fault(
        "allcategories-of-numbers",
        "AllCategories lists numbers in place of objects.",
        ("response.picinfo.allcategories.item.type",),
        success_body=change_field("PicInfo/AllCategories/*", lambda category: category["Id"]),
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
        success_body=_drop_falsy_fields,
    ),
)
