"""Escaping and tables for Markdown: no text from outside is read as Markdown or HTML, and documents are bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imagesearch_conformance.reports.text import clip_text

#: Characters with a meaning in Markdown or HTML.
_MARKUP = frozenset("\\`*_[]<>|#&~@")


#: Space for the notice at the end of a clipped document, in characters.
_NOTICE_LENGTH = 200


def inline_code(text: str, max_length: int | None = None) -> str:
    """Return text as inline code that may stand in a table, clipped to `max_length` characters."""
    return "`" + (_clip(text, max_length).replace("`", "'").replace("|", "\u2502") or " ") + "`"


def escape_markdown(text: str, max_length: int | None = None) -> str:
    """Return text as plain words without markup or automatic links, clipped to `max_length` characters."""
    escaped = "".join(f"\\{char}" if char in _MARKUP else char for char in _clip(text, max_length))
    return escaped.replace("://", "\\://").replace("www.", "www\\.")


def _clip(text: str, max_length: int | None) -> str:
    return (
        clip_text(text)
        if max_length is None
        else clip_text(text if len(text) <= max_length else f"{text[:max_length]}...")
    )


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells in Markdown; all columns but the first are centred."""
    lines = [head, ["---", *[":-:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def clip_document(text: str, max_length: int, full_version: str) -> str:
    """Clip a document after a whole line; a notice at its end names the full version."""
    if len(text) <= max_length:
        return text
    clipped = text[: max_length - _NOTICE_LENGTH].rpartition("\n")[0]
    return f"{clipped}\n\n**Truncated after {len(clipped)} of {len(text)} characters:** see {full_version}.\n"
