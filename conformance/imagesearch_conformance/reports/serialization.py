"""Canonical JSON text of documents, and digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def render_json(document: dict[str, Any]) -> str:
    """Return the canonical text of a document: ASCII, so that quoted responses cannot be misread."""
    return json.dumps(document, indent=1) + "\n"


def render_report_json(report: dict[str, Any]) -> str:
    """Return the canonical text of a report: one line for each item of its lists, since reports take megabytes."""
    members = (f"{json.dumps(name)}: {_render_member(value)}" for name, value in report.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _render_member(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"


def json_digest(value: Any) -> str:
    """Return `sha256:` of a JSON value without spaces and with sorted names, so that layout does not count."""
    return text_digest(json.dumps(value, sort_keys=True, separators=(",", ":")))


def text_digest(text: str) -> str:
    """Return `sha256:` of an ASCII text."""
    return bytes_digest(text.encode("ascii"))


def bytes_digest(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"
