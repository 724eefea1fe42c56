"""Strategies for JSON that keeps a schema of the contract, with optional and unknown members by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.generation.texts import texts

JsonObject = dict[str, Any]

#: The ranges of formats of integers, as OpenAPI's registry has them.
_INTEGER_RANGES: Mapping[str, tuple[int, int]] = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}

#: The most items of a list, the most unknown members of an object, and pixels of a side of a picture.
_MAX_ITEMS, _MAX_UNKNOWN_MEMBERS, _MAX_PIXELS = 3, 2, 10_000

_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10))

#: What stands in members that nobody knows.
_NESTED = st.dictionaries(st.text(max_size=5), _SCALARS, max_size=_MAX_UNKNOWN_MEMBERS)
_ANYTHING = st.one_of(_SCALARS, st.lists(_SCALARS, max_size=_MAX_ITEMS), _NESTED)


@frozen(eq=False, repr=False)
class ObjectStrategies:
    """Strategies for the objects of schemas; no unknown member is called like one of `known`."""

    known_names: frozenset[str]

    @classmethod
    def from_schemas(cls, *schemas: Mapping[str, Any]) -> ObjectStrategies:
        """Strategies that keep clear of the names of these schemas."""
        return cls(frozenset(name.casefold() for one in schemas for name in _member_names(one)))

    def objects(
        self, schema: Mapping[str, Any], members: Mapping[str, st.SearchStrategy[Any]] | None = None
    ) -> st.SearchStrategy[JsonObject]:
        """Objects with what is required or recommended, and all else by chance.

        `members` are in place of what the schema says of them, and always there.
        """
        given = members or {}
        always = {*schema.get("required", ()), *schema.get("x-recommended", ()), *given}
        described = schema["properties"].items()
        values = {name: given[name] if name in given else self.values(one) for name, one in described}
        sure = {name: one for name, one in values.items() if name in always}
        rest = {name: one for name, one in values.items() if name not in always}
        return st.builds(_merge, st.fixed_dictionaries(sure, optional=rest), self._unknown_members())

    def values(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        """Values that keep a schema."""
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        found: st.SearchStrategy[Any] = _STRATEGIES_BY_TYPE[schema["type"]](self, schema)
        return found

    def _unknown_members(self) -> st.SearchStrategy[JsonObject]:
        names = st.text(min_size=1, max_size=10).filter(lambda name: name.casefold() not in self.known_names)
        return st.one_of(st.just({}), st.dictionaries(names, _ANYTHING, max_size=_MAX_UNKNOWN_MEMBERS))


def _merge(first: JsonObject, second: JsonObject) -> JsonObject:
    return {**first, **second}


def _member_names(schema: Mapping[str, Any]) -> set[str]:
    properties = schema.get("properties", {})
    within = [*properties.values(), *([schema["items"]] if "items" in schema else [])]
    return set(properties).union(*map(_member_names, within))


def integer_bounds(schema: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The least and the greatest integer that a schema allows."""
    low, high = _INTEGER_RANGES.get(schema.get("format", ""), (None, None))
    least = [one for one in (low, schema.get("minimum")) if one is not None]
    most = [one for one in (high, schema.get("maximum")) if one is not None]
    return max(least, default=None), min(most, default=None)


def _strings(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "uuid":
        return st.uuids().map(lambda one: str(one).upper())
    if "x-region" in schema:
        return _regions(schema["x-region"].split(","))
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return texts(schema.get("minLength", 0), schema.get("maxLength"), schema.get("examples", ()))


def _regions(order: Sequence[str]) -> st.SearchStrategy[str]:
    """Corners in their order: of each axis the lesser before the greater."""
    side = st.integers(0, _MAX_PIXELS)

    def format_region(x: Sequence[int], y: Sequence[int]) -> str:
        at = dict(zip(("x1", "x2", "y1", "y2"), (*sorted(x), *sorted(y)), strict=True))
        return ",".join(str(at[name]) for name in order)

    return st.builds(format_region, st.tuples(side, side), st.tuples(side, side))


_STRATEGIES_BY_TYPE: Mapping[str, Any] = {
    "object": lambda strategies, schema: strategies.objects(schema),
    "array": lambda strategies, schema: st.lists(strategies.values(schema["items"]), max_size=_MAX_ITEMS),
    "integer": lambda _, schema: st.integers(*integer_bounds(schema)),
    "number": lambda _, schema: st.floats(
        schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False
    ),
    "boolean": lambda _, __: st.booleans(),
    "string": lambda _, schema: _strings(schema),
}
