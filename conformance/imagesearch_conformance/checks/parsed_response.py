"""Parse responses: the JSON document, the kind of response, the errors in its text, and its entries."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.model.wire import WireResponse

#: The counters of a success response.
COUNTER_NAMES = ("DocsFound", "DocsReturn")

#: Replaces bytes that cannot be decoded.
_REPLACEMENT_CHARACTER = "\ufffd"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Maximum of JSON values in a judged response, many times that of the longest page. Each takes two characters
#: or more, and hundreds of bytes as an object with findings.
_MAX_VALUES = 20_000
_MIN_VALUE_LENGTH = 2


class ResponseKind(StrEnum):
    """The kind of a response according to its status and document."""

    SUCCESS = "success"
    ERROR = "refusal"
    UNREADABLE = "unreadable"


@frozen(eq=False)
class ParsedResponse:
    """A response, parsed as far as possible.

    `json_errors` tells why its text is not a valid JSON object. With `has_too_many_values` the document is left out.
    """

    wire: WireResponse
    kind: ResponseKind
    document: Mapping[str, Any]
    json_errors: tuple[str, ...] = ()
    is_utf8: bool = True
    has_too_many_values: bool = False

    @property
    def error_code(self) -> str | None:
        """The error code, or None if `Code` is not a text."""
        code = self.document.get("Code")
        return code if isinstance(code, str) and code else None

    @cached_property
    def entries(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of a success response that are objects."""
        items = self.document.get("Auctions")
        return tuple(item for item in items if isinstance(item, Mapping)) if isinstance(items, list) else ()

    @property
    def has_matches(self) -> bool:
        """True if a success response has entries or a positive counter."""
        return bool(self.entries) or any(counter is not None and counter > 0 for counter in self.counters)

    @property
    def is_empty_success(self) -> bool:
        """True if a success response declares that there are no entries: by an empty list or else by its counters."""
        if self.kind is not ResponseKind.SUCCESS or self.has_matches:
            return False
        items = self.document.get("Auctions")
        return not items if isinstance(items, list) else 0 in self.counters

    @cached_property
    def has_garbled_entries(self) -> bool:
        """True if texts of entries could not be decoded."""
        return not self.is_utf8 and _REPLACEMENT_CHARACTER in json.dumps(self.entries, ensure_ascii=False)

    @cached_property
    def counters(self) -> tuple[int | None, ...]:
        """The values of `COUNTER_NAMES`; None for one that is missing or not an integer."""
        return tuple(parse_integer(self.value_at("Head", name)) for name in COUNTER_NAMES)

    def value_at(self, *names: str) -> Any:
        """The value under nested names, or None where a name is missing."""
        value: Any = self.document
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value


def parse_integer(value: object) -> int | None:
    """The value of an integer in any notation (10 or 10.0); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def parse_number(value: object) -> float | None:
    """The value of a number, infinite beyond the range of a float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def parse_number_text(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def parse_response(response: WireResponse, success_status: int) -> ParsedResponse:
    """Parse a response; never raises."""
    text, is_utf8, errors = _decode_body(response.body)
    value, errors = _parse_json(text, errors)
    if not isinstance(value, dict):
        return ParsedResponse(
            response, ResponseKind.UNREADABLE, {}, (*errors, "the body is not a JSON object"), is_utf8
        )
    if len(text) > _MAX_VALUES * _MIN_VALUE_LENGTH and _has_more_values(value, _MAX_VALUES):
        return ParsedResponse(response, ResponseKind.UNREADABLE, {}, errors, is_utf8, has_too_many_values=True)
    return ParsedResponse(response, _classify_response(response.status, value, success_status), value, errors, is_utf8)


def _has_more_values(value: Any, limit: int) -> bool:
    """Return whether a document has more than `limit` values at any depth."""
    count, pending = 0, [value]
    while pending and count <= limit:
        container = pending.pop()
        values = container.values() if isinstance(container, dict) else container
        count += len(values)
        pending += [item for item in values if isinstance(item, (dict, list))]
    return count > limit


def _classify_response(status: int, document: Mapping[str, Any], success_status: int) -> ResponseKind:
    """Classify by the error code, then by members of a success response, then by the status."""
    code = document.get("Code")
    if isinstance(code, str) and code and not code.isdigit():
        return ResponseKind.ERROR
    if "Auctions" in document or "Head" in document:
        return ResponseKind.SUCCESS
    return ResponseKind.SUCCESS if status == success_status else ResponseKind.ERROR


def _decode_body(body: bytes) -> tuple[str, bool, tuple[str, ...]]:
    """The text of a body, whether it is valid UTF-8, and the errors in it."""
    errors: tuple[str, ...] = ()
    if body.startswith(_BYTE_ORDER_MARK):
        errors = ("the body begins with a byte order mark",)
        body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        return body.decode("utf-8"), True, errors
    except UnicodeDecodeError as error:
        message = f"the body is not UTF-8 from byte {error.start} on"
        return body.decode("utf-8", "replace"), False, (*errors, message)


def _parse_json(text: str, errors: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    messages = list(errors)

    def build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(pairs)
        if len(document) < len(pairs):
            name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
            messages.append(f"the name {name!r} occurs twice in one object")
        return document

    def report_constant(name: str) -> None:
        messages.append(f"{name} is not a JSON value")

    decoder = json.JSONDecoder(object_pairs_hook=build_object, parse_constant=report_constant)
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        value, end = decoder.raw_decode(text, start)
    except RecursionError:
        return None, (*messages, "the body is nested too deeply")
    except ValueError as error:
        return None, (*messages, f"the body is not JSON: {error}")
    if text[end:].strip(" \t\r\n"):
        messages.append(f"unexpected text after the JSON value, from character {end} on")
    return value, tuple(messages)


@lru_cache(maxsize=1024)
def parse_entries(contract: Contract, response: ParsedResponse) -> tuple[Entry, ...]:
    """Return the entries that are objects, in their order."""
    return tuple(_parse_entry(contract, item) for item in response.entries)


def _parse_entry(contract: Contract, item: Mapping[str, Any]) -> Entry:
    product, picture = (item.get(name) for name in contract.image.parameters)
    attributes = (
        (name, _attribute_value(contract, name, item.get(column)))
        for name, column in contract.filter_rules.attributes.items()
    )
    return Entry(
        Image(*(name if isinstance(name, str) else "" for name in (product, picture))),
        parse_integer(item.get("CategoryId")),
        parse_number(item.get("Score")),
        tuple((name, value) for name, value in attributes if value is not None),
        is_identifiable=isinstance(product, str) and isinstance(picture, str),
    )


def _attribute_value(contract: Contract, attribute: str, value: object) -> int | str | None:
    """The value of an attribute, or None if it has another type than the attribute."""
    if attribute in contract.filter_rules.integer_attributes:
        return parse_integer(value)
    return value if isinstance(value, str) else None
