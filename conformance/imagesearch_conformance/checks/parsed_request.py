"""Parse requests from their bytes, independently of the code that encoded them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.wire import WireRequest


@frozen(cache_hash=True)
class ParsedRequest:
    """Operation, version and decoded parameters of a request, in order and with repetitions."""

    wire: WireRequest
    action: str | None
    version: str | None
    parameters: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str | None:
        """The first value of a parameter, or None."""
        return next((value for key, value in self.parameters if key == name), None)

    def has_exactly_one(self, name: str) -> bool:
        return [key for key, _ in self.parameters].count(name) == 1

    def integer(self, name: str) -> int | None:
        """The value of an integer parameter; None unless every server reads it as that integer."""
        text = self.value(name)
        return parse_integer_text(text) if text is not None and is_integer_text(text) else None


def is_integer_text(text: str) -> bool:
    """Return whether every server reads a text as an integer: ASCII digits with an optional minus sign."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def parse_integer_text(text: str) -> int:
    """The value of an integer text; very long ones are cut to a value that is still beyond every bound."""
    digits = text.removeprefix("-").lstrip("0")[:_MAX_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


#: Python rejects integers of some thousand digits.
_MAX_DIGITS = 1000


def parse_request(contract: Contract, request: WireRequest) -> ParsedRequest:
    """Parse a request; replace what cannot be decoded as UTF-8."""
    query = _parse_pairs(request.query)
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    body = _parse_pairs(request.body.decode("utf-8", "replace")) if media_type == contract.protocol.media_type else ()
    return ParsedRequest(
        request,
        _find_in_call_styles(contract, request, query, "action"),
        _find_in_call_styles(contract, request, query, "version"),
        query + body,
    )


def _parse_pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True))


def _find_in_call_styles(
    contract: Contract, request: WireRequest, query: tuple[tuple[str, str], ...], attribute: str
) -> str | None:
    """The operation or version that a request names in any call style; headers come first."""
    styles = contract.protocol.call_styles.values()
    in_headers = [request.header(getattr(style, attribute)) for style in styles if style.in_header]
    in_query = [dict(query).get(getattr(style, attribute)) for style in styles if not style.in_header]
    return next((value for value in (*in_headers, *in_query) if value is not None), None)
