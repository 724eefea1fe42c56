"""The members of one object of a reply against their schemas: the same object stands in many replies."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from attrs import frozen
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema_rs import validator_for

from imagesearch_conformance.contract.fields import EACH, Aspect, Constraint, Field

#: Aspects that a check of their own judges, because JSON Schema has no keyword for them.
_BEYOND_SCHEMA = frozenset({Aspect.FIRST_VALUE, Aspect.GEOMETRY})

#: The requirement that speaks of optional fields that are null.
_NULL = "response.optional.null"

_NOTATION = "response.integers.notation"

#: The version of marshal's notation in which what is equal is written alike, in a fifth of the time of JSON.
_PLAIN = 2

#: Keywords on which validators do not differ, if numbers are exact; the fast one is asked first.
_ALIKE = frozenset({"type", "minimum", "maximum", "minLength", "maxLength"})

#: Whole numbers up to here are the same as integers and as floats. Beyond, the fast one knows no infinity (1e999).
_EXACT = 2**53

#: To none of these it matters what is in a container.
_EMPTY: dict[type, Any] = {dict: {}, list: []}

_FORMATS = FormatChecker(formats=["uuid"])
_INT32 = 2**31


@_FORMATS.checks("int32")
def _is_int32(value: object) -> bool:
    """The range that the format int32 of OpenAPI's registry stands for; only integers are judged."""
    return not isinstance(value, int) or -_INT32 <= value < _INT32


@frozen
class Departure:
    """A requirement departed from; `where` is a JSON pointer from the object on."""

    requirement: str
    message: str
    expected: tuple[str, ...]
    actual: Any
    where: str = ""


@frozen
class Members:
    """What the members of an object show: requirements that held somewhere, and departures."""

    held: frozenset[str]
    departures: tuple[Departure, ...]


def judge_members(fields: tuple[Field, ...], prefix: str, holder: Any) -> Members:
    """Judges the members that fields of one parent describe; ids begin with the prefix."""
    told = list(_all_told(fields, prefix, holder))
    held = _same(frozenset(one for one in told if isinstance(one, str)))
    return Members(held, tuple(one for one in told if isinstance(one, Departure)))


@lru_cache(maxsize=1024)
def _same(held: frozenset[str]) -> frozenset[str]:
    """One set for all that hold the same: objects of one kind differ in little else than their values."""
    return held


def judge_item(fields: tuple[Field, ...], prefix: str, item: Any) -> Members:
    """The same for an item of a list: a search shows the same items again and again."""
    try:
        packed = marshal.dumps(item, _PLAIN)
    except ValueError:  # nested more deeply than it can be packed
        return judge_members(fields, prefix, item)
    return _of_bytes(fields, prefix, packed)


@lru_cache(maxsize=2**13)
def _of_bytes(fields: tuple[Field, ...], prefix: str, packed: bytes) -> Members:
    return judge_members(fields, prefix, marshal.loads(packed))  # noqa: S302 what was packed a moment before


def _all_told(fields: tuple[Field, ...], prefix: str, holder: Any) -> Iterator[str | Departure]:
    for field in fields:
        key = f"{prefix}.{field.key}"
        if field.path[-1] == EACH:
            for index, item in enumerate(holder if isinstance(holder, list) else ()):
                yield from _value(field, f"{key}.item", item, f"/{index}")
        elif isinstance(holder, dict):
            yield from _member(field, key, holder)


def _member(field: Field, key: str, holder: dict[str, Any]) -> Iterator[str | Departure]:
    """What is said of one member: whether it has to be there, and its value."""
    name, requirement = field.path[-1], f"{key}.{Aspect.PRESENT}"
    if name not in holder:
        if field.presence:
            yield Departure(requirement, f"{field.label} is missing", (f"a value for {name}",), None)
        else:
            yield _NULL
        return
    if field.presence:
        yield requirement
    elif holder[name] is None:
        yield Departure(_NULL, f"{field.label} is null", ("no such name",), None, f"/{name}")
        return
    yield from _value(field, key, holder[name], f"/{name}")


def _value(field: Field, key: str, value: Any, where: str) -> Iterator[str | Departure]:
    for constraint in (one for one in field.constraints if one.aspect not in _BEYOND_SCHEMA):
        requirement = f"{key}.{constraint.aspect}"
        problem = _problem(constraint, value)
        if problem is None:
            yield requirement
            continue
        expected = tuple(f"{keyword}: {limit}" for keyword, limit in constraint.keywords.items())
        yield Departure(requirement, f"{field.label}: {problem}", expected, value, where)
        if constraint.aspect is Aspect.TYPE:
            return
    if field.integer:
        yield _notation(field, value, where)


def _notation(field: Field, value: Any, where: str) -> str | Departure:
    if not isinstance(value, float):
        return _NOTATION
    return Departure(_NOTATION, f"{field.label} is written as {value!r}", ("digits alone",), value, where)


def _problem(constraint: Constraint, value: Any) -> str | None:
    """What JSON Schema says against a value, or None."""
    if _fits(constraint, value):
        return None
    found = next(iter(_validator(constraint).iter_errors(value)), None)
    return None if found is None else found.message


def _fits(constraint: Constraint, value: Any) -> bool:
    """Whether a value surely keeps to a constraint: most do, and this takes a tenth of the time."""
    quick = _quick(constraint)
    if isinstance(value, (int, float)) and not -_EXACT <= value <= _EXACT:
        return False
    try:
        return quick is not None and quick(_EMPTY.get(type(value), value))
    except ValueError:  # half of a surrogate pair, for one, is nothing that the fast one can read
        return False


@lru_cache(maxsize=1024)
def _quick(constraint: Constraint) -> Callable[[Any], bool] | None:
    """The fast validator, where it is as good."""
    alike = constraint.keywords.keys() <= _ALIKE
    return validator_for(dict(constraint.keywords)).is_valid if alike else None


@lru_cache(maxsize=1024)
def _validator(constraint: Constraint) -> Draft202012Validator:
    """Made once a constraint: a reply has hundreds of values."""
    return Draft202012Validator(constraint.keywords, format_checker=_FORMATS)
