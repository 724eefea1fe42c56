"""What a part of the benchmark found, ready to be printed."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen


@frozen
class Aim:
    """Something aimed at, what came out, and whether that is as good."""

    text: str
    found: str
    met: bool


@frozen
class Part:
    """One part: a table, a few sentences on how it was made, what was aimed at, and the figures for plots."""

    title: str
    text: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    aims: Sequence[Aim] = ()
    figures: Mapping[str, Any] = field(factory=dict)
    plot: str | None = None


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """The median with the least and the greatest in brackets."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def markdown(parts: Sequence[Part], machine: str, command: str) -> str:
    """The page of all parts, what was aimed at on top."""
    lines = [
        "# Benchmark",
        "",
        f"Made by `{command}` on {machine}.",
        "Machines differ and are shared: what is compared was measured in turns within one run, and ratios are what to",
        "read. Medians, with the least and the greatest in brackets.",
        "",
        "## What was aimed at",
        "",
        *table(("aim", "found", ""), [(one.text, one.found, _word(one)) for part in parts for one in part.aims]),
    ]
    for part in parts:
        lines += ["", f"## {part.title}", "", part.text, "", *table(part.header, part.rows)]
        lines += ["", f"![{part.title}](benchmark/{part.plot})"] if part.plot else []
    return "\n".join(lines) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    return [_line(header), _line(["---"] * len(header)), *map(_line, rows)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _word(aim: Aim) -> str:
    return "met" if aim.met else "**missed**"
