"""The parameters of the operation, as schemas/request.json describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from imagesearch_conformance.contract.shape import Record
from imagesearch_conformance.errors import BadSpec

FILE = "schemas/request.json"

#: The keywords of JSON Schema that a request can break, one rule each; `type` for integers only.
KEYWORDS = ("required", "type", "minimum", "maximum", "enum", "minLength", "maxLength", "format")


@frozen
class Parameter:
    """One parameter; a constraint that the schema does not state is None (or empty).

    `refusals` gives, by keyword, the codes that may answer a violation, `levels` by keyword the
    level of the requirement where it is not MUST, `interpretations` by keyword how we read the page.
    """

    name: str
    type: str
    required: bool
    minimum: int | None
    maximum: int | None
    default: int | str | None
    enum: tuple[int | str, ...]
    min_length: int | None
    max_length: int | None
    format: str | None
    examples: tuple[int | str, ...]
    source: str
    refusals: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, str]
    interpretations: Mapping[str, str]

    @property
    def key(self) -> str:
        """The first part of the ids of this parameter's requirements."""
        return self.name.lower()

    @property
    def integer(self) -> bool:
        """Whether its values are decimal digits."""
        return self.type == "integer"

    def pointer(self, keyword: str) -> str:
        """Where in `spec/` a constraint stands."""
        return f"{FILE}#/required" if keyword == "required" else f"{FILE}#/properties/{self.name}/{keyword}"

    def constraints(self) -> Mapping[str, object]:
        """The constraints that the schema states, by keyword."""
        stated = {
            "required": self.required or None,
            "type": self.type if self.integer else None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "enum": self.enum or None,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "format": self.format,
        }
        return {keyword: value for keyword, value in stated.items() if value is not None}


@frozen
class Window:
    """How far into the ranking a request may reach: the parameters that add up, and the limit."""

    start: str
    count: str
    maximum: int
    refusals: tuple[str, ...]


@frozen
class ImageName:
    """The parameters that together name an image, and the codes when there is none."""

    parameters: tuple[str, ...]
    refusals: tuple[str, ...]


@frozen
class CategoryChoice:
    """The parameter that chooses a category, and the id of everything on a generic instance."""

    parameter: str
    generic: int


def read_parameters(schema: Record) -> Iterator[Parameter]:
    """The parameters in the order of the schema."""
    properties = schema.child("properties")
    required = schema.texts("required")
    for name in properties.value:
        yield _parameter(name, properties.child(name), required=name in required)
    if missing := [name for name in required if name not in properties.value]:
        raise BadSpec(f"{missing[0]!r} is required and not described", f"{schema.where}/required")


def _parameter(name: str, schema: Record, *, required: bool) -> Parameter:
    kind = schema.get("type", str)
    if kind not in {"string", "integer"}:
        raise BadSpec(f"a parameter is a string or an integer, not {kind!r}", f"{schema.where}/type")
    scalar = int if kind == "integer" else str
    refusals = schema.get("x-refusals", dict, {})
    return Parameter(
        name=name,
        type=kind,
        required=required,
        minimum=schema.get("minimum", int, None),
        maximum=schema.get("maximum", int, None),
        default=schema.get("default", scalar, None),
        enum=tuple(schema.get("enum", list, ())),
        min_length=schema.get("minLength", int, None),
        max_length=schema.get("maxLength", int, None),
        format=schema.get("format", str, None),
        examples=tuple(schema.get("examples", list, ())),
        source=schema.get("x-source", str, f"Request parameters / {name}"),
        refusals={keyword: tuple(codes) for keyword, codes in refusals.items()},
        levels=schema.get("x-levels", dict, {}),
        interpretations=schema.get("x-interpretations", dict, {}),
    )


def read_window(schema: Record) -> Window:
    """How far into the ranking a request may reach."""
    found = schema.child("x-window")
    return Window(found.get("start", str), found.get("count", str), found.get("maximum", int), found.texts("refusals"))


def read_image(schema: Record) -> ImageName:
    """The parameters that name an image."""
    found = schema.child("x-image")
    return ImageName(found.texts("parameters"), found.texts("refusals"))


def read_category(schema: Record) -> CategoryChoice:
    """The parameter that chooses a category."""
    found = schema.child("x-category")
    return CategoryChoice(found.get("parameter", str), found.get("generic", int))
