"""The exact text of a document, and the digests of what it says."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def render_json(document: dict[str, Any]) -> str:
    """The canonical text of a document: ASCII, so that no reader can misread what a reply contained."""
    return json.dumps(document, indent=1) + "\n"


def render_report_json(report: dict[str, Any]) -> str:
    """The canonical text of a report of megabytes: a line for each case, requirement and whatever else it lists."""
    members = (f"{json.dumps(name)}: {_render_member(value)}" for name, value in report.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _render_member(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"


def json_digest(value: Any) -> str:
    """`sha256:` over a JSON value without spaces and with sorted names, so that layout does not count."""
    return text_digest(json.dumps(value, sort_keys=True, separators=(",", ":")))


def text_digest(text: str) -> str:
    """`sha256:` over the bytes of an ASCII text."""
    return bytes_digest(text.encode("ascii"))


def bytes_digest(raw: bytes) -> str:
    """`sha256:` over bytes."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"
