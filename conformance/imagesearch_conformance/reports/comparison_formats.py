"""A comparison in the formats that people read: lines for a terminal, and a bounded page of Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.comparison import Kind, Result
from imagesearch_conformance.reports.markdown import bounded, code, plain, table
from imagesearch_conformance.reports.wording import shown, told

#: The most characters of a page: a comment on a merge request holds no more (GitHub's bound is 65,536).
_MOST = 60_000

#: How many changes of one kind are listed one by one, and how much of one reason, in characters.
_LISTED, _SAID = 50, 240

#: So many changes of which the same is to be said are listed apart.
_APART = 3

_TITLES: Mapping[str, str] = {
    Kind.NEW_FAILURE: "New failures",
    Kind.LOST: "Lost: judged before, and not any more",
    Kind.VANISHED: "Vanished: not in the new report",
    Kind.FIXED: "Fixed",
    Kind.CHANGED_OUTCOME: "Changed outcome",
    Kind.CHANGED_CODE: "Changed status or code, with the same outcome",
    Kind.NEW: "New",
}

_SIGNS: Mapping[str, str] = {
    Result.REGRESSION: "\u274c",
    Result.NO_REGRESSION: "\u2705",
    Result.INCONCLUSIVE: "\u2754",
}

#: A mark around text that comes from a report.
Mark = Callable[[str], str]


def as_text(document: dict[str, Any]) -> str:
    """Lines for a terminal."""
    lines = [f"{name}: {_run(document[name], shown)}" for name in ("old", "new")]
    lines += [f"note: {one}" for one in _notes(document, shown)]
    for kind, title in _TITLES.items():
        entries = list(_entries(document, kind, shown))
        lines += [f"{title} ({_sizes(document, kind)})", *(f"  {one}" for one in entries)] if entries else []
    lines += [*_pace(document, shown), f"result: {headline(document)}"]
    return "\n".join(lines) + "\n"


def as_markdown(document: dict[str, Any]) -> str:
    """A page that fits the summary of a pipeline's job, and a comment."""
    parts = [
        f"# {_SIGNS[document['result']]} SearchImageByName: {headline(document)}",
        "\n".join(f"- {name}: {_run(document[name], code)}" for name in ("old", "new")),
        _counted(document),
        "\n".join(f"- {one}" for one in _pace(document, code)),
        _section("Not comparable in everything", list(_notes(document, code))),
    ]
    for kind, title in _TITLES.items():
        parts.append(_section(f"{title} ({_sizes(document, kind)})", list(_entries(document, kind, code))))
    return bounded("\n\n".join(part for part in parts if part) + "\n", _MOST, "the comparison as JSON")


def headline(document: dict[str, Any]) -> str:
    """What came out, in one line."""
    verdicts = f"verdict {document['old']['verdict']} -> {document['new']['verdict']}"
    if document["result"] == Result.INCONCLUSIVE:
        return f"inconclusive: {shown(document['obstacle'])}; {verdicts}"
    if document["result"] == Result.NO_REGRESSION:
        return f"no regression; {verdicts}"
    found = [
        _number(count, name)
        for name in ("requirements", "cases")
        if (count := sum(one["regression"] for one in document[name]))
    ]
    return f"regression in {' and '.join(found)}; {verdicts}"


def _run(run: dict[str, Any], mark: Mark) -> str:
    early = "" if run["complete"] else " (ended early)"
    judged = f"{mark(run['judged'])} by the page of {mark(run['document'])}, started {mark(run['startedAt'])}"
    return f"{run['verdict']}{early}, {judged}, {_number(run['requests'], 'requests')} ({mark(run['path'])})"


def _notes(document: dict[str, Any], mark: Mark) -> Iterator[str]:
    for one in document["notes"]:
        values = "" if one["old"] == one["new"] else f" {_value(one['old'], mark)} -> {_value(one['new'], mark)}"
        yield f"{mark(one['about'])}{values}: {(plain if mark is code else told)(one['effect'])}"


def _value(value: Any, mark: Mark) -> str:
    return mark(_short(value if isinstance(value, str) else json.dumps(value)))


def _entries(document: dict[str, Any], kind: str, mark: Mark) -> Iterator[str]:
    """The changes of one kind, requirements first; many of which the same is to be said are one line."""
    for name in ("requirements", "cases"):
        alone = name == "requirements" and kind in {Kind.NEW_FAILURE, Kind.FIXED}
        groups: dict[Any, list[dict[str, Any]]] = {}
        for one in document[name]:
            if one["kind"] == kind:
                groups.setdefault(one["id"] if alone else _remark(one, mark), []).append(one)
        lines = [line for group in groups.values() for line in _grouped(group, name, mark)]
        yield from lines[:_LISTED]
        if len(lines) > _LISTED:
            yield f"and {len(lines) - _LISTED} more lines about {name}"


def _grouped(group: list[dict[str, Any]], name: str, mark: Mark) -> Iterator[str]:
    if len(group) <= _APART:
        yield from (f"{_named(one, mark)}: {_remark(one, mark)}" for one in group)
        return
    some = ", ".join(mark(one["id"]) for one in group[:_APART])
    yield f"{len(group)} {name} ({some}, ...): {_remark(group[0], mark)}"


def _named(change: dict[str, Any], mark: Mark) -> str:
    level = f" ({change['level']})" if "level" in change else ""
    return mark(change["id"]) + level + (f", was {mark(change['oldId'])}" if change["oldId"] else "")


def _remark(change: dict[str, Any], mark: Mark) -> str:
    """What is said of a change, besides its name."""
    said = f"{change['old'] or 'absent'} -> {change['new'] or 'absent'}{_replies(change, mark)}"
    if not change["regression"] and change["kind"] in {Kind.LOST, Kind.VANISHED}:
        said += " (no regression)"
    if not change["why"]:
        return said
    return f"{said}; {'before: ' if change['kind'] == Kind.FIXED else ''}{mark(_short(change['why']))}"


def _replies(change: dict[str, Any], mark: Mark) -> str:
    """What came before and now, where both runs asked and it is not the same."""
    old, new = change.get("oldReplies"), change.get("newReplies")
    return f"; {mark(_short(', '.join(old)))} -> {mark(_short(', '.join(new)))}" if old and new and old != new else ""


def _pace(document: dict[str, Any], mark: Mark) -> Iterator[str]:
    pace = document["pace"]
    if pace["cases"]:
        word = "slower" if pace["slower"] else "not slower"
        times = f"{_milliseconds(pace['oldSeconds'])} -> {_milliseconds(pace['newSeconds'])}"
        yield f"{word}: median exchange {times} over {pace['cases']} cases"
    for one in pace["slowerCases"][:_LISTED]:
        yield f"slower: {mark(one['id'])} {_milliseconds(one['oldSeconds'])} -> {_milliseconds(one['newSeconds'])}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _counted(document: dict[str, Any]) -> str:
    names = ("requirements", "cases")
    rows = [[title, *(str(document["counts"][name][kind]) for name in names)] for kind, title in _TITLES.items()]
    rows.append(["Unchanged", *(str(document["counts"][name]["unchanged"]) for name in names)])
    return table(["", *names], rows)


def _sizes(document: dict[str, Any], kind: str) -> str:
    return ", ".join(
        _number(count, name) for name in ("requirements", "cases") if (count := document["counts"][name][kind])
    )


def _number(count: int, plural: str) -> str:
    return f"{count} {plural.removesuffix('s') if count == 1 else plural}"


def _section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {one}" for one in lines) if lines else ""


def _short(text: str) -> str:
    return text if len(text) <= _SAID else f"{text[:_SAID]}..."


FORMATS: Mapping[str, Callable[[dict[str, Any]], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
