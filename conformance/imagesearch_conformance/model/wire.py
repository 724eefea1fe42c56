"""HTTP messages as on the wire, and exchanges of a request with its response."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from attrs import evolve, field, frozen

Headers = tuple[tuple[str, str], ...]


def header_values(headers: Headers, name: str) -> tuple[str, ...]:
    """Return all values of a header in order; names are case-insensitive."""
    lower_name = name.lower()
    return tuple(value for key, value in headers if key.lower() == lower_name)


@frozen(cache_hash=True)
class WireRequest:
    """A request as sent or received; `headers` includes `host`.

    `target` is the origin form of RFC 9112 section 3.2.1 (path, and the query after `?`), not decoded.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The part of the target before the query, not decoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The part of the target after the question mark, not decoded; may be empty."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return all values of a header in order; names are case-insensitive."""
        return self._headers_by_name.get(name.lower(), ())

    @cached_property
    def _headers_by_name(self) -> Mapping[str, tuple[str, ...]]:
        values: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            key = name.lower()
            values[key] = (*values.get(key, ()), value)
        return values

    def with_headers(self, *headers: tuple[str, str]) -> WireRequest:
        """Return a copy in which these headers replace those of the same names."""
        names = {name.lower() for name, _ in headers}
        others = tuple((name, value) for name, value in self.headers if name.lower() not in names)
        return evolve(self, headers=others + headers)

    def with_query(self, query: str) -> WireRequest:
        """Return a copy with another raw query; an empty query leaves no question mark."""
        return evolve(self, target=f"{self.path}?{query}" if query else self.path)


@frozen
class WireResponse:
    """A response as received, after content decoding; `truncated` if the body exceeded the limit of the transport."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    truncated: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        values = header_values(self.headers, name)
        return values[0] if values else None


@frozen
class Exchange:
    """A request as sent with its response as received; `sent_at` is UTC, `seconds` the whole duration."""

    request: WireRequest
    response: WireResponse
    sent_at: datetime
    seconds: float
