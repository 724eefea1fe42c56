"""Parts of a request's URL as text: what a client sends may not be a valid URL."""

from __future__ import annotations


def url_host(url: str) -> str:
    """Return host and port."""
    return url.partition("://")[2].partition("/")[0]


def url_query(url: str) -> str:
    """Return the text after the first question mark."""
    return url.partition("?")[2]


def request_target(url: str) -> str:
    """Return path and query, as in the request line."""
    _, _, rest = url.partition("://")
    start = min((index for index in map(rest.find, "/?") if index >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"
