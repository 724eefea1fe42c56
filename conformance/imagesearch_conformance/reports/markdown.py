"""Text from anywhere in Markdown: nothing in it is read as Markdown or HTML, and pages stay bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imagesearch_conformance.reports.text import clip_text

#: What Markdown and HTML read as more than itself.
_MARKUP = frozenset("\\`*_[]<>|#&~@")


#: Room for the sentence that says where a page was cut, in characters.
_NOTICE_LENGTH = 200


def inline_code(text: str, max_length: int | None = None) -> str:
    """Text from anywhere as inline code, in a table too; of at most so many characters."""
    return "`" + (_clip(text, max_length).replace("`", "'").replace("|", "\u2502") or " ") + "`"


def escape_markdown(text: str, max_length: int | None = None) -> str:
    """Text from anywhere as plain words: no markup, and no address that would become a link by itself."""
    said = "".join(f"\\{char}" if char in _MARKUP else char for char in _clip(text, max_length))
    return said.replace("://", "\\://").replace("www.", "www\\.")


def _clip(text: str, max_length: int | None) -> str:
    return (
        clip_text(text)
        if max_length is None
        else clip_text(text if len(text) <= max_length else f"{text[:max_length]}...")
    )


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; all columns but the first are centred."""
    lines = [head, ["---", *[":-:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(one)} |" for one in lines)


def clip_page(text: str, max_length: int, rest_location: str) -> str:
    """The page, cut after a whole line if it is longer than `most` characters; `where` has the rest."""
    if len(text) <= max_length:
        return text
    kept = text[: max_length - _NOTICE_LENGTH].rpartition("\n")[0]
    return f"{kept}\n\n**Cut here, after {len(kept)} of {len(text)} characters:** {rest_location} has the rest.\n"
