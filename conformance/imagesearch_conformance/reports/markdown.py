"""Text from anywhere in Markdown: nothing in it is read as Markdown or HTML, and pages stay bounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imagesearch_conformance.reports.wording import told

#: What Markdown and HTML read as more than itself.
_MARKUP = frozenset("\\`*_[]<>|#&~@")


#: Room for the sentence that says where a page was cut, in characters.
_SENTENCE = 200


def code(text: str, most: int | None = None) -> str:
    """Text from anywhere as inline code, in a table too; of at most so many characters."""
    return "`" + (_cut(text, most).replace("`", "'").replace("|", "\u2502") or " ") + "`"


def plain(text: str, most: int | None = None) -> str:
    """Text from anywhere as plain words: no markup, and no address that would become a link by itself."""
    said = "".join(f"\\{char}" if char in _MARKUP else char for char in _cut(text, most))
    return said.replace("://", "\\://").replace("www.", "www\\.")


def _cut(text: str, most: int | None) -> str:
    return told(text) if most is None else told(text if len(text) <= most else f"{text[:most]}...")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; all columns but the first are centred."""
    lines = [head, ["---", *[":-:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(one)} |" for one in lines)


def bounded(page: str, most: int, where: str) -> str:
    """The page, cut after a whole line if it is longer than `most` characters; `where` has the rest."""
    if len(page) <= most:
        return page
    kept = page[: most - _SENTENCE].rpartition("\n")[0]
    return f"{kept}\n\n**Cut here, after {len(kept)} of {len(page)} characters:** {where} has the rest.\n"
