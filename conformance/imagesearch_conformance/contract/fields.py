"""The fields of a response, as its JSON Schema describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord

#: The part of a path for all items of an array.
EACH_ITEM = "*"


class Aspect(StrEnum):
    """An aspect of a field that has a requirement; the last part of its id."""

    PRESENT = "present"
    TYPE = "type"
    VALUE = "value"
    LENGTH = "length"
    RANGE = "range"
    PATTERN = "pattern"
    FORMAT = "format"
    FIRST_VALUE = "first-value"
    GEOMETRY = "geometry"


#: The keywords of a schema for each aspect; presence is stated by the schema of the parent.
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
    """The keywords of a schema that concern one aspect of a value."""

    aspect: Aspect
    keywords: Mapping[str, Any]


@frozen(eq=False)
class Field:
    """A field: its path (names, `*` for all items), the constraints on its value, and its presence.

    `presence` is `must`, `should` or None; with `required_with_entries` the field is required only if the response has
    entries. A field that `varies` may differ between responses to the same request.
    """

    path: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    presence: str | None
    required_with_entries: bool
    pointer: str
    varies: bool = False

    @cached_property
    def key(self) -> str:
        """The path in ids: lower-case, without `*`."""
        return ".".join(part.lower() for part in self.path if part != EACH_ITEM)

    @cached_property
    def label(self) -> str:
        """The path in texts: without `*`."""
        return "/".join(part for part in self.path if part != EACH_ITEM)

    @cached_property
    def is_integer(self) -> bool:
        return any(constraint.keywords.get("type") == "integer" for constraint in self.constraints)


def read_fields(schema: SpecRecord) -> Iterator[Field]:
    """Yield all fields of an object schema, parents before children, in the order of the schema."""
    key = "x-required-when-found"
    yield from _read_properties(schema, (), schema.child(key).strings("fields") if key in schema.value else ())


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
    constraints = (
        Constraint(aspect, {keyword: schema.value[keyword] for keyword in keywords if keyword in schema.value})
        for aspect, keywords in ASPECT_KEYWORDS.items()
    )
    return tuple(constraint for constraint in constraints if constraint.keywords)
