"""Checks of every field of a response against its own schema, one requirement per aspect."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from attrs import frozen
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema_rs import validator_for

from imagesearch_conformance.checks.paging import should_have_entries
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.fields import EACH_ITEM, Aspect, Constraint, Field

#: Aspects without a JSON Schema keyword, which have checks of their own.
_BEYOND_SCHEMA = frozenset({Aspect.FIRST_VALUE, Aspect.GEOMETRY})

#: The requirement that optional fields are not null.
_NULL_REQUIREMENT = "response.optional.null"

_NOTATION_REQUIREMENT = "response.integers.notation"

#: In this version of the format of marshal, equal values have equal bytes; it takes a fifth of the time of JSON.
_MARSHAL_VERSION = 2

#: Keywords on which both validators agree if numbers are exact; the fast one runs first.
_FAST_KEYWORDS = frozenset({"type", "minimum", "maximum", "minLength", "maxLength"})

#: Integers up to here are exact as floats. Beyond, the fast validator knows no infinity (1e999).
_MAX_EXACT_INTEGER = 2**53

#: The content of a container does not matter to any of these keywords.
_EMPTY_CONTAINERS: dict[type, Any] = {dict: {}, list: []}

_FORMAT_CHECKER = FormatChecker(formats=["uuid"])
_INT32_LIMIT = 2**31


@_FORMAT_CHECKER.checks("int32")
def _is_int32(value: object) -> bool:
    """Format `int32` of the OpenAPI registry; only integers are judged."""
    return not isinstance(value, int) or -_INT32_LIMIT <= value < _INT32_LIMIT


@frozen
class MemberFinding:
    """A violated requirement; `pointer` is a JSON pointer relative to the object."""

    requirement: str
    message: str
    expected: tuple[str, ...]
    actual: Any
    pointer: str = ""


@frozen
class MemberResults:
    """Requirements that passed somewhere in the members of an object, and findings."""

    passed: frozenset[str]
    findings: tuple[MemberFinding, ...]


def judge_members(fields: tuple[Field, ...], prefix: str, parent: Any) -> MemberResults:
    """Judge the members that the fields of one parent describe; `prefix` begins the ids of the requirements."""
    results = list(_check_members(fields, prefix, parent))
    passed = frozenset(result for result in results if isinstance(result, str))
    return MemberResults(passed, tuple(result for result in results if isinstance(result, MemberFinding)))


def judge_item(fields: tuple[Field, ...], prefix: str, item: Any) -> MemberResults:
    """Judge an item of a list like `judge_members`, once per distinct item: responses repeat them."""
    try:
        packed = marshal.dumps(item, _MARSHAL_VERSION)
    except ValueError:  # nested too deeply for marshal
        return judge_members(fields, prefix, item)
    return _judge_packed(fields, prefix, packed)


@lru_cache(maxsize=2**13)
def _judge_packed(fields: tuple[Field, ...], prefix: str, packed: bytes) -> MemberResults:
    return judge_members(fields, prefix, marshal.loads(packed))  # noqa: S302 judge_item packed it


def _check_members(fields: tuple[Field, ...], prefix: str, parent: Any) -> Iterator[str | MemberFinding]:
    for field in fields:
        key = f"{prefix}.{field.key}"
        if field.path[-1] == EACH_ITEM:
            for index, item in enumerate(parent if isinstance(parent, list) else ()):
                yield from _check_value(field, f"{key}.item", item, f"/{index}")
        elif isinstance(parent, dict):
            yield from _check_member(field, key, parent)


def _check_member(field: Field, key: str, parent: dict[str, Any]) -> Iterator[str | MemberFinding]:
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
        yield MemberFinding(_NULL_REQUIREMENT, f"{field.label} is null", (f"{name} left out",), None, f"/{name}")
        return
    yield from _check_value(field, key, parent[name], f"/{name}")


def _check_value(field: Field, key: str, value: Any, pointer: str) -> Iterator[str | MemberFinding]:
    for constraint in field.constraints:
        if constraint.aspect in _BEYOND_SCHEMA:
            continue
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
        _NOTATION_REQUIREMENT, f"{field.label} is written as {value!r}", ("digits only",), value, pointer
    )


def _schema_error(constraint: Constraint, value: Any) -> str | None:
    """The first error of JSON Schema validation, or None."""
    if _is_valid_by_fast_validator(constraint, value):
        return None
    error = next(iter(_full_validator(constraint).iter_errors(value)), None)
    return None if error is None else error.message


def _is_valid_by_fast_validator(constraint: Constraint, value: Any) -> bool:
    """Return whether a value is certainly valid: most are, and this takes a tenth of the time."""
    is_valid = _fast_validator(constraint)
    if isinstance(value, (int, float)) and not -_MAX_EXACT_INTEGER <= value <= _MAX_EXACT_INTEGER:
        return False
    try:
        return is_valid is not None and is_valid(_EMPTY_CONTAINERS.get(type(value), value))
    except ValueError:  # the fast validator cannot read lone surrogates, for example
        return False


@lru_cache(maxsize=1024)
def _fast_validator(constraint: Constraint) -> Callable[[Any], bool] | None:
    """The fast validator, if it supports the keywords of the constraint."""
    is_supported = constraint.keywords.keys() <= _FAST_KEYWORDS
    return validator_for(dict(constraint.keywords)).is_valid if is_supported else None


@lru_cache(maxsize=1024)
def _full_validator(constraint: Constraint) -> Draft202012Validator:
    return Draft202012Validator(constraint.keywords, format_checker=_FORMAT_CHECKER)


#: A place in a document (JSON pointer) and the value there.
Occurrence = tuple[str, Any]


def check_fields(context: CheckContext, fields: tuple[Field, ...], prefix: str) -> Iterator[CheckResult]:
    """Check presence and value of every field; `prefix` begins the ids of the requirements."""
    passed = set[frozenset[str]]()
    for path, members in _group_by_parent(fields, should_have_entries(context)).items():
        judge = judge_item if path and path[-1] == EACH_ITEM else judge_members
        for pointer, parent in find_occurrences(context.response.document, path):
            results = judge(members, prefix, parent)
            passed.add(results.passed)
            for finding in results.findings:
                yield context.fail_requirement(
                    finding.requirement, finding.message, finding.expected, finding.actual, pointer + finding.pointer
                )
    yield from map(context.pass_requirement, sorted(frozenset[str]().union(*passed)))


def find_occurrences(document: Any, path: tuple[str, ...]) -> list[Occurrence]:
    """Find every place of a document that a path leads to."""
    occurrences = [("", document)]
    for name in path:
        occurrences = _descend(occurrences, name)
    return occurrences


def _group_by_parent(fields: tuple[Field, ...], with_entries: bool) -> Mapping[tuple[str, ...], tuple[Field, ...]]:  # noqa: FBT001 a property of the response
    """Group fields by the path of their parent; without entries, leave out the fields that only entries require."""
    left_out = (
        frozenset() if with_entries else frozenset(field.path[0] for field in fields if field.required_with_entries)
    )
    judged = [field for field in fields if field.path[0] not in left_out]
    paths = dict.fromkeys(field.path[:-1] for field in judged)
    return {path: tuple(field for field in judged if field.path[:-1] == path) for path in paths}


def _descend(occurrences: list[Occurrence], name: str) -> list[Occurrence]:
    if name == EACH_ITEM:
        lists = ((pointer, value) for pointer, value in occurrences if isinstance(value, list))
        return [(f"{pointer}/{index}", item) for pointer, value in lists for index, item in enumerate(value)]
    return [
        (f"{pointer}/{name}", value[name])
        for pointer, value in occurrences
        if isinstance(value, dict) and name in value
    ]
