"""Changes to whole bodies that a conforming endpoint may make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from imagesearch_conformance.contract.fields import EACH_ITEM, Field
from imagesearch_conformance.emulator.success_body import JsonObject

#: A field that no revision has.
_EXTRA_FIELD = ("Extension", {"Note": "later revisions add fields", "Values": [1, None, True]})


#: Attributes that a later revision adds to entries.
_LATER_FIELDS = {"IntAttr3": -3, "IntAttr4": 2**31 - 1, "StrAttr3": "later", "StrAttr4": ""}


def add_later_fields(body: JsonObject) -> JsonObject:
    """Return the body with the attributes that a later revision adds to entries."""
    return {**body, "Auctions": [{**_LATER_FIELDS, **entry} for entry in body["Auctions"]]}


def remove_optional_fields(body: JsonObject, fields: Iterable[Field]) -> JsonObject:
    """Remove the fields that are neither required nor recommended."""
    for field in fields:
        if field.presence is None and field.path[-1] != EACH_ITEM:
            _remove_field(body, field.path)
    return body


def add_extra_fields(value: Any) -> Any:
    """Return a copy in which every object has one more field."""
    if isinstance(value, dict):
        name, content = _EXTRA_FIELD
        return {key: add_extra_fields(inner) for key, inner in value.items()} | {name: content}
    return [add_extra_fields(item) for item in value] if isinstance(value, list) else value


def _remove_field(value: Any, path: tuple[str, ...]) -> None:
    first, *rest = path
    if first == EACH_ITEM:
        for item in value:
            _remove_field(item, tuple(rest))
    elif rest and first in value:
        _remove_field(value[first], tuple(rest))
    elif not rest:
        value.pop(first, None)
