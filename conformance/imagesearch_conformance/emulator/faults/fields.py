"""Faults of the fields of success responses: missing, misnamed, wrong type, null, negative, too large."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook, apply_hooks
from imagesearch_conformance.emulator.faults.builders import (
    ValueChange,
    change_field,
    further_attributes,
    remove_field,
    rename_field,
    set_field,
)

#: Fields that a MUST or SHOULD requires.
_REQUIRED_FIELDS = (
    "Msg", "Head", "Head/SearchTime", "RequestId", "Auctions", "Code", "Success", "PicInfo", "PicInfo/Region",
    "PicInfo/AllCategories", "PicInfo/AllCategories/*/Name", "PicInfo/MultiRegion/*/Region", "Auctions/*/ProductId",
    "Auctions/*/PicName", "Auctions/*/SortExprValues",
)  # fmt: skip

#: Numbers and booleans that some serializers write as strings, by group.
_NON_STRING_FIELDS: Mapping[str, tuple[str, ...]] = {
    "head-counters": ("Head/DocsFound", "Head/DocsReturn"),
    "code-and-success": ("Code", "Success"),
    "categoryids": ("PicInfo/CategoryId", "Auctions/*/CategoryId"),
    "allcategories-id": ("PicInfo/AllCategories/*/Id",),
    "auctions-score": ("Auctions/*/Score",),
    "auctions-intattr2": ("Auctions/*/IntAttr2",),
}

#: Strings that are replaced with a number, their length, by group.
_STRING_FIELDS: Mapping[str, tuple[str, ...]] = {
    "msg-and-requestid": ("Msg", "RequestId"),
    "picinfo-regions": ("PicInfo/Region", "PicInfo/MultiRegion/*/Region"),
    "picinfo-allcategories-name": ("PicInfo/AllCategories/*/Name",),
    "auctions-productid": ("Auctions/*/ProductId",),
    "auctions-sortexprvalues": ("Auctions/*/SortExprValues",),
    "auctions-texts": ("Auctions/*/StrAttr", "Auctions/*/StrAttr2"),
}

#: Fields that must never be null.
_NON_NULL_FIELDS = ("Head", "Auctions", "PicInfo", "Auctions/*/PicName")

#: Optional fields, which should be omitted instead of null.
_OMITTABLE_FIELDS = ("Auctions/*/IntAttr",)

#: Integers with a minimum of zero, by group.
_NON_NEGATIVE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "head-numbers": ("Head/DocsFound", "Head/DocsReturn", "Head/SearchTime"),
    "picinfo-categoryid": ("PicInfo/CategoryId",),
    "allcategories-id": ("PicInfo/AllCategories/*/Id",),
    "auctions-categoryid": ("Auctions/*/CategoryId",),
}

#: The integers just outside 32 bits.
_BELOW_INT32, _ABOVE_INT32 = -(2**31) - 1, 2**31

#: Added to an integer so that it exceeds 32 bits.
_INT32_OVERFLOW = 2**40

_CATEGORY_REQUIREMENTS = (
    "response.picinfo.categoryid.listed", "response.picinfo.categoryid.given", "response.picinfo.categoryid.generic",
    "ranking.category",
)  # fmt: skip
_ENTRY_CATEGORY_REQUIREMENTS = ("ranking.category", "response.auctions.sortexprvalues.first-value")

#: Requirements that a wrong value violates besides those of the field itself, by path and aspect.
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


def _field_label(path: str) -> str:
    return path.replace("/*", "")


def _field_fault_name(path: str) -> str:
    """The first part of the names of a field's faults."""
    return path.replace("/*", "").replace("/", "-").lower()


def _requirement_id(path: str, aspect: str) -> str:
    return f"response.{path.replace('/*', '').replace('/', '.').lower()}.{aspect}"


def _violated_requirements(path: str, aspect: str) -> tuple[str, ...]:
    """Return the ids of the requirements that a wrong aspect of a field violates."""
    return (_requirement_id(path, aspect), *_CONTRADICTED_REQUIREMENTS.get((path, aspect), ()))


def _missing_field_fault(path: str) -> Fault:
    name, violates = f"{_field_fault_name(path)}-missing", _violated_requirements(path, "present")
    return Fault(name, f"{_field_label(path)} is missing.", violates, success_body=remove_field(path))


def _wrong_type_fault(path: str, suffix: str, description: str, change: ValueChange) -> Fault:
    name, violates = f"{_field_fault_name(path)}-{suffix}", _violated_requirements(path, "type")
    return Fault(name, f"{_field_label(path)} is {description}.", violates, success_body=change_field(path, change))


def _null_field_fault(path: str) -> Fault:
    return _wrong_type_fault(path, "null", "null", lambda _: None)


def _optional_null_fault(path: str) -> Fault:
    """A field that is null wherever it is present, which violates a SHOULD only."""
    name, violates = f"{_field_fault_name(path)}-null", ("response.optional.null",)
    return Fault(name, f"{_field_label(path)} is null.", violates, success_body=change_field(path, lambda _: None))


def _group_wrong_type_fault(
    group: str, paths: tuple[str, ...], suffix: str, type_name: str, change: ValueChange
) -> Fault:
    predicate = f"is a {type_name}" if len(paths) == 1 else f"are {type_name}s"
    return _group_fault(group, paths, ("type",), suffix, predicate, lambda path: change_field(path, change))


def _group_constant_fault(
    group: str, paths: tuple[str, ...], aspects: tuple[str, ...], suffix: str, value: Any
) -> Fault:
    predicate = f"{'is' if len(paths) == 1 else 'are'} {value}"
    return _group_fault(group, paths, aspects, suffix, predicate, lambda path: set_field(path, value))


def _group_fault(
    group: str, paths: tuple[str, ...], aspects: tuple[str, ...], suffix: str, predicate: str,
    build_hook: Callable[[str], Hook[JsonObject]],
) -> Fault:  # fmt: skip
    """A fault of several fields, as of a serializer that treats all fields of one type alike."""
    violates = (name for path in paths for aspect in aspects for name in _violated_requirements(path, aspect))
    *names, last = map(_field_label, paths)
    subject = f"{', '.join(names)} and {last}" if names else last
    return Fault(
        f"{group}-{suffix}",
        f"{subject} {predicate}.",
        tuple(dict.fromkeys(violates)),
        success_body=_apply_all(map(build_hook, paths)),
    )


def _apply_all(hooks: Iterable[Hook[JsonObject]]) -> Hook[JsonObject]:
    all_hooks = tuple(hooks)
    return lambda body, context: apply_hooks(all_hooks, body, context)


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _drop_falsy_values(value: Any) -> Any:
    """Remove zero, false and empty fields, as a serializer does that tests for truth."""
    if isinstance(value, dict):
        return {key: _drop_falsy_values(inner) for key, inner in value.items() if inner}
    return [_drop_falsy_values(item) for item in value] if isinstance(value, list) else value


def _drop_falsy_fields(body: JsonObject, _context: FaultContext) -> JsonObject:
    return dict(_drop_falsy_values(body))


def _index_by_position(items: list[Any]) -> Any:
    return {str(index): item for index, item in enumerate(items)}


def _misnamed_field_fault(path: str, name: str) -> Fault:
    return Fault(
        f"{_field_fault_name(path)}-misnamed",
        f"{path.replace('/*', '')} is named {name}.",
        _violated_requirements(path, "present"),
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


def attribute_field_faults(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of all attributes except the first of each type: wrong type, too large."""
    paths = {name: _response_path(contract, name) for name in further_attributes(contract)}
    integers = tuple(path for name, path in paths.items() if name in contract.filter_rules.integer_attributes)
    strings = tuple(path for name, path in paths.items() if name not in contract.filter_rules.integer_attributes)
    if paths:
        yield Fault(
            "further-attributes-of-other-kind",
            "Integer attributes except the first are strings, and string attributes except the first are numbers.",
            tuple(name for path in (*integers, *strings) for name in _violated_requirements(path, "type")),
            success_body=_apply_all(
                [*(change_field(path, str) for path in integers), *(change_field(path, len) for path in strings)]
            ),
        )
        yield Fault(
            "further-attributes-beyond-int32",
            "All integer attributes except the first exceed 32 bits.",
            tuple(name for path in integers for name in _violated_requirements(path, "format")),
            success_body=_apply_all(change_field(path, _INT32_OVERFLOW.__add__) for path in integers),
        )


def _response_path(contract: Contract, attribute: str) -> str:
    """The path of an attribute in success responses."""
    column = contract.filter_rules.attributes[attribute]
    return next("/".join(field.path) for field in contract.success_fields if field.path[-1] == column)


FAULTS = (
    *map(_missing_field_fault, _REQUIRED_FIELDS),
    *(
        _group_wrong_type_fault(group, paths, "as-text", "string", _to_text)
        for group, paths in _NON_STRING_FIELDS.items()
    ),
    *(_group_wrong_type_fault(group, paths, "as-number", "number", len) for group, paths in _STRING_FIELDS.items()),
    *map(_null_field_fault, _NON_NULL_FIELDS),
    *map(_optional_null_fault, _OMITTABLE_FIELDS),
    *(
        _group_constant_fault(group, paths, ("range", "format"), "below-int32", _BELOW_INT32)
        for group, paths in _NON_NEGATIVE_FIELDS.items()
    ),
    _group_constant_fault(
        "auctions-integers", ("Auctions/*/IntAttr", "Auctions/*/IntAttr2"), ("format",), "beyond-int32", _ABOVE_INT32
    ),
    _wrong_type_fault("Auctions", "as-object", "an object that contains the list", lambda value: {"Auction": value}),
    _wrong_type_fault("PicInfo/MultiRegion", "as-object", "an object with numbers as keys", _index_by_position),
    _wrong_type_fault("PicInfo/AllCategories", "as-object", "an object with numbers as keys", _index_by_position),
    _wrong_type_fault("Auctions/*/CustomContent", "as-object", "an object", lambda value: {"Text": value}),
    _wrong_type_fault("Auctions/*/IntAttr", "as-fraction", "a number with a fraction", lambda value: value + 0.5),
    Fault(
        "auctions-of-names",
        "Auctions contains names instead of objects.",
        ("response.auctions.item.type",),
        success_body=change_field("Auctions/*", lambda entry: entry["PicName"]),
    ),
    Fault(
        "multiregion-of-texts",
        "MultiRegion contains strings instead of objects.",
        ("response.picinfo.multiregion.item.type",),
        success_body=change_field("PicInfo/MultiRegion/*", lambda region: region["Region"]),
    ),
    Fault(
        "allcategories-of-numbers",
        "AllCategories contains numbers instead of objects.",
        ("response.picinfo.allcategories.item.type",),
        success_body=change_field("PicInfo/AllCategories/*", lambda category: category["Id"]),
    ),
    Fault(
        "zeros-left-out",
        "Fields with a zero, empty or false value are missing.",
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
    *(_misnamed_field_fault(path, name) for path, name in _WRONG_NAMES.items()),
    _naming_convention_fault("camel", _to_camel_case),
    _naming_convention_fault("snake", _to_snake_case),
)
