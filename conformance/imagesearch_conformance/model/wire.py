"""One HTTP message each way, exactly as its bytes stand on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from attrs import evolve, field, frozen

Headers = tuple[tuple[str, str], ...]


def header_values(headers: Headers, name: str) -> tuple[str, ...]:
    """All values of one header, in the order they came; names compare without case."""
    wanted = name.lower()
    return tuple(value for key, value in headers if key.lower() == wanted)


@frozen(cache_hash=True)
class WireRequest:
    """A request as it is sent or was received.

    `target` is the origin form of RFC 9112 section 3.2.1 (path, and the query after `?`),
    undecoded. `headers` includes `host`.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The part of the target before the query, undecoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The part of the target after the question mark, undecoded; empty when there is none."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: str) -> tuple[str, ...]:
        """All values of one header, in the order they came; names compare without case."""
        return self._headers_by_name.get(name.lower(), ())

    @cached_property
    def _headers_by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.headers:
            key = name.lower()
            found[key] = (*found.get(key, ()), value)
        return found

    def with_headers(self, *headers: tuple[str, str]) -> WireRequest:
        """A copy in which the named headers have these values and no others."""
        names = {name.lower() for name, _ in headers}
        kept = tuple((name, value) for name, value in self.headers if name.lower() not in names)
        return evolve(self, headers=kept + headers)

    def with_query(self, query: str) -> WireRequest:
        """A copy with another raw query; an empty one leaves no question mark."""
        return evolve(self, target=f"{self.path}?{query}" if query else self.path)


@frozen
class WireResponse:
    """A reply as it was received: content decoding undone, body cut at the transport's bound."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    truncated: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        values = header_values(self.headers, name)
        return values[0] if values else None
