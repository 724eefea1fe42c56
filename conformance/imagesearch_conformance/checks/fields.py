"""Every field of a reply against its own schema, one requirement an aspect, with JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from imagesearch_conformance.checks.pages import entries_due
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract.fields import EACH, Aspect, Constraint, Field

#: A place in a document (JSON pointer) and the value there.
Place = tuple[str, Any]

#: Aspects that a check of their own judges, because JSON Schema has no keyword for them.
_BEYOND_SCHEMA = frozenset({Aspect.FIRST_VALUE, Aspect.GEOMETRY})

#: The requirement that speaks of optional fields that are null.
_NULL = "response.optional.null"

_FORMATS = FormatChecker(formats=["uuid"])
_INT32 = 2**31


@_FORMATS.checks("int32")
def _is_int32(value: object) -> bool:
    """The range that the format int32 of OpenAPI's registry stands for; only integers are judged."""
    return not isinstance(value, int) or -_INT32 <= value < _INT32


def check_fields(view: View, fields: tuple[Field, ...], prefix: str) -> Iterator[Remark]:
    """Remarks on the presence and the value of every field; ids begin with the prefix."""
    due = entries_due(view)
    late = {field.path[0] for field in fields if field.when_found}
    for field in fields:
        if field.path[0] in late and not due:
            continue
        key = f"{prefix}.{field.key}" + (".item" if field.path[-1] == EACH else "")
        if field.presence:
            yield from _presence(view, field, f"{key}.{Aspect.PRESENT}")
        elif field.path[-1] != EACH:
            yield from _left_out(view, field)
        for pointer, value in occurrences(view.reading.document, field.path):
            if value is None and field.presence is None and field.path[-1] != EACH:
                yield view.departed(_NULL, f"{field.label} is null", ("no such name",), None, pointer)
            else:
                yield from _value(view, field, key, (pointer, value))


def occurrences(document: Any, path: tuple[str, ...], pointer: str = "") -> Iterator[Place]:
    """Every place that a path leads to in a document."""
    if not path:
        yield pointer, document
    elif path[0] == EACH:
        for index, item in enumerate(document if isinstance(document, list) else ()):
            yield from occurrences(item, path[1:], f"{pointer}/{index}")
    elif isinstance(document, Mapping) and path[0] in document:
        yield from occurrences(document[path[0]], path[1:], f"{pointer}/{path[0]}")


def _presence(view: View, field: Field, requirement: str) -> Iterator[Remark]:
    name = field.path[-1]
    for pointer, parent in occurrences(view.reading.document, field.path[:-1]):
        if not isinstance(parent, Mapping):
            continue
        if name in parent:
            yield view.held(requirement)
        else:
            yield view.departed(requirement, f"{field.label} is missing", (f"a value for {name}",), None, pointer)


def _left_out(view: View, field: Field) -> Iterator[Remark]:
    """An optional field of an entry that is left out is what the requirement on null asks for."""
    for _, parent in occurrences(view.reading.document, field.path[:-1]):
        if isinstance(parent, Mapping) and field.path[-1] not in parent:
            yield view.held(_NULL)


def _value(view: View, field: Field, key: str, place: Place) -> Iterator[Remark]:
    pointer, value = place
    for constraint in field.constraints:
        if constraint.aspect in _BEYOND_SCHEMA:
            continue
        requirement = f"{key}.{constraint.aspect}"
        problem = next(iter(_validator(constraint).iter_errors(value)), None)
        if problem is None:
            yield view.held(requirement)
            continue
        expected = tuple(f"{keyword}: {limit}" for keyword, limit in constraint.keywords.items())
        yield view.departed(requirement, f"{field.label}: {problem.message}", expected, value, pointer)
        if constraint.aspect is Aspect.TYPE:
            return
    if field.integer:
        yield _notation(view, field, place)


@lru_cache(maxsize=1024)
def _validator(constraint: Constraint) -> Draft202012Validator:
    """Made once a constraint: a reply has hundreds of values."""
    return Draft202012Validator(constraint.keywords, format_checker=_FORMATS)


def _notation(view: View, field: Field, place: Place) -> Remark:
    pointer, value = place
    requirement = "response.integers.notation"
    if not isinstance(value, float):
        return view.held(requirement)
    return view.departed(requirement, f"{field.label} is written as {value!r}", ("digits alone",), value, pointer)
