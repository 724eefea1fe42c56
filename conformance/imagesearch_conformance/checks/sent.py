"""What a request really said: read back from its bytes, apart from whatever made them."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.wire import WireRequest


@frozen(cache_hash=True)
class Sent:
    """The operation, version and parameters of a request, decoded; order and repeats kept."""

    request: WireRequest
    action: str | None
    version: str | None
    parameters: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str | None:
        """The first value of a parameter, or None."""
        return next((value for key, value in self.parameters if key == name), None)

    def once(self, name: str) -> bool:
        """Whether a parameter stands there exactly once."""
        return sum(1 for key, _ in self.parameters if key == name) == 1

    def integer(self, name: str) -> int | None:
        """The value of an integer parameter, when it is one in every reading."""
        text = self.value(name)
        return to_integer(text) if text is not None and is_integer(text) else None


def is_integer(text: str) -> bool:
    """Whether a text is an integer in every reading: ASCII digits, at most a minus sign before them."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def to_integer(text: str) -> int:
    """The value of an integer; of an endless one a part that lies beyond every bound as well."""
    digits = text.removeprefix("-").lstrip("0")[:_MOST_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


#: Python refuses to read integers of some thousand digits.
_MOST_DIGITS = 1000


@lru_cache(maxsize=1024)
def read_sent(contract: Contract, request: WireRequest) -> Sent:
    """Reads a request back; what cannot be decoded as UTF-8 is replaced. Cases share requests, the last are kept."""
    query = _pairs(request.query)
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    body = _pairs(request.body.decode("utf-8", "replace")) if media_type == contract.protocol.media_type else ()
    parameters = query + body
    return Sent(
        request, _named(contract, request, query, "action"), _named(contract, request, query, "version"), parameters
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(text, keep_blank_values=True))


def _named(contract: Contract, request: WireRequest, query: tuple[tuple[str, str], ...], what: str) -> str | None:
    """The operation or version that a request names in any call style, headers first."""
    styles = contract.protocol.styles.values()
    in_headers = [request.header(getattr(style, what)) for style in styles if style.in_header]
    in_query = [dict(query).get(getattr(style, what)) for style in styles if not style.in_header]
    return next((value for value in (*in_headers, *in_query) if value is not None), None)
