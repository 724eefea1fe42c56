"""Checks of a result against its response: field by field, nothing lost and nothing added."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import ScenarioCheckContext
from imagesearch_conformance.contract.fields import EACH_ITEM, Field
from imagesearch_conformance.model.expectation import Grade

_MISSING = object()

#: A 32-bit number (IEEE 754 binary32).
_FLOAT32 = struct.Struct("<f")


@frozen
class ValuePair:
    """The values of the response and of the result at one place; either may be missing."""

    pointer: str
    expected: Any
    actual: Any

    def has_type(self, kind: type) -> bool:
        """Return whether both values have this type."""
        return isinstance(self.expected, kind) and isinstance(self.actual, kind)


def check_result(context: ScenarioCheckContext, document: Mapping[str, Any]) -> Iterator[CheckResult]:
    """Check every documented field that the response or the result has."""
    body, expected = context.answer.body, ("the fields of the response",)
    if not isinstance(body, dict):
        yield context.fail_requirement("outcome.success", "the result has no body", expected, body)
        return
    fields = context.contract.success_fields
    if not _has_any_field(fields, body) and _has_any_field(fields, document):
        requirement = "outcome.success" if context.scenario.request_only else context.scenario.case.requirements[0]
        message = "the result has none of the fields of the response"
        yield context.fail_requirement(requirement, message, expected, body, "result.body")
        return
    root = ValuePair("", document, body)
    for field in fields:
        for pair in _value_pairs(root, field.path):
            yield from _check_pair(context, field, pair)


def _has_any_field(fields: Iterable[Field], body: Mapping[str, Any]) -> bool:
    return any(body.get(field.path[0]) is not None for field in fields)


def is_success_consistent(context: ScenarioCheckContext, document: Mapping[str, Any]) -> bool:
    """Return whether a result does not look like a success if its response reports a failure inside."""
    constants = [
        (field.path[0], constraint.keywords["const"])
        for field in context.contract.success_fields
        for constraint in field.constraints
        if len(field.path) == 1 and "const" in constraint.keywords
    ]
    if not any(name in document and document[name] != value for name, value in constants):
        return True
    body = context.answer.body
    return isinstance(body, dict) and any(body.get(name) != value for name, value in constants)


def _value_pairs(root: ValuePair, path: tuple[str, ...]) -> Iterator[ValuePair]:
    """Return the places that a path names, as far as response and result both have their parents."""
    if not path:
        yield root
        return
    first, *rest = path
    if first == EACH_ITEM:
        # If items are missing or in another order, the list is the finding: items have no counterparts.
        is_same_list = root.has_type(list) and _list_difference(root) is None
        items = zip(root.expected, root.actual, strict=True) if is_same_list else ()
        for index, (expected, actual) in enumerate(items):
            yield from _value_pairs(ValuePair(f"{root.pointer}/{index}", expected, actual), tuple(rest))
    elif root.has_type(dict):
        expected, actual = root.expected.get(first, _MISSING), root.actual.get(first, _MISSING)
        yield from _value_pairs(ValuePair(f"{root.pointer}/{first}", expected, actual), tuple(rest))


def _check_pair(context: ScenarioCheckContext, field: Field, pair: ValuePair) -> Iterator[CheckResult]:
    name = f"response.{field.key}.item" if field.path[-1] == EACH_ITEM else f"response.{field.key}"
    kept_requirement, type_requirement = f"{name}.kept", f"{name}.type"
    expected, actual = pair.expected, pair.actual
    if expected is _MISSING or expected is None:
        yield _check_absent_field(context, field, pair)
    elif actual is _MISSING or actual is None:
        grade = Grade.TOLERATED if expected == [] else Grade.DOCUMENTED
        message = f"{field.label} is lost"
        yield context.fail_requirement(kept_requirement, message, (_format_value(expected),), None, pair.pointer, grade)
    elif _type_name(expected) is not _type_name(actual):
        message = f"{field.label} is {_type_name(actual)}, expected {_type_name(expected)}"
        yield context.fail_requirement(type_requirement, message, (_format_value(expected),), actual, pair.pointer)
    else:
        yield context.pass_requirement(type_requirement)
        yield _check_value(context, field, kept_requirement, pair)


def _check_absent_field(context: ScenarioCheckContext, field: Field, pair: ValuePair) -> CheckResult:
    requirement = "decoding.null" if pair.expected is None else "decoding.absent"
    if pair.actual is _MISSING or pair.actual is None:
        return context.pass_requirement(requirement)
    kind = "object" if isinstance(pair.actual, dict) else "array"
    grade = Grade.TOLERATED if _is_empty(pair.actual) and kind in _allowed_types(field) else Grade.DOCUMENTED
    expected = "null" if pair.expected is None else "absent"
    message = f"{field.label} has a value, expected {expected}"
    return context.fail_requirement(requirement, message, (expected,), pair.actual, pair.pointer, grade)


def _is_empty(value: Any) -> bool:
    """Return whether a value is an empty list, or an object of nothing but empty values."""
    if isinstance(value, dict):
        return all(member is None or _is_empty(member) for member in value.values())
    return isinstance(value, list) and not value


def _allowed_types(field: Field) -> tuple[str, ...]:
    return tuple(str(constraint.keywords["type"]) for constraint in field.constraints if "type" in constraint.keywords)


def _check_value(context: ScenarioCheckContext, field: Field, kept_requirement: str, pair: ValuePair) -> CheckResult:
    is_under_test = field.path[-1] in context.scenario.fields_under_test
    requirement = context.scenario.case.requirements[0] if is_under_test else kept_requirement
    expected, actual = pair.expected, pair.actual
    if isinstance(expected, list):
        difference = _list_difference(pair)
        if difference is None:
            return context.pass_requirement(kept_requirement)
        message, items = f"{field.label} {difference}", f"{len(expected)} items in their order"
        return context.fail_requirement(requirement, message, (items,), len(actual), pair.pointer)
    if isinstance(expected, dict) or expected == actual:
        return context.pass_requirement(kept_requirement)
    is_rounded = "number" in _allowed_types(field) and _is_same_float32(expected, actual)
    grade = Grade.TOLERATED if is_rounded else Grade.DOCUMENTED
    message = f"{field.label} has another value"
    return context.fail_requirement(requirement, message, (_format_value(expected),), actual, pair.pointer, grade)


def _is_same_float32(expected: Any, actual: Any) -> bool:
    try:
        return _FLOAT32.pack(expected) == _FLOAT32.pack(actual)
    except (struct.error, OverflowError):
        return False


def _list_difference(pair: ValuePair) -> str | None:
    """Return how a list differs in its length or order; None if each item is in its place."""
    if len(pair.expected) != len(pair.actual):
        return f"has {len(pair.actual)} items"
    expected, actual = ([_canonical_json(item) for item in items] for items in (pair.expected, pair.actual))
    return "is in another order" if expected != actual and sorted(expected) == sorted(actual) else None


def _canonical_json(item: Any) -> str:
    """Return an item as JSON: members sorted, those that are null left out."""
    if isinstance(item, dict):
        item = {name: value for name, value in item.items() if value is not None}
    return json.dumps(item, sort_keys=True)


def _type_name(value: Any) -> str:
    """Return the type of a JSON value; JSON has one type of numbers."""
    if isinstance(value, bool):
        return "a boolean"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "null")


def _format_value(value: Any) -> str:
    return repr(value) if not isinstance(value, (dict, list)) else _type_name(value)
