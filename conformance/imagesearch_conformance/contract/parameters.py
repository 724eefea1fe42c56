"""The parameters of the operation, as schemas/request.json describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.case import Location

REQUEST_SCHEMA_FILE = "schemas/request.json"

#: The types of parameters, with what Python makes of their values in a schema.
_PYTHON_TYPES: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool}


@frozen
class Parameter:
    """One parameter; a constraint that the schema does not state is None (or empty).

    `refusals` gives, by keyword, the codes that may answer a violation, `levels` by keyword the
    level of the requirement where it is not MUST, `interpretations` by keyword how we read the page.
    `location` is where it travels. Beside a `pattern`, `open_pattern` has the notations on which the
    page is silent, `open` some of them by name, and `broken` values that neither allows.
    """

    name: str
    type: str
    required: bool
    minimum: int | None
    maximum: int | None
    default: bool | int | str | None
    enum: tuple[int | str, ...]
    min_length: int | None
    max_length: int | None
    format: str | None
    pattern: str | None
    examples: tuple[bool | int | str, ...]
    source: str
    error_codes: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, str]
    interpretations: Mapping[str, str]
    location: Location
    unspecified_pattern: str | None
    unspecified_values: Mapping[str, str]
    invalid_values: Mapping[str, str]

    @property
    def key(self) -> str:
        """The first part of the ids of this parameter's requirements."""
        return self.name.lower()

    @property
    def is_integer(self) -> bool:
        """Whether its values are decimal digits."""
        return self.type == "integer"

    @property
    def is_boolean(self) -> bool:
        """Whether its values are true and false."""
        return self.type == "boolean"

    @property
    def is_filter(self) -> bool:
        """Whether its values are conditions of the filter language."""
        return self.format == "filter"

    def matches_pattern(self, text: str) -> bool:
        """Whether a text has the form that the pattern states; without one every text has."""
        return self.pattern is None or _matches(self.pattern, text)

    def is_unspecified(self, text: str) -> bool:
        """Whether a text has another form than the pattern states, and one on which the page is silent."""
        return (
            not self.matches_pattern(text)
            and self.unspecified_pattern is not None
            and _matches(self.unspecified_pattern, text)
        )

    def pointer(self, keyword: str) -> str:
        """Where in `spec/` a constraint stands."""
        return (
            f"{REQUEST_SCHEMA_FILE}#/required"
            if keyword == "required"
            else f"{REQUEST_SCHEMA_FILE}#/properties/{self.name}/{keyword}"
        )

    def constraints(self) -> Mapping[str, object]:
        """The constraints that the schema states, by keyword."""
        stated = {
            "required": self.required or None,
            "type": None if self.type == "string" else self.type,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "enum": self.enum or None,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "format": self.format,
            "pattern": self.pattern,
        }
        return {keyword: value for keyword, value in stated.items() if value is not None}


def _matches(pattern: str, text: str) -> bool:
    """Whether a text has a form; in JSON Schema `$` is the very end, in Python a line break may follow."""
    return re.search(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), text) is not None


def to_wire_value(value: bool | int | str | None) -> str:  # noqa: FBT001 a value of a schema
    """A value as it travels; nothing as an empty text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@frozen
class Window:
    """How far into the ranking a request may reach: the parameters that add up, and the limit."""

    start_parameter: str
    count_parameter: str
    maximum: int
    error_codes: tuple[str, ...]


@frozen
class ImageName:
    """The parameters that together name an image, and the codes when there is none."""

    parameters: tuple[str, ...]
    error_codes: tuple[str, ...]


@frozen
class CategoryChoice:
    """The parameter that chooses a category, and the id of everything on a generic instance."""

    parameter: str
    generic_category: int


@frozen
class ResultFilters:
    """The parameters that leave entries out of a ranking, where the contract has them.

    `threshold` is the least Score, written with so many `decimals`; `distinct` asks for one entry a
    product.
    """

    threshold_parameter: str | None = None
    threshold_decimals: int = 0
    distinct_parameter: str | None = None


def read_parameters(schema: SpecRecord) -> Iterator[Parameter]:
    """The parameters in the order of the schema."""
    properties = schema.child("properties")
    required = schema.strings("required")
    for name in properties.value:
        yield _read_parameter(name, properties.child(name), required=name in required)
    if missing := [name for name in required if name not in properties.value]:
        raise InvalidSpec(f"{missing[0]!r} is required and not described", f"{schema.where}/required")


def _read_parameter(name: str, schema: SpecRecord, *, required: bool) -> Parameter:
    kind = schema.get("type", str)
    if kind not in _PYTHON_TYPES:
        raise InvalidSpec(f"a parameter is one of {', '.join(_PYTHON_TYPES)}, not {kind!r}", f"{schema.where}/type")
    notation = schema.child("x-open") if "x-open" in schema.value else SpecRecord({}, schema.where)
    refusals = schema.get("x-refusals", dict, {})
    return Parameter(
        name=name,
        type=kind,
        required=required,
        minimum=schema.get("minimum", int, None),
        maximum=schema.get("maximum", int, None),
        default=schema.get("default", _PYTHON_TYPES[kind], None),
        enum=tuple(schema.get("enum", list, ())),
        min_length=schema.get("minLength", int, None),
        max_length=schema.get("maxLength", int, None),
        format=schema.get("format", str, None),
        pattern=schema.get("pattern", str, None),
        examples=tuple(schema.get("examples", list, ())),
        source=schema.get("x-source", str, f"Request parameters / {name}"),
        error_codes={keyword: tuple(codes) for keyword, codes in refusals.items()},
        levels=schema.get("x-levels", dict, {}),
        interpretations=schema.get("x-interpretations", dict, {}),
        location=_read_location(schema),
        unspecified_pattern=notation.get("pattern", str, None),
        unspecified_values=notation.get("values", dict, {}),
        invalid_values=schema.get("x-broken", dict, {}),
    )


def _read_location(schema: SpecRecord) -> Location:
    given = schema.get("x-in", str, Location.BODY.value)
    places = (Location.BODY, Location.QUERY)
    if given not in places:
        raise InvalidSpec(f"a parameter travels in no {given!r}", f"{schema.where}/x-in", f"one of {', '.join(places)}")
    return Location(given)


def read_window(schema: SpecRecord) -> Window:
    """How far into the ranking a request may reach."""
    found = schema.child("x-window")
    return Window(
        found.get("start", str), found.get("count", str), found.get("maximum", int), found.strings("refusals")
    )


def read_image(schema: SpecRecord) -> ImageName:
    """The parameters that name an image."""
    found = schema.child("x-image")
    return ImageName(found.strings("parameters"), found.strings("refusals"))


def read_category(schema: SpecRecord) -> CategoryChoice:
    """The parameter that chooses a category."""
    found = schema.child("x-category")
    return CategoryChoice(found.get("parameter", str), found.get("generic", int))


def read_result_filters(schema: SpecRecord) -> ResultFilters:
    """The parameters that leave entries out; a contract may have none."""
    threshold = schema.child("x-threshold") if "x-threshold" in schema.value else None
    distinct = schema.child("x-distinct") if "x-distinct" in schema.value else None
    return ResultFilters(
        None if threshold is None else threshold.get("parameter", str),
        0 if threshold is None else threshold.get("decimals", int),
        None if distinct is None else distinct.get("parameter", str),
    )
