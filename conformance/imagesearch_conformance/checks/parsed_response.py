"""A reply made readable: its JSON, what kind of reply it is, and what is wrong with its text."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.wire import WireResponse

#: The counters of a success.
COUNTER_NAMES = ("DocsFound", "DocsReturn")

#: What stands where something could not be decoded.
_REPLACEMENT_CHARACTER = "\ufffd"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: The most values that a reply is judged with: many times what the longest page holds. Each takes two characters
#: at least, and hundreds of bytes once it is an object with findings.
_MAX_VALUES = 20_000
_MIN_VALUE_LENGTH = 2


class ResponseKind(StrEnum):
    """What a reply claims to be."""

    SUCCESS = "success"
    ERROR = "refusal"
    UNREADABLE = "unreadable"


@frozen(eq=False)
class ParsedResponse:
    """A reply, read as far as possible.

    `flaws` says what makes its text no proper JSON object, `decoded` whether it was UTF-8 throughout,
    `excessive` whether it was not looked at, since it holds more values than anybody asked for.
    """

    wire: WireResponse
    kind: ResponseKind
    document: Mapping[str, Any]
    json_errors: tuple[str, ...] = ()
    is_utf8: bool = True
    has_too_many_values: bool = False

    @property
    def error_code(self) -> str | None:
        """The error code of a refusal, when it has one that is text."""
        code = self.document.get("Code")
        return code if isinstance(code, str) and code else None

    @cached_property
    def entries(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of a success, those that are objects."""
        found = self.document.get("Auctions")
        return tuple(one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()

    @property
    def has_matches(self) -> bool:
        """Whether a success has entries, or a counter that says that there are some."""
        return bool(self.entries) or any(one is not None and one > 0 for one in self.counters)

    @property
    def is_empty_success(self) -> bool:
        """Whether a success says that there is nothing: by an empty list, or without one by its counters."""
        if self.kind is not ResponseKind.SUCCESS or self.has_matches:
            return False
        listed = self.document.get("Auctions")
        return not listed if isinstance(listed, list) else 0 in self.counters

    @cached_property
    def has_garbled_entries(self) -> bool:
        """Whether texts of entries are not what was sent, since they could not be decoded."""
        return not self.is_utf8 and _REPLACEMENT_CHARACTER in json.dumps(self.entries, ensure_ascii=False)

    @cached_property
    def counters(self) -> tuple[int | None, ...]:
        """The values of the counters, in their order; None for one that is missing or no whole number."""
        return tuple(parse_integer(self.value_at("Head", name)) for name in COUNTER_NAMES)

    def value_at(self, *names: str) -> Any:
        """The value under nested names, or None where a name is missing."""
        value: Any = self.document
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value


def parse_integer(value: object) -> int | None:
    """The value of a whole number, however it is written (10 or 10.0); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def parse_number(value: object) -> float | None:
    """The value of a number, infinite where it is beyond what a float can hold; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


@lru_cache(maxsize=1024)
def parse_response(response: WireResponse, success_status: int) -> ParsedResponse:
    """Reads a reply; never raises. Cases share replies, so the last ones read are kept."""
    text, decoded, flaws = _decode_body(response.body)
    value, flaws = _parse_json(text, flaws)
    if not isinstance(value, dict):
        return ParsedResponse(response, ResponseKind.UNREADABLE, {}, (*flaws, "the body is no JSON object"), decoded)
    if len(text) > _MAX_VALUES * _MIN_VALUE_LENGTH and _has_more_values(value, _MAX_VALUES):
        return ParsedResponse(response, ResponseKind.UNREADABLE, {}, flaws, decoded, has_too_many_values=True)
    return ParsedResponse(response, _classify_response(response.status, value, success_status), value, flaws, decoded)


def _has_more_values(value: Any, limit: int) -> bool:
    """Whether a document has more than so many values in it, however deep."""
    count, waiting = 0, [value]
    while waiting and count <= limit:
        inside = waiting.pop()
        values = inside.values() if isinstance(inside, dict) else inside
        count += len(values)
        waiting += [one for one in values if isinstance(one, (dict, list))]
    return count > limit


def _classify_response(status: int, document: Mapping[str, Any], success_status: int) -> ResponseKind:
    """A reply that says failure anywhere it could is a refusal, unless it carries entries of a success."""
    code = document.get("Code")
    if isinstance(code, str) and code and not code.isdigit():
        return ResponseKind.ERROR
    if "Auctions" in document or "Head" in document:
        return ResponseKind.SUCCESS
    return ResponseKind.SUCCESS if status == success_status else ResponseKind.ERROR


def _decode_body(body: bytes) -> tuple[str, bool, tuple[str, ...]]:
    """The text of a body, whether it was UTF-8, and what is wrong with it."""
    flaws: tuple[str, ...] = ()
    if body.startswith(_BYTE_ORDER_MARK):
        flaws = ("the body begins with a byte order mark",)
        body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        return body.decode("utf-8"), True, flaws
    except UnicodeDecodeError as problem:
        flaw = f"the body is not UTF-8 from byte {problem.start} on"
        return body.decode("utf-8", "replace"), False, (*flaws, flaw)


def _parse_json(text: str, errors: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    flaws = list(errors)

    def build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            flaws.append(f"the name {twice!r} stands twice in one object")
        return found

    def report_constant(name: str) -> None:
        flaws.append(f"{name} is no JSON value")

    decoder = json.JSONDecoder(object_pairs_hook=build_object, parse_constant=report_constant)
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        value, end = decoder.raw_decode(text, start)
    except RecursionError:
        return None, (*flaws, "the body is nested too deeply to be read")
    except ValueError as problem:
        return None, (*flaws, f"the body is not JSON: {problem}")
    if text[end:].strip(" \t\r\n"):
        flaws.append(f"something follows the JSON value, from character {end} on")
    return value, tuple(flaws)
