"""Replies made of the contract: every field with a value that its schema allows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from attrs import frozen

from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow

#: A JSON object under construction.
JsonObject = dict[str, Any]

#: Whether a field of a schema is written, by its name and its parent's schema.
FieldPredicate = Callable[[str, Mapping[str, Any]], bool]

_SUCCESS_SCHEMA, _ERROR_SCHEMA = "schemas/success.json", "schemas/error.json"

#: How many images match for each that is returned: the counters of a reply are never the same.
_MATCHES_PER_ENTRY = 1000

#: How many items a list has that is not about entries.
_LIST_LENGTH = 2

#: The bounds of the formats that schemas name for integers.
INTEGER_BOUNDS: Mapping[str, tuple[int, int]] = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def any_field(_: str, __: Mapping[str, Any]) -> bool:
    """Every field."""
    return True


def is_required_field(name: str, parent: Mapping[str, Any]) -> bool:
    """The fields that a reply cannot be without, where something was found."""
    late = parent.get("x-required-when-found", {}).get("fields", ())
    return name in parent.get("required", ()) or name in late


def is_sample_field(name: str, parent: Mapping[str, Any]) -> bool:
    """The fields that the page's sample shows: what a client loses besides shows where it is looked for."""
    return is_required_field(name, parent) or name in parent.get("x-recommended", ())


@frozen(eq=False)
class ResponseBodies:
    """Writes the bodies of a contract."""

    contract: Contract

    def success(self, is_included: FieldPredicate = any_field, entry_count: int = 1) -> JsonObject:
        """A success with these fields and so many entries, told apart by each of their fields.

        Where there are several entries, there are several items in every other list.
        """
        schema = self.contract.spec_files.content(_SUCCESS_SCHEMA)
        document: JsonObject = _example_value(schema, is_included)
        listed = schema["properties"].items() if entry_count > 1 else ()
        document |= {name: _with_longer_lists(document[name], one) for name, one in listed if name in document}
        (one, *_) = document["Auctions"]
        document["Auctions"] = [
            _vary_item(one, schema["properties"]["Auctions"]["items"], at) for at in range(entry_count)
        ]
        returned, matched = COUNTER_NAMES
        document["Head"] |= {returned: entry_count, matched: entry_count * _MATCHES_PER_ENTRY}
        return document

    def empty_success(self, *, with_list: bool) -> JsonObject:
        """A success that found nothing: with an empty list, or with nothing that there is of images that were found."""
        document = self.success(is_sample_field, 0)
        if not with_list:
            del document["Auctions"], document["PicInfo"]
        return document

    def error(self, row: ErrorRow) -> JsonObject:
        """The reply of a row, in the envelope of the gateway; each code has a request id of its own."""
        document = _example_value(self.contract.spec_files.content(_ERROR_SCHEMA), any_field)
        own = {"RequestId": _request_id(row.code), "Code": row.code}
        return {**document, **own, "Message": row.message or f"{row.code} came about."}

    def with_request_id(self, document: JsonObject) -> JsonObject:
        """A reply with a request id of its own: what differs from another reply has another."""
        return {**document, "RequestId": _request_id(encode_json(document).decode())}

    def inner_failure(self, row: ErrorRow) -> JsonObject:
        """What looks like a success and says that it is none."""
        document = self.empty_success(with_list=True)
        return {**document, "Code": row.status, "Success": False, "Msg": row.message}

    def optional_fields(self) -> tuple[str, ...]:
        """The fields of an entry that the page lets it be without, in the order of the schema."""
        entry = self.contract.spec_files.resolve(f"{_SUCCESS_SCHEMA}#/properties/Auctions/items")
        return tuple(name for name in entry["properties"] if not is_sample_field(name, entry))

    def entry_field_schema(self, name: str) -> Mapping[str, Any]:
        """The schema of a field of an entry."""
        found: Mapping[str, Any] = self.contract.spec_files.resolve(
            f"{_SUCCESS_SCHEMA}#/properties/Auctions/items/properties/{name}"
        )
        return found

    def success_at_bounds(self, upper: bool) -> JsonObject:  # noqa: FBT001 one of two bounds
        """A success in which every integer without a bound of its own is at one of its format."""
        document = self.success()
        _set_to_bounds(document, self.contract.spec_files.content(_SUCCESS_SCHEMA), upper=upper)
        return document


def encode_json(document: Any, *, ascii_only: bool = False, indent: int | None = None) -> bytes:
    """The bytes of a JSON value."""
    return json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()


def _request_id(text: str) -> str:
    return str(uuid5(NAMESPACE_OID, text)).upper()


def _example_value(schema: Mapping[str, Any], is_included: FieldPredicate) -> Any:
    if "properties" in schema:
        return {
            name: _example_value(one, is_included)
            for name, one in schema["properties"].items()
            if is_included(name, schema)
        }
    if "items" in schema:
        return [_example_value(schema["items"], is_included)]
    if "const" in schema:
        return schema["const"]
    return schema["examples"][0] if "examples" in schema else _fallback_value(schema)


def _with_longer_lists(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value in which every list has several items."""
    if isinstance(value, dict):
        return {name: _with_longer_lists(one, schema["properties"][name]) for name, one in value.items()}
    if isinstance(value, list):
        return [
            _vary_item(_with_longer_lists(value[0], schema["items"]), schema["items"], index)
            for index in range(_LIST_LENGTH)
        ]
    return value


def _vary_item(item: JsonObject, schema: Mapping[str, Any], index: int) -> JsonObject:
    """An item that is another one in each of its fields whose schema leaves that open."""
    return {name: _vary_value(value, schema["properties"][name], index) for name, value in item.items()}


def _vary_value(value: Any, schema: Mapping[str, Any], index: int) -> Any:
    """A value like this one, told from it by its index."""
    if not index or {"pattern", "const", "enum"} & schema.keys():
        return value
    if schema.get("type") == "number":
        return value - index / _MATCHES_PER_ENTRY
    if isinstance(value, int) and "minimum" not in schema and not isinstance(value, bool):
        return value + index
    return f"{value}-{index}" if isinstance(value, str) else value


def _fallback_value(schema: Mapping[str, Any]) -> Any:
    """A value where the schema shows none."""
    return {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": True}.get(
        schema.get("type", "string"), "text"
    )


def _set_to_bounds(value: Any, schema: Mapping[str, Any], *, upper: bool) -> None:
    if isinstance(value, list):
        for item in value:
            _set_to_bounds(item, schema["items"], upper=upper)
    for name, one in schema.get("properties", {}).items() if isinstance(value, dict) else ():
        if name in value and one.get("format") in INTEGER_BOUNDS and "const" not in one:
            low, high = INTEGER_BOUNDS[one["format"]]
            value[name] = min(one.get("maximum", high), high) if upper else max(one.get("minimum", low), low)
        elif name in value:
            _set_to_bounds(value[name], one, upper=upper)
