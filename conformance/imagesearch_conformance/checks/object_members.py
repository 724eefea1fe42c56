"""The members of one object of a reply against their schemas: the same object stands in many replies."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from attrs import frozen
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema_rs import validator_for

from imagesearch_conformance.contract.fields import EACH_ITEM, Aspect, Constraint, Field

#: Aspects that a check of their own judges, because JSON Schema has no keyword for them.
_BEYOND_SCHEMA = frozenset({Aspect.FIRST_VALUE, Aspect.GEOMETRY})

#: The requirement that speaks of optional fields that are null.
_NULL_REQUIREMENT = "response.optional.null"

_NOTATION_REQUIREMENT = "response.integers.notation"

#: The version of marshal's notation in which what is equal is written alike, in a fifth of the time of JSON.
_MARSHAL_VERSION = 2

#: Keywords on which validators do not differ, if numbers are exact; the fast one is asked first.
_FAST_KEYWORDS = frozenset({"type", "minimum", "maximum", "minLength", "maxLength"})

#: Whole numbers up to here are the same as integers and as floats. Beyond, the fast one knows no infinity (1e999).
_MAX_EXACT_INTEGER = 2**53

#: To none of these it matters what is in a container.
_EMPTY_CONTAINERS: dict[type, Any] = {dict: {}, list: []}

_FORMAT_CHECKER = FormatChecker(formats=["uuid"])
_INT32_LIMIT = 2**31


@_FORMAT_CHECKER.checks("int32")
def _is_int32(value: object) -> bool:
    """The range that the format int32 of OpenAPI's registry stands for; only integers are judged."""
    return not isinstance(value, int) or -_INT32_LIMIT <= value < _INT32_LIMIT


@frozen
class MemberFinding:
    """A requirement departed from; `where` is a JSON pointer from the object on."""

    requirement: str
    message: str
    expected: tuple[str, ...]
    actual: Any
    pointer: str = ""


@frozen
class MemberResults:
    """What the members of an object show: requirements that held somewhere, and departures."""

    passed: frozenset[str]
    findings: tuple[MemberFinding, ...]


def judge_members(fields: tuple[Field, ...], prefix: str, parent: Any) -> MemberResults:
    """Judges the members that fields of one parent describe; ids begin with the prefix."""
    told = list(_check_members(fields, prefix, parent))
    held = _intern_set(frozenset(one for one in told if isinstance(one, str)))
    return MemberResults(held, tuple(one for one in told if isinstance(one, MemberFinding)))


@lru_cache(maxsize=1024)
def _intern_set(requirements: frozenset[str]) -> frozenset[str]:
    """One set for all that hold the same: objects of one kind differ in little else than their values."""
    return requirements


def judge_item(fields: tuple[Field, ...], prefix: str, item: Any) -> MemberResults:
    """The same for an item of a list: a search shows the same items again and again."""
    try:
        packed = marshal.dumps(item, _MARSHAL_VERSION)
    except ValueError:  # nested more deeply than it can be packed
        return judge_members(fields, prefix, item)
    return _judge_packed(fields, prefix, packed)


@lru_cache(maxsize=2**13)
def _judge_packed(fields: tuple[Field, ...], prefix: str, packed: bytes) -> MemberResults:
    return judge_members(fields, prefix, marshal.loads(packed))  # noqa: S302 what was packed a moment before


def _check_members(fields: tuple[Field, ...], prefix: str, parent: Any) -> Iterator[str | MemberFinding]:
    for field in fields:
        key = f"{prefix}.{field.key}"
        if field.path[-1] == EACH_ITEM:
            for index, item in enumerate(parent if isinstance(parent, list) else ()):
                yield from _check_value(field, f"{key}.item", item, f"/{index}")
        elif isinstance(parent, dict):
            yield from _check_member(field, key, parent)


def _check_member(field: Field, key: str, parent: dict[str, Any]) -> Iterator[str | MemberFinding]:
    """What is said of one member: whether it has to be there, and its value."""
    name, requirement = field.path[-1], f"{key}.{Aspect.PRESENT}"
    if name not in parent:
        if field.presence:
            yield MemberFinding(requirement, f"{field.label} is missing", (f"a value for {name}",), None)
        else:
            yield _NULL_REQUIREMENT
        return
    if field.presence:
        yield requirement
    elif parent[name] is None:
        yield MemberFinding(_NULL_REQUIREMENT, f"{field.label} is null", ("no such name",), None, f"/{name}")
        return
    yield from _check_value(field, key, parent[name], f"/{name}")


def _check_value(field: Field, key: str, value: Any, pointer: str) -> Iterator[str | MemberFinding]:
    for constraint in (one for one in field.constraints if one.aspect not in _BEYOND_SCHEMA):
        requirement = f"{key}.{constraint.aspect}"
        problem = _schema_error(constraint, value)
        if problem is None:
            yield requirement
            continue
        expected = tuple(f"{keyword}: {limit}" for keyword, limit in constraint.keywords.items())
        yield MemberFinding(requirement, f"{field.label}: {problem}", expected, value, pointer)
        if constraint.aspect is Aspect.TYPE:
            return
    if field.is_integer:
        yield _check_notation(field, value, pointer)


def _check_notation(field: Field, value: Any, pointer: str) -> str | MemberFinding:
    if not isinstance(value, float):
        return _NOTATION_REQUIREMENT
    return MemberFinding(
        _NOTATION_REQUIREMENT, f"{field.label} is written as {value!r}", ("digits alone",), value, pointer
    )


def _schema_error(constraint: Constraint, value: Any) -> str | None:
    """What JSON Schema says against a value, or None."""
    if _is_surely_valid(constraint, value):
        return None
    found = next(iter(_full_validator(constraint).iter_errors(value)), None)
    return None if found is None else found.message


def _is_surely_valid(constraint: Constraint, value: Any) -> bool:
    """Whether a value surely keeps to a constraint: most do, and this takes a tenth of the time."""
    quick = _fast_validator(constraint)
    if isinstance(value, (int, float)) and not -_MAX_EXACT_INTEGER <= value <= _MAX_EXACT_INTEGER:
        return False
    try:
        return quick is not None and quick(_EMPTY_CONTAINERS.get(type(value), value))
    except ValueError:  # half of a surrogate pair, for one, is nothing that the fast one can read
        return False


@lru_cache(maxsize=1024)
def _fast_validator(constraint: Constraint) -> Callable[[Any], bool] | None:
    """The fast validator, where it is as good."""
    alike = constraint.keywords.keys() <= _FAST_KEYWORDS
    return validator_for(dict(constraint.keywords)).is_valid if alike else None


@lru_cache(maxsize=1024)
def _full_validator(constraint: Constraint) -> Draft202012Validator:
    """Made once a constraint: a reply has hundreds of values."""
    return Draft202012Validator(constraint.keywords, format_checker=_FORMAT_CHECKER)
