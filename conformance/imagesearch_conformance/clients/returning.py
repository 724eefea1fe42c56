"""Whether what a client hands over is what the reply has: field by field, nothing lost and nothing made up."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.clients.look import Look
from imagesearch_conformance.contract.fields import EACH, Field
from imagesearch_conformance.model.expectation import Grade

_MISSING = object()

#: A number of 32 bits (IEEE 754 binary32).
_NARROW = struct.Struct("<f")


@frozen
class Pair:
    """A place of the reply and the same place of what was handed over; either may lack a value."""

    pointer: str
    given: Any
    handed: Any


def check_result(look: Look, document: Mapping[str, Any]) -> Iterator[Remark]:
    """Every field of the page that the reply or the result has."""
    if not isinstance(look.answer.body, dict):
        yield look.departed("outcome.success", "the result has no body", ("the fields of the reply",), look.answer.body)
        return
    fields = look.contract.success_fields
    if not _anything(fields, look.answer.body) and _anything(fields, document):
        requirement = "outcome.success" if look.scenario.asking else look.scenario.case.requirements[0]
        message = "nothing of the reply is handed over"
        yield look.departed(requirement, message, ("the fields of the reply",), look.answer.body, "result.body")
        return
    root = Pair("", document, look.answer.body)
    for field in fields:
        for pair in _pairs(root, field.path):
            yield from _compared(look, field, pair)


def _anything(fields: Iterable[Field], body: Mapping[str, Any]) -> bool:
    return any(body.get(field.path[0]) is not None for field in fields)


def check_inner(look: Look, document: Mapping[str, Any]) -> bool:
    """Whether a result says as much of success as its reply: one that failed inside may not look like a success."""
    constants = [(field.path[0], one.keywords["const"]) for field in look.contract.success_fields
                 for one in field.constraints if len(field.path) == 1 and "const" in one.keywords]  # fmt: skip
    failed = any(name in document and document[name] != value for name, value in constants)
    body = look.answer.body
    return not failed or (isinstance(body, dict) and any(body.get(name) != value for name, value in constants))


def _pairs(root: Pair, path: tuple[str, ...]) -> Iterator[Pair]:
    """The places that a path names in the reply, as far as both have what is around them."""
    if not path:
        yield root
        return
    first, *rest = path
    if first == EACH:
        # Where items are missing, or stand elsewhere, the list is the finding: no item has its counterpart.
        both = zip(root.given, root.handed, strict=True) if _both(root, list) and _rearranged(root) is None else ()
        for index, (given, handed) in enumerate(both):
            yield from _pairs(Pair(f"{root.pointer}/{index}", given, handed), tuple(rest))
    elif _both(root, dict):
        pair = Pair(f"{root.pointer}/{first}", root.given.get(first, _MISSING), root.handed.get(first, _MISSING))
        yield from _pairs(pair, tuple(rest))


def _both(pair: Pair, kind: type) -> bool:
    return isinstance(pair.given, kind) and isinstance(pair.handed, kind)


def _compared(look: Look, field: Field, pair: Pair) -> Iterator[Remark]:
    kept, typed = f"response.{field.key}.kept", f"response.{field.key}.type"
    if field.path[-1] == EACH:
        kept, typed = f"response.{field.key}.item.kept", f"response.{field.key}.item.type"
    given, handed = pair.given, pair.handed
    if given is _MISSING or given is None:
        yield from _made_up(look, field, pair)
    elif handed is _MISSING or handed is None:
        grade = Grade.TOLERATED if given == [] else Grade.DOCUMENTED
        yield look.departed(kept, f"{field.label} is lost", (_shown(given),), None, pair.pointer, grade)
    elif _kind(given) is not _kind(handed):
        message = f"{field.label} is {_kind(handed)} and was {_kind(given)}"
        yield look.departed(typed, message, (_shown(given),), handed, pair.pointer)
    else:
        yield look.held(typed)
        yield _valued(look, field, kept, pair)


def _made_up(look: Look, field: Field, pair: Pair) -> Iterator[Remark]:
    requirement = "decoding.null" if pair.given is None else "decoding.absent"
    if pair.handed is _MISSING or pair.handed is None:
        yield look.held(requirement)
        return
    kind = "object" if isinstance(pair.handed, dict) else "array"
    hollow = _hollow(pair.handed) and kind in _types(field)
    grade = Grade.TOLERATED if hollow else Grade.DOCUMENTED
    was = "null" if pair.given is None else "absent"
    message = f"{field.label} has a value and was {was}"
    yield look.departed(requirement, message, (was,), pair.handed, pair.pointer, grade)


def _hollow(value: Any) -> bool:
    """Whether there is nothing in a value: an empty list, or an object of nothing."""
    if isinstance(value, dict):
        return all(one is None or _hollow(one) for one in value.values())
    return isinstance(value, list) and not value


def _types(field: Field) -> tuple[str, ...]:
    return tuple(str(one.keywords["type"]) for one in field.constraints if "type" in one.keywords)


def _valued(look: Look, field: Field, kept: str, pair: Pair) -> Remark:
    own = field.path[-1] in look.scenario.fields
    requirement = look.scenario.case.requirements[0] if own else kept
    given, handed = pair.given, pair.handed
    if isinstance(given, list):
        flaw = _rearranged(pair)
        if flaw is None:
            return look.held(kept)
        wanted = f"{len(given)} items in their order"
        return look.departed(requirement, f"{field.label} {flaw}", (wanted,), len(handed), pair.pointer)
    if isinstance(given, dict) or given == handed:
        return look.held(kept)
    grade = Grade.TOLERATED if "number" in _types(field) and _rounded(given, handed) else Grade.DOCUMENTED
    message = f"{field.label} has another value"
    return look.departed(requirement, message, (_shown(given),), handed, pair.pointer, grade)


def _rounded(given: Any, handed: Any) -> bool:
    """Whether two numbers are the same in 32 bits."""
    try:
        return _NARROW.pack(given) == _NARROW.pack(handed)
    except (struct.error, OverflowError):
        return False


def _rearranged(pair: Pair) -> str | None:
    """What became of a list apart from what its items are; None where each item stands in its place."""
    if len(pair.given) != len(pair.handed):
        return f"has {len(pair.handed)} items"
    given, handed = ([_canonical(one) for one in items] for items in (pair.given, pair.handed))
    return "is in another order" if given != handed and sorted(given) == sorted(handed) else None


def _canonical(item: Any) -> str:
    """An item as text: fields in any order, without those that are null."""
    if isinstance(item, dict):
        item = {name: value for name, value in item.items() if value is not None}
    return json.dumps(item, sort_keys=True)


def _kind(value: Any) -> str:
    """The type of a JSON value; JSON has one type of numbers."""
    if isinstance(value, bool):
        return "a boolean"
    kinds = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), "null")


def _shown(value: Any) -> str:
    return repr(value) if not isinstance(value, (dict, list)) else _kind(value)
