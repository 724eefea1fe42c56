"""The address of an endpoint, checked before anything is sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from imagesearch_conformance.errors import InvalidInput


def normalize_endpoint(text: str, where: str = "ENDPOINT") -> str:
    """The address without a trailing slash; raises BadInput unless it is http(s)://host[:port]."""
    if "@" in text:
        raise InvalidInput("an address carries no user and password", where, "put keys into [credentials]")
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError as problem:
        raise InvalidInput(f"{text!r} is no address: {problem}", where) from None
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidInput(f"{text!r} is no address", where, "a name in another script is written as xn--...")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise InvalidInput(f"{text!r} is no address of an endpoint", where, "like http://127.0.0.1:8080")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise InvalidInput(
            f"{text!r} has more than a host and a port", where, "every call of this action goes to the path /"
        )
    return f"{parts.scheme}://{parts.netloc}"
