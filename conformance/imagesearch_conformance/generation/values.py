"""Strategies for texts, and for JSON that matches a schema of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

#: Each character except surrogates.
_ANY_CHARACTER = st.characters(codec="utf-8")

#: Characters special in forms, URLs, markup and quotes, and letters of several bytes or of two characters.
_SPECIAL_CHARACTERS = "a+%&=~*#/?;:\"'\\<> \u00e9\u56fe\u0635\U0001f457e\u0301"

#: Long texts repeat a piece of up to this length.
_MAX_PIECE_LENGTH = 5


def texts(
    min_length: int = 0, max_length: int | None = None, examples: Iterable[object] = ()
) -> st.SearchStrategy[str]:
    """Return texts of a length in characters; examples shrink to `examples`."""
    words = [example for example in examples if isinstance(example, str)]
    known = [word for word in words if min_length <= len(word) and (max_length is None or len(word) <= max_length)]
    return st.one_of(
        *([st.sampled_from(known)] if known else []),
        st.text(_ANY_CHARACTER, min_size=min_length, max_size=max_length),
        st.text(_SPECIAL_CHARACTERS, min_size=min_length, max_size=max_length),
        *([texts_with_length(max_length)] if max_length else []),
    )


def misspelt_texts(
    valid_texts: st.SearchStrategy[str], stray_characters: Sequence[str], max_position: int
) -> st.SearchStrategy[str]:
    """Return texts with one character removed, replaced or inserted."""

    def misspell(text: str, position: int, replacement: str, removed_length: int) -> str:
        position %= len(text) + 1
        return text[:position] + replacement + text[position + removed_length :]

    positions = st.integers(0, max_position)
    return st.builds(misspell, valid_texts, positions, st.sampled_from(stray_characters), st.integers(0, 1))


def texts_with_length(length: int, alphabet: st.SearchStrategy[str] = _ANY_CHARACTER) -> st.SearchStrategy[str]:
    """Return texts of exactly `length` characters."""
    pieces = st.text(alphabet, min_size=1, max_size=_MAX_PIECE_LENGTH)
    return pieces.map(lambda piece: (piece * length)[:length])


JsonObject = dict[str, Any]

#: The ranges of integer formats in the OpenAPI format registry.
_INTEGER_RANGES: Mapping[str, tuple[int, int]] = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}

#: Limits on the items of a list, the unknown members of an object, and the side of a picture in pixels.
_MAX_ITEMS, _MAX_UNKNOWN_MEMBERS, _MAX_PIXELS = 3, 2, 10_000

_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10))

#: Values of unknown members.
_NESTED = st.dictionaries(st.text(max_size=5), _SCALARS, max_size=_MAX_UNKNOWN_MEMBERS)
_ANYTHING = st.one_of(_SCALARS, st.lists(_SCALARS, max_size=_MAX_ITEMS), _NESTED)


@frozen(eq=False, repr=False)
class ObjectStrategies:
    """Strategies for the objects of schemas; no unknown member has one of the `known_names`."""

    known_names: frozenset[str]

    @classmethod
    def from_schemas(cls, *schemas: Mapping[str, Any]) -> ObjectStrategies:
        """Create strategies whose unknown members have none of the names in these schemas."""
        return cls(frozenset(name.casefold() for schema in schemas for name in _member_names(schema)))

    def objects(
        self, schema: Mapping[str, Any], members: Mapping[str, st.SearchStrategy[Any]] | None = None
    ) -> st.SearchStrategy[JsonObject]:
        """Return objects with all required and recommended members, and random others.

        `members` replace those of the schema, and are always present.
        """
        replaced = members or {}
        always = {*schema.get("required", ()), *schema.get("x-recommended", ()), *replaced}
        strategies = {
            name: replaced[name] if name in replaced else self.values(member)
            for name, member in schema["properties"].items()
        }
        required = {name: values for name, values in strategies.items() if name in always}
        optional = {name: values for name, values in strategies.items() if name not in always}
        return st.builds(_merge, st.fixed_dictionaries(required, optional=optional), self._unknown_members())

    def values(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        strategy: st.SearchStrategy[Any] = _STRATEGIES_BY_TYPE[schema["type"]](self, schema)
        return strategy

    def _unknown_members(self) -> st.SearchStrategy[JsonObject]:
        names = st.text(min_size=1, max_size=10).filter(lambda name: name.casefold() not in self.known_names)
        return st.one_of(st.just({}), st.dictionaries(names, _ANYTHING, max_size=_MAX_UNKNOWN_MEMBERS))


def _merge(first: JsonObject, second: JsonObject) -> JsonObject:
    return {**first, **second}


def _member_names(schema: Mapping[str, Any]) -> set[str]:
    properties = schema.get("properties", {})
    nested = [*properties.values(), *([schema["items"]] if "items" in schema else [])]
    return set(properties).union(*map(_member_names, nested))


def integer_bounds(schema: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return the minimum and the maximum of integers of a schema; None is unbounded."""
    low, high = _INTEGER_RANGES.get(schema.get("format", ""), (None, None))
    minima = [bound for bound in (low, schema.get("minimum")) if bound is not None]
    maxima = [bound for bound in (high, schema.get("maximum")) if bound is not None]
    return max(minima, default=None), min(maxima, default=None)


def _strings(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "uuid":
        return st.uuids().map(lambda uuid: str(uuid).upper())
    if "x-region" in schema:
        return _regions(schema["x-region"].split(","))
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return texts(schema.get("minLength", 0), schema.get("maxLength"), schema.get("examples", ()))


def _regions(order: Sequence[str]) -> st.SearchStrategy[str]:
    """Return regions as text, with their coordinates in this order and the lesser of each axis first."""
    side = st.integers(0, _MAX_PIXELS)

    def format_region(x: Sequence[int], y: Sequence[int]) -> str:
        coordinates = dict(zip(("x1", "x2", "y1", "y2"), (*sorted(x), *sorted(y)), strict=True))
        return ",".join(str(coordinates[name]) for name in order)

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
