"""The address of a request in its parts, whatever stands there: a client may send what is no URL at all."""

from __future__ import annotations


def url_host(url: str) -> str:
    """Host and port."""
    return url.partition("://")[2].partition("/")[0]


def url_query(url: str) -> str:
    """What stands after the first question mark."""
    return url.partition("?")[2]


def request_target(url: str) -> str:
    """Path and query, as they stand in the first line of a request."""
    _, _, rest = url.partition("://")
    start = min((place for place in map(rest.find, "/?") if place >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"
