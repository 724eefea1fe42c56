"""The parameters of the operation, and the keywords that relate them, from schemas/request.json."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.case import Location

REQUEST_SCHEMA_FILE = "schemas/request.json"

#: The types of parameters, with the Python types of their values in a schema.
_PYTHON_TYPES: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool}


@frozen
class Parameter:
    """A parameter; constraints that the schema does not state are None or empty.

    `error_codes`, `levels` (where not MUST) and `interpretations` are by keyword of the constraint. With a `pattern`,
    `unspecified_pattern` matches notations that the documentation leaves open, `unspecified_values` are some of them by
    name, and `invalid_values` are values that match neither pattern.
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
        return self.type == "integer"

    @property
    def is_boolean(self) -> bool:
        return self.type == "boolean"

    @property
    def is_filter(self) -> bool:
        """Return whether the values are conditions of the filter language."""
        return self.format == "filter"

    def matches_pattern(self, text: str) -> bool:
        """Return whether a text matches the pattern; true without a pattern."""
        return self.pattern is None or _matches(self.pattern, text)

    def is_unspecified(self, text: str) -> bool:
        """Return whether a text matches only the pattern of unspecified notations."""
        return (
            not self.matches_pattern(text)
            and self.unspecified_pattern is not None
            and _matches(self.unspecified_pattern, text)
        )

    def pointer(self, keyword: str) -> str:
        """Return the location of a constraint in `spec/`."""
        path = "required" if keyword == "required" else f"properties/{self.name}/{keyword}"
        return f"{REQUEST_SCHEMA_FILE}#/{path}"

    def constraints(self) -> Mapping[str, object]:
        """Return the constraints that the schema states, by keyword."""
        constraints = {
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
        return {keyword: value for keyword, value in constraints.items() if value is not None}


def _matches(pattern: str, text: str) -> bool:
    # In JSON Schema `$` is the very end of the text, in Python a line break may follow.
    return re.search(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), text) is not None


def to_wire_value(value: bool | int | str | None) -> str:  # noqa: FBT001 a value of a schema
    """Return a value as sent on the wire; None is an empty text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@frozen
class Window:
    """The limit on the sum of two parameters: the part of the ranking that requests can select."""

    start_parameter: str
    count_parameter: str
    maximum: int
    error_codes: tuple[str, ...]


@frozen
class ImageName:
    """The parameters that together name an image, and the codes for an image that does not exist."""

    parameters: tuple[str, ...]
    error_codes: tuple[str, ...]


@frozen
class CategoryChoice:
    """The parameter that chooses a category, and the category of all images of a generic instance."""

    parameter: str
    generic_category: int


@frozen
class ResultFilters:
    """The parameters that remove entries from a ranking, if the contract has them.

    `threshold_parameter` is the minimum Score, with `threshold_decimals` decimals; `distinct_parameter` limits the
    result to one entry per product.
    """

    threshold_parameter: str | None = None
    threshold_decimals: int = 0
    distinct_parameter: str | None = None


def read_parameters(schema: SpecRecord) -> Iterator[Parameter]:
    """Yield the parameters in the order of the schema."""
    properties = schema.child("properties")
    required = schema.strings("required")
    for name in properties.value:
        yield _read_parameter(name, properties.child(name), required=name in required)
    if missing := [name for name in required if name not in properties.value]:
        raise InvalidSpec(f"the required parameter {missing[0]!r} has no schema", f"{schema.where}/required")


def _read_parameter(name: str, schema: SpecRecord, *, required: bool) -> Parameter:
    type_ = schema.get("type", str)
    if type_ not in _PYTHON_TYPES:
        raise InvalidSpec(f"expected one of {', '.join(_PYTHON_TYPES)}, got {type_!r}", f"{schema.where}/type")
    unspecified = schema.optional_child("x-open")
    return Parameter(
        name=name,
        type=type_,
        required=required,
        minimum=schema.get("minimum", int, None),
        maximum=schema.get("maximum", int, None),
        default=schema.get("default", _PYTHON_TYPES[type_], None),
        enum=tuple(schema.get("enum", list, ())),
        min_length=schema.get("minLength", int, None),
        max_length=schema.get("maxLength", int, None),
        format=schema.get("format", str, None),
        pattern=schema.get("pattern", str, None),
        examples=tuple(schema.get("examples", list, ())),
        source=schema.get("x-source", str, f"Request parameters / {name}"),
        error_codes={keyword: tuple(codes) for keyword, codes in schema.get("x-refusals", dict, {}).items()},
        levels=schema.get("x-levels", dict, {}),
        interpretations=schema.get("x-interpretations", dict, {}),
        location=_read_location(schema),
        unspecified_pattern=unspecified.get("pattern", str, None),
        unspecified_values=unspecified.get("values", dict, {}),
        invalid_values=schema.get("x-broken", dict, {}),
    )


def _read_location(schema: SpecRecord) -> Location:
    name = schema.get("x-in", str, Location.BODY.value)
    choices = (Location.BODY, Location.QUERY)
    if name not in choices:
        raise InvalidSpec(f"expected one of {', '.join(choices)}, got {name!r}", f"{schema.where}/x-in")
    return Location(name)


def read_window(schema: SpecRecord) -> Window:
    record = schema.child("x-window")
    return Window(
        record.get("start", str), record.get("count", str), record.get("maximum", int), record.strings("refusals")
    )


def read_image(schema: SpecRecord) -> ImageName:
    record = schema.child("x-image")
    return ImageName(record.strings("parameters"), record.strings("refusals"))


def read_category(schema: SpecRecord) -> CategoryChoice:
    record = schema.child("x-category")
    return CategoryChoice(record.get("parameter", str), record.get("generic", int))


def read_result_filters(schema: SpecRecord) -> ResultFilters:
    threshold = schema.child("x-threshold") if "x-threshold" in schema.value else None
    distinct = schema.child("x-distinct") if "x-distinct" in schema.value else None
    return ResultFilters(
        None if threshold is None else threshold.get("parameter", str),
        0 if threshold is None else threshold.get("decimals", int),
        None if distinct is None else distinct.get("parameter", str),
    )
