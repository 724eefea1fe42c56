"""The URL of an endpoint."""

from __future__ import annotations

from urllib.parse import urlsplit

from imagesearch_conformance.errors import InvalidInput


def normalize_endpoint(text: str, where: str = "ENDPOINT") -> str:
    """Return the URL without a trailing slash; raises InvalidInput unless it is http(s)://host[:port]."""
    if "@" in text:
        # The message must not repeat the password.
        raise InvalidInput("an endpoint must not contain user and password", where, "put keys into [credentials]")
    try:
        parts = urlsplit(text)
        has_valid_port = parts.port is None or parts.port > 0
    except ValueError as problem:
        raise InvalidInput(f"invalid endpoint {text!r}: {problem}", where) from None
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidInput(f"invalid endpoint {text!r}", where, "write an internationalised host as xn--...")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_valid_port:
        raise InvalidInput(f"invalid endpoint {text!r}", where, "like http://127.0.0.1:8080")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        hint = "every call of this action uses the path /"
        raise InvalidInput(f"invalid endpoint {text!r}: it has more than a host and a port", where, hint)
    return f"{parts.scheme}://{parts.netloc}"
