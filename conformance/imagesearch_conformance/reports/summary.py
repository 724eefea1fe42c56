"""The report as a short Markdown page that fits the summary of a pipeline's job."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Any

from imagesearch_conformance.reports.deviations import accepted_in, deviations_of, fails, state_words
from imagesearch_conformance.reports.markdown import code, plain
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.wording import first_finding, judged_sentence, shown, verdict_words

#: How many failing requirements are listed one by one, and how many bytes a list may have: what a pipeline
#: shows of a summary is bounded, and a whole one stays far below that (a mebibyte at GitHub).
_LISTED, _BYTES = 50, 12_000

#: The most of one text in a list, in characters.
_TEXT = 300

_SIGNS = {"conformant": "\u2705", "nonconformant": "\u274c", "inconclusive": "\u2754"}


def summary(document: dict[str, Any]) -> str:
    """The Markdown text of a report."""
    parts = [
        _head(document),
        _areas(document),
        _listed(document, "failed", "Violated"),
        _known(document),
        _listed(document, "errored", "Not judged"),
    ]
    parts += [_listed(document, "warned", "Departures that do not decide"), _untested(document)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(document: dict[str, Any]) -> str:
    suite, verdict, subject = document["suite"], document["verdict"], subject_of(document)
    lines = [
        f"# {_SIGNS[verdict]} SearchImageByName: {verdict_words(document)}",
        "",
        f"- {subject.label}: " + "".join(f"{words}{code(value)}" for words, value in subject.phrases),
        f"- Cases: {judged_sentence(document)}; {document['requests']} requests in {document['durationSeconds']} s",
        f"- Judged against the page of {suite['document']}, lowest level that decides: {suite['level']}"
        + (", strict" if suite["strict"] else ""),
        f"- Suite {suite['version']}, contract `{suite['specDigest'][:19]}`, started {document['startedAt']}",
    ]
    if document["trouble"]:
        lines += ["", f"**Not all was judged:** {plain(document['trouble'])}"]
    return "\n".join(lines)


def _areas(document: dict[str, Any]) -> str:
    table = [
        "| area | passed | warned | failed | errored | skipped | not applicable |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    columns = ("passed", "warned", "failed", "errored", "skipped", "notApplicable")
    areas = list(dict.fromkeys(one["area"] for one in document["requirements"]))
    for area in areas:
        found = Counter(one["outcome"] for one in document["requirements"] if one["area"] == area)
        table.append(f"| {area} | " + " | ".join(str(found[name] or "") for name in columns) + " |")
    return "## Requirements by area\n\n" + "\n".join(table)


def _listed(document: dict[str, Any], outcome: str, title: str) -> str:
    accepted = accepted_in(document) if outcome == "warned" else ()
    chosen = [one for one in document["requirements"] if one["outcome"] == outcome and one["id"] not in accepted]
    return _list(title, [_line(document, one) for one in chosen[:_LISTED]], len(chosen)) if chosen else ""


def _list(title: str, lines: list[str], number: int) -> str:
    """As many lines as there is room for, the first at least, and how many more there are."""
    sizes = accumulate(len(line.encode("utf-8", "replace")) for line in lines)
    shown_lines = max(1, sum(size <= _BYTES for size in sizes))
    kept = lines[:shown_lines]
    if number > len(kept):
        kept.append(f"- and {number - len(kept)} more, see report.json")
    return f"## {title}\n\n" + "\n".join(kept)


def _known(document: dict[str, Any]) -> str:
    """The departures that are known, those first that the user has to do something about."""
    chosen = sorted(deviations_of(document), key=lambda one: not fails(one))
    if not chosen:
        return ""
    return _list("Known departures", [_deviation(document, one) for one in chosen[:_LISTED]], len(chosen))


def _deviation(document: dict[str, Any], one: dict[str, Any]) -> str:
    sign = f"{_SIGNS['nonconformant']} " if fails(one) else ""
    case, _ = first_finding(document, {"id": one["requirement"]})
    said = "; ".join(plain(text, _TEXT) for text in (one["explanation"], one["reason"]))
    places = [code(one["link"], _TEXT), *([code(case["id"])] if case else [])]
    head = f"- {sign}**{one['requirement']}**, {state_words(one)}, until {one['expires']}"
    return f"{head}: {said} ({', '.join(places)})"


def _line(document: dict[str, Any], requirement: dict[str, Any]) -> str:
    said = f"- **{requirement['id']}** ({requirement['level']}): {plain(requirement['statement'], _TEXT)}"
    if requirement["reason"]:
        return f"{said} {plain(requirement['reason'], _TEXT)}"
    case, finding = first_finding(document, requirement)
    if finding is None:
        return said
    got = f", got {code(shown(finding['actual']))}" if finding["actual"] is not None else ""
    where = f" at {code(finding['where'], _TEXT)}" if finding["where"] else ""
    return f"{said} {plain(finding['message'], _TEXT)}{got}{where}" + (f" ({code(case['id'])})" if case else "")


def _untested(document: dict[str, Any]) -> str:
    chosen = [one for one in document["requirements"] if one["outcome"] in {"notApplicable", "skipped"}]
    reasons = Counter(one["reason"] for one in chosen)
    lines = [
        f"- {count} requirement{'s' if count > 1 else ''}: {plain(reason, _TEXT)}"
        for reason, count in reasons.most_common(_LISTED)
    ]
    return _list("Not exercised", lines, len(reasons)) if lines else ""
