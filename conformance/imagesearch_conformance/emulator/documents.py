"""Changes to whole documents that conforming endpoints may make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from imagesearch_conformance.contract.fields import EACH, Field
from imagesearch_conformance.emulator.success import Document

#: A field of no revision, and what stands in it.
_EXTENSION = ("Extension", {"Note": "later revisions add fields", "Values": [1, None, True]})


#: What an endpoint of a later revision shows of every image.
_LATER = {"IntAttr3": -3, "IntAttr4": 2**31 - 1, "StrAttr3": "later", "StrAttr4": ""}


def with_later_fields(document: Document) -> Document:
    """The document with the attributes that a later revision adds to its entries."""
    return {**document, "Auctions": [{**_LATER, **entry} for entry in document["Auctions"]]}


def without_optional(document: Document, fields: Iterable[Field]) -> Document:
    """The document without the fields that nothing requires or recommends."""
    for field in fields:
        if field.presence is None and field.path[-1] != EACH:
            _remove(document, field.path)
    return document


def extended(value: Any) -> Any:
    """A copy in which every object has one more field."""
    if isinstance(value, dict):
        name, content = _EXTENSION
        return {key: extended(inner) for key, inner in value.items()} | {name: content}
    return [extended(item) for item in value] if isinstance(value, list) else value


def _remove(value: Any, path: tuple[str, ...]) -> None:
    first, *rest = path
    if first == EACH:
        for item in value:
            _remove(item, tuple(rest))
    elif rest and first in value:
        _remove(value[first], tuple(rest))
    elif not rest:
        value.pop(first, None)
