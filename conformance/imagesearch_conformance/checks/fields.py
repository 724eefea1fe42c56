"""Every field of a reply against its own schema, one requirement an aspect, with JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator
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
        parents = occurrences(view.reading.document, field.path[:-1])
        if field.presence:
            yield from _presence(view, field, f"{key}.{Aspect.PRESENT}", parents)
        elif field.path[-1] != EACH:
            yield from _left_out(view, field, parents)
        for pointer, value in _within(parents, field.path[-1]):
            if value is None and field.presence is None and field.path[-1] != EACH:
                yield view.departed(_NULL, f"{field.label} is null", ("no such name",), None, pointer)
            else:
                yield from _value(view, field, key, (pointer, value))


def occurrences(document: Any, path: tuple[str, ...]) -> list[Place]:
    """Every place that a path leads to in a document."""
    places = [("", document)]
    for name in path:
        places = _within(places, name)
    return places


def _within(places: list[Place], name: str) -> list[Place]:
    """The places one step further: under a name, or those of all items."""
    if name == EACH:
        lists = ((pointer, value) for pointer, value in places if isinstance(value, list))
        return [(f"{pointer}/{index}", item) for pointer, value in lists for index, item in enumerate(value)]
    return [
        (f"{pointer}/{name}", value[name]) for pointer, value in places if isinstance(value, dict) and name in value
    ]


def _presence(view: View, field: Field, requirement: str, parents: list[Place]) -> Iterator[Remark]:
    name = field.path[-1]
    for pointer, parent in parents:
        if not isinstance(parent, dict):
            continue
        if name in parent:
            yield view.held(requirement)
        else:
            yield view.departed(requirement, f"{field.label} is missing", (f"a value for {name}",), None, pointer)


def _left_out(view: View, field: Field, parents: list[Place]) -> Iterator[Remark]:
    """An optional field of an entry that is left out is what the requirement on null asks for."""
    for _, parent in parents:
        if isinstance(parent, dict) and field.path[-1] not in parent:
            yield view.held(_NULL)


def _value(view: View, field: Field, key: str, place: Place) -> Iterator[Remark]:
    pointer, value = place
    for constraint in field.constraints:
        if constraint.aspect in _BEYOND_SCHEMA:
            continue
        requirement = f"{key}.{constraint.aspect}"
        problem = _problem(constraint, value) if isinstance(value, _CONTAINERS) else _known_problem(constraint, value)
        if problem is None:
            yield view.held(requirement)
            continue
        expected = tuple(f"{keyword}: {limit}" for keyword, limit in constraint.keywords.items())
        yield view.departed(requirement, f"{field.label}: {problem}", expected, value, pointer)
        if constraint.aspect is Aspect.TYPE:
            return
    if field.integer:
        yield _notation(view, field, place)


def _problem(constraint: Constraint, value: Any) -> str | None:
    """What JSON Schema says against a value, or None."""
    found = next(iter(_validator(constraint).iter_errors(value)), None)
    return None if found is None else found.message


#: The same for what is no container: most values stand in many replies.
_known_problem = lru_cache(maxsize=2**15, typed=True)(_problem)

_CONTAINERS = (dict, list)


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
