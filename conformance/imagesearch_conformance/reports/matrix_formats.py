"""A matrix as one page of HTML, and as a table of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.reports.markdown import code, plain, table
from imagesearch_conformance.reports.matrix import MEANINGS, ORDER, WORDS, Column, Matrix
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.templating import page

_VERDICTS: Mapping[str, str] = {"conformant": "\u2713", "nonconformant": "\u2717", "inconclusive": "?"}

#: What a page can tell by its colours.
_COLOURS: Mapping[str, str] = {"conformant": "passed", "nonconformant": "failed", "inconclusive": "warned"}


def as_html(found: Matrix) -> str:
    """One page that needs nothing else."""
    return page(
        "matrix.html.j2",
        matrix=found,
        words=WORDS,
        meanings=MEANINGS,
        used=_used(found),
        verdicts=_VERDICTS,
        colours=_COLOURS,
        facts=_facts,
        levels=list(dict.fromkeys(row.level for row in found.rows)),
        differing=sum(row.differs for row in found.rows),
    )


def as_markdown(found: Matrix) -> str:
    """A page with one table: the columns' heads, each area's sums, and every requirement."""
    legend = ", ".join(f"{WORDS[name][0]} {WORDS[name][1]}" for name in _used(found))
    head = ["requirement", "level", *(_head(one) for one in found.columns)]
    parts = ["# SearchImageByName: requirements x implementations", *_mixed(found), f"Legend: {legend}."]
    return "\n\n".join([*parts, table(head, _rows(found))]) + "\n"


def _used(found: Matrix) -> list[str]:
    """The outcomes that there are."""
    return [name for name in ORDER if any(name in one for one in found.counts)]


def _mixed(found: Matrix) -> Iterator[str]:
    if found.mixture:
        yield f"**Mixed:** these reports are of different {found.different}. {plain('; '.join(found.mixture))}."


def _head(column: Column) -> str:
    return f"[{plain(column.name)}](<{column.page}>)" if column.page else plain(column.name)


def _rows(found: Matrix) -> Iterator[list[str]]:
    yield ["**verdict**", "", *map(_verdict, found.columns)]
    for name, values in _facts(found).items():
        yield [f"**{name}**", "", *map(code, values)]
    for area in found.areas:
        yield [f"**{plain(area.name)}**", f"{len(area.rows)}", *map(_sums, area.counts)]
        for row in area.rows:
            yield [code(row.id), row.level, *(f"{WORDS[one][0]} {WORDS[one][1]}" for one in row.outcomes)]


def _verdict(column: Column) -> str:
    verdict = column.report["verdict"]
    return f"{_VERDICTS[verdict]} {verdict}" + "".join(f" ({one})" for one in column.limits)


def _sums(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {WORDS[name][1]}" for name, count in counts.items())


def _facts(found: Matrix) -> dict[str, list[str]]:
    """What is told of each column, besides its verdict: names, and a text a column."""
    reports: list[dict[str, Any]] = [column.report for column in found.columns]
    subjects = [subject_of(one) for one in reports]
    return {
        "requirements": [_sums(one) for one in found.counts],
        "cases": [str(sum(one["counts"].values())) for one in reports],
        "requests": [str(one["requests"]) for one in reports],
        " / ".join(dict.fromkeys(one.noun for one in subjects)): [one.name for one in subjects],
        "level that decides": [
            one["suite"]["level"] + (", strict" if one["suite"]["strict"] else "") for one in reports
        ],
        "page of": [str(one["suite"]["document"]) for one in reports],
        "contract": [str(one["suite"]["specDigest"])[:19] for one in reports],
        "started": [str(one["startedAt"]) for one in reports],
    }


FORMATS = {"html": ("matrix.html", as_html), "markdown": ("matrix.md", as_markdown)}
