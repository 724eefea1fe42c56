"""The address of a request in its parts, whatever stands there: a client may send what is no URL at all."""

from __future__ import annotations


def host_of(url: str) -> str:
    """Host and port."""
    return url.partition("://")[2].partition("/")[0]


def query_of(url: str) -> str:
    """What stands after the first question mark."""
    return url.partition("?")[2]


def target_of_url(url: str) -> str:
    """Path and query, as they stand in the first line of a request."""
    _, _, rest = url.partition("://")
    start = min((place for place in map(rest.find, "/?") if place >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"
