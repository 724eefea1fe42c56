"""Replies made of the contract: every field with a value that its schema allows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from attrs import frozen

from imagesearch_conformance.checks.reading import COUNTERS
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow

#: A JSON object under construction.
Document = dict[str, Any]

#: Whether a field of a schema is written, by its name and its parent's schema.
Choice = Callable[[str, Mapping[str, Any]], bool]

_SUCCESS, _ERROR = "schemas/success.json", "schemas/error.json"

#: How many images match for each that is returned: the counters of a reply are never the same.
_MATCHES = 1000

#: How many items a list has that is not about entries.
_SEVERAL = 2

#: The bounds of the formats that schemas name for integers.
BOUNDS: Mapping[str, tuple[int, int]] = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def everything(_: str, __: Mapping[str, Any]) -> bool:
    """Every field."""
    return True


def needed(name: str, parent: Mapping[str, Any]) -> bool:
    """The fields that a reply cannot be without, where something was found."""
    late = parent.get("x-required-when-found", {}).get("fields", ())
    return name in parent.get("required", ()) or name in late


def usual(name: str, parent: Mapping[str, Any]) -> bool:
    """The fields that the page's sample shows: what a client loses besides shows where it is looked for."""
    return needed(name, parent) or name in parent.get("x-recommended", ())


@frozen(eq=False)
class Replies:
    """Writes the bodies of a contract."""

    contract: Contract

    def success(self, choice: Choice = everything, entries: int = 1) -> Document:
        """A success with these fields and so many entries, told apart by each of their fields.

        Where there are several entries, there are several items in every other list.
        """
        schema = self.contract.documents.document(_SUCCESS)
        document: Document = _example(schema, choice)
        listed = schema["properties"].items() if entries > 1 else ()
        document |= {name: _several(document[name], one) for name, one in listed if name in document}
        (one, *_) = document["Auctions"]
        document["Auctions"] = [_varied(one, schema["properties"]["Auctions"]["items"], at) for at in range(entries)]
        returned, matched = COUNTERS
        document["Head"] |= {returned: entries, matched: entries * _MATCHES}
        return document

    def nothing(self, *, listed: bool) -> Document:
        """A success that found nothing: with an empty list, or with nothing that there is of images that were found."""
        document = self.success(usual, 0)
        if not listed:
            del document["Auctions"], document["PicInfo"]
        return document

    def error(self, row: ErrorRow) -> Document:
        """The reply of a row, in the envelope of the gateway; each code has a request id of its own."""
        document = _example(self.contract.documents.document(_ERROR), everything)
        own = {"RequestId": _request_id(row.code), "Code": row.code}
        return {**document, **own, "Message": row.message or f"{row.code} came about."}

    def numbered(self, document: Document) -> Document:
        """A reply with a request id of its own: what differs from another reply has another."""
        return {**document, "RequestId": _request_id(encoded(document).decode())}

    def failed_inside(self, row: ErrorRow) -> Document:
        """What looks like a success and says that it is none."""
        document = self.nothing(listed=True)
        return {**document, "Code": row.status, "Success": False, "Msg": row.message}

    def optional(self) -> tuple[str, ...]:
        """The fields of an entry that the page lets it be without, in the order of the schema."""
        entry = self.contract.documents.at(f"{_SUCCESS}#/properties/Auctions/items")
        return tuple(name for name in entry["properties"] if not usual(name, entry))

    def entry_field(self, name: str) -> Mapping[str, Any]:
        """The schema of a field of an entry."""
        found: Mapping[str, Any] = self.contract.documents.at(
            f"{_SUCCESS}#/properties/Auctions/items/properties/{name}"
        )
        return found

    def at_bounds(self, upper: bool) -> Document:  # noqa: FBT001 one of two bounds
        """A success in which every integer without a bound of its own is at one of its format."""
        document = self.success()
        _to_bounds(document, self.contract.documents.document(_SUCCESS), upper=upper)
        return document


def encoded(document: Any, *, ascii_only: bool = False, indent: int | None = None) -> bytes:
    """The bytes of a JSON value."""
    return json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()


def _request_id(text: str) -> str:
    return str(uuid5(NAMESPACE_OID, text)).upper()


def _example(schema: Mapping[str, Any], choice: Choice) -> Any:
    if "properties" in schema:
        return {name: _example(one, choice) for name, one in schema["properties"].items() if choice(name, schema)}
    if "items" in schema:
        return [_example(schema["items"], choice)]
    if "const" in schema:
        return schema["const"]
    return schema["examples"][0] if "examples" in schema else _made_up(schema)


def _several(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value in which every list has several items."""
    if isinstance(value, dict):
        return {name: _several(one, schema["properties"][name]) for name, one in value.items()}
    if isinstance(value, list):
        return [_varied(_several(value[0], schema["items"]), schema["items"], index) for index in range(_SEVERAL)]
    return value


def _varied(item: Document, schema: Mapping[str, Any], index: int) -> Document:
    """An item that is another one in each of its fields whose schema leaves that open."""
    return {name: _another(value, schema["properties"][name], index) for name, value in item.items()}


def _another(value: Any, schema: Mapping[str, Any], index: int) -> Any:
    """A value like this one, told from it by its index."""
    if not index or {"pattern", "const", "enum"} & schema.keys():
        return value
    if schema.get("type") == "number":
        return value - index / _MATCHES
    if isinstance(value, int) and "minimum" not in schema and not isinstance(value, bool):
        return value + index
    return f"{value}-{index}" if isinstance(value, str) else value


def _made_up(schema: Mapping[str, Any]) -> Any:
    """A value where the schema shows none."""
    return {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": True}.get(
        schema.get("type", "string"), "text"
    )


def _to_bounds(value: Any, schema: Mapping[str, Any], *, upper: bool) -> None:
    if isinstance(value, list):
        for item in value:
            _to_bounds(item, schema["items"], upper=upper)
    for name, one in schema.get("properties", {}).items() if isinstance(value, dict) else ():
        if name in value and one.get("format") in BOUNDS and "const" not in one:
            low, high = BOUNDS[one["format"]]
            value[name] = min(one.get("maximum", high), high) if upper else max(one.get("minimum", low), low)
        elif name in value:
            _to_bounds(value[name], one, upper=upper)
