"""The fields of a reply, one by one, as its JSON Schema describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord

#: In a path: every item of an array.
EACH_ITEM = "*"


class Aspect(StrEnum):
    """What can be wrong with a field; the last part of a requirement's id."""

    PRESENT = "present"
    TYPE = "type"
    VALUE = "value"
    LENGTH = "length"
    RANGE = "range"
    PATTERN = "pattern"
    FORMAT = "format"
    FIRST_VALUE = "first-value"
    GEOMETRY = "geometry"


#: Which keywords of a field's schema each aspect is made of; presence comes from the parent.
ASPECT_KEYWORDS: Mapping[Aspect, tuple[str, ...]] = {
    Aspect.TYPE: ("type",),
    Aspect.VALUE: ("const", "enum"),
    Aspect.LENGTH: ("minLength", "maxLength"),
    Aspect.RANGE: ("minimum", "maximum"),
    Aspect.PATTERN: ("pattern",),
    Aspect.FORMAT: ("format",),
    Aspect.FIRST_VALUE: ("x-first-value",),
    Aspect.GEOMETRY: ("x-region",),
}


@frozen(eq=False)
class Constraint:
    """What the schema states of one aspect of a value, as keywords of JSON Schema or our own."""

    aspect: Aspect
    keywords: Mapping[str, Any]


@frozen(eq=False)
class Field:
    """One field: its path (names, `*` for every item), its own constraints, whether it is needed.

    `presence` is `must`, `should` or None; a field needed only when there are entries has
    `when_found`. `constraints` are what the schema states of the value itself. A field that `varies`
    may differ between replies to the same request.
    """

    path: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    presence: str | None
    required_with_entries: bool
    pointer: str
    varies: bool = False

    @cached_property
    def key(self) -> str:
        """The path in ids: lower-case, items of arrays not marked."""
        return ".".join(part.lower() for part in self.path if part != EACH_ITEM)

    @cached_property
    def label(self) -> str:
        """The path for people."""
        return "/".join(part for part in self.path if part != EACH_ITEM)

    @cached_property
    def is_integer(self) -> bool:
        """Whether its value is an integer."""
        return any(one.keywords.get("type") == "integer" for one in self.constraints)


def read_fields(schema: SpecRecord) -> Iterator[Field]:
    """All fields of an object schema, parents before children, in the order of the schema."""
    late = schema.child("x-required-when-found").strings("fields") if "x-required-when-found" in schema.value else ()
    yield from _read_properties(schema, (), late)


def _read_properties(
    schema: SpecRecord, path: tuple[str, ...], required_with_entries: tuple[str, ...]
) -> Iterator[Field]:
    required, recommended = schema.strings("required"), schema.strings("x-recommended")
    properties = schema.child("properties")
    for name in properties.value:
        child = properties.child(name)
        presence = (
            "must" if name in required or name in required_with_entries else "should" if name in recommended else None
        )
        varies = child.get("x-varies", bool, default=False)
        yield Field(
            (*path, name), _read_constraints(child), presence, name in required_with_entries, child.where, varies
        )
        yield from _read_nested(child, (*path, name))


def _read_nested(schema: SpecRecord, path: tuple[str, ...]) -> Iterator[Field]:
    if "properties" in schema.value:
        yield from _read_properties(schema, path, ())
    if "items" in schema.value:
        items = schema.child("items")
        yield Field(
            (*path, EACH_ITEM),
            _read_constraints(items),
            presence=None,
            required_with_entries=False,
            pointer=items.where,
        )
        yield from _read_nested(items, (*path, EACH_ITEM))


def _read_constraints(schema: SpecRecord) -> tuple[Constraint, ...]:
    stated = (
        Constraint(aspect, {keyword: schema.value[keyword] for keyword in keywords if keyword in schema.value})
        for aspect, keywords in ASPECT_KEYWORDS.items()
    )
    return tuple(one for one in stated if one.keywords)
