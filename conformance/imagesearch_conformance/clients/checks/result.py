"""Whether what a client hands over is what the reply has: field by field, nothing lost and nothing made up."""

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

#: A number of 32 bits (IEEE 754 binary32).
_FLOAT32 = struct.Struct("<f")


@frozen
class ValuePair:
    """A place of the reply and the same place of what was handed over; either may lack a value."""

    pointer: str
    expected: Any
    actual: Any


def check_result(context: ScenarioCheckContext, document: Mapping[str, Any]) -> Iterator[CheckResult]:
    """Every field of the page that the reply or the result has."""
    if not isinstance(context.answer.body, dict):
        yield context.fail_requirement(
            "outcome.success", "the result has no body", ("the fields of the reply",), context.answer.body
        )
        return
    fields = context.contract.success_fields
    if not _has_any_field(fields, context.answer.body) and _has_any_field(fields, document):
        requirement = "outcome.success" if context.scenario.request_only else context.scenario.case.requirements[0]
        message = "nothing of the reply is handed over"
        yield context.fail_requirement(
            requirement, message, ("the fields of the reply",), context.answer.body, "result.body"
        )
        return
    root = ValuePair("", document, context.answer.body)
    for field in fields:
        for pair in _value_pairs(root, field.path):
            yield from _check_pair(context, field, pair)


def _has_any_field(fields: Iterable[Field], body: Mapping[str, Any]) -> bool:
    return any(body.get(field.path[0]) is not None for field in fields)


def is_success_consistent(context: ScenarioCheckContext, document: Mapping[str, Any]) -> bool:
    """Whether a result says as much of success as its reply: one that failed inside may not look like a success."""
    constants = [(field.path[0], one.keywords["const"]) for field in context.contract.success_fields
                 for one in field.constraints if len(field.path) == 1 and "const" in one.keywords]  # fmt: skip
    failed = any(name in document and document[name] != value for name, value in constants)
    body = context.answer.body
    return not failed or (isinstance(body, dict) and any(body.get(name) != value for name, value in constants))


def _value_pairs(root: ValuePair, path: tuple[str, ...]) -> Iterator[ValuePair]:
    """The places that a path names in the reply, as far as both have what is around them."""
    if not path:
        yield root
        return
    first, *rest = path
    if first == EACH_ITEM:
        # Where items are missing, or stand elsewhere, the list is the finding: no item has its counterpart.
        both = (
            zip(root.expected, root.actual, strict=True)
            if _has_type(root, list) and _list_difference(root) is None
            else ()
        )
        for index, (given, handed) in enumerate(both):
            yield from _value_pairs(ValuePair(f"{root.pointer}/{index}", given, handed), tuple(rest))
    elif _has_type(root, dict):
        pair = ValuePair(
            f"{root.pointer}/{first}", root.expected.get(first, _MISSING), root.actual.get(first, _MISSING)
        )
        yield from _value_pairs(pair, tuple(rest))


def _has_type(pair: ValuePair, kind: type) -> bool:
    return isinstance(pair.expected, kind) and isinstance(pair.actual, kind)


def _check_pair(context: ScenarioCheckContext, field: Field, pair: ValuePair) -> Iterator[CheckResult]:
    kept, typed = f"response.{field.key}.kept", f"response.{field.key}.type"
    if field.path[-1] == EACH_ITEM:
        kept, typed = f"response.{field.key}.item.kept", f"response.{field.key}.item.type"
    given, handed = pair.expected, pair.actual
    if given is _MISSING or given is None:
        yield from _check_absent_field(context, field, pair)
    elif handed is _MISSING or handed is None:
        grade = Grade.TOLERATED if given == [] else Grade.DOCUMENTED
        yield context.fail_requirement(
            kept, f"{field.label} is lost", (_format_value(given),), None, pair.pointer, grade
        )
    elif _type_name(given) is not _type_name(handed):
        message = f"{field.label} is {_type_name(handed)} and was {_type_name(given)}"
        yield context.fail_requirement(typed, message, (_format_value(given),), handed, pair.pointer)
    else:
        yield context.pass_requirement(typed)
        yield _check_value(context, field, kept, pair)


def _check_absent_field(context: ScenarioCheckContext, field: Field, pair: ValuePair) -> Iterator[CheckResult]:
    requirement = "decoding.null" if pair.expected is None else "decoding.absent"
    if pair.actual is _MISSING or pair.actual is None:
        yield context.pass_requirement(requirement)
        return
    kind = "object" if isinstance(pair.actual, dict) else "array"
    hollow = _is_empty(pair.actual) and kind in _allowed_types(field)
    grade = Grade.TOLERATED if hollow else Grade.DOCUMENTED
    was = "null" if pair.expected is None else "absent"
    message = f"{field.label} has a value and was {was}"
    yield context.fail_requirement(requirement, message, (was,), pair.actual, pair.pointer, grade)


def _is_empty(value: Any) -> bool:
    """Whether there is nothing in a value: an empty list, or an object of nothing."""
    if isinstance(value, dict):
        return all(one is None or _is_empty(one) for one in value.values())
    return isinstance(value, list) and not value


def _allowed_types(field: Field) -> tuple[str, ...]:
    return tuple(str(one.keywords["type"]) for one in field.constraints if "type" in one.keywords)


def _check_value(context: ScenarioCheckContext, field: Field, kept_requirement: str, pair: ValuePair) -> CheckResult:
    own = field.path[-1] in context.scenario.fields_under_test
    requirement = context.scenario.case.requirements[0] if own else kept_requirement
    given, handed = pair.expected, pair.actual
    if isinstance(given, list):
        flaw = _list_difference(pair)
        if flaw is None:
            return context.pass_requirement(kept_requirement)
        wanted = f"{len(given)} items in their order"
        return context.fail_requirement(requirement, f"{field.label} {flaw}", (wanted,), len(handed), pair.pointer)
    if isinstance(given, dict) or given == handed:
        return context.pass_requirement(kept_requirement)
    grade = (
        Grade.TOLERATED if "number" in _allowed_types(field) and _is_same_float32(given, handed) else Grade.DOCUMENTED
    )
    message = f"{field.label} has another value"
    return context.fail_requirement(requirement, message, (_format_value(given),), handed, pair.pointer, grade)


def _is_same_float32(expected: Any, actual: Any) -> bool:
    """Whether two numbers are the same in 32 bits."""
    try:
        return _FLOAT32.pack(expected) == _FLOAT32.pack(actual)
    except (struct.error, OverflowError):
        return False


def _list_difference(pair: ValuePair) -> str | None:
    """What became of a list apart from what its items are; None where each item stands in its place."""
    if len(pair.expected) != len(pair.actual):
        return f"has {len(pair.actual)} items"
    given, handed = ([_canonical_json(one) for one in items] for items in (pair.expected, pair.actual))
    return "is in another order" if given != handed and sorted(given) == sorted(handed) else None


def _canonical_json(item: Any) -> str:
    """An item as text: fields in any order, without those that are null."""
    if isinstance(item, dict):
        item = {name: value for name, value in item.items() if value is not None}
    return json.dumps(item, sort_keys=True)


def _type_name(value: Any) -> str:
    """The type of a JSON value; JSON has one type of numbers."""
    if isinstance(value, bool):
        return "a boolean"
    kinds = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")


def _format_value(value: Any) -> str:
    return repr(value) if not isinstance(value, (dict, list)) else _type_name(value)
