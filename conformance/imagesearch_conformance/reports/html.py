"""The report as one page that needs nothing besides itself: to be read, printed, archived and linked into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.reports.coverage import LEVELS, OUTCOMES, SIGNS, areas, counted
from imagesearch_conformance.reports.deviations import deviations_of, fails, state_words
from imagesearch_conformance.reports.templating import page
from imagesearch_conformance.reports.violation import Gallery, Violation
from imagesearch_conformance.reports.wording import judged_sentence, verdict_words

#: What came of a requirement of which something was found.
_DEPARTED = frozenset({"failed", "warned"})

#: What came of a requirement or case that nothing was said about.
_UNTOLD = ("errored", "skipped", "notApplicable")

#: The most names that are listed for one reason.
_NAMED = 400


@frozen
class Untested:
    """Requirements or cases of which nothing can be told, for one reason."""

    outcome: str
    reason: str
    names: tuple[str, ...]
    unnamed: int


def html(document: dict[str, Any]) -> str:
    """The page of a report."""
    gallery = Gallery(document)
    subject = gallery.subject
    violations = {one["id"]: gallery.violation(one) for one in document["requirements"] if one["outcome"] in _DEPARTED}
    failed = [one for one in document["requirements"] if one["outcome"] == "failed"]
    return page(
        "report.html.j2",
        report=document,
        subject=subject,
        verdict=verdict_words(document),
        sentence=judged_sentence(document),
        areas=areas(document),
        counts=counted(document["requirements"]),
        failed=failed,
        opened=frozenset(one["id"] for one in failed[:1]),
        violations=violations,
        readings=_readings(document, violations),
        overdue=sum(map(fails, deviations_of(document))),
        deviations=[(one, state_words(one), fails(one)) for one in deviations_of(document)],
        untold=_said_untold(document["requirements"]),
        untested=tuple(_untested(document["requirements"])),
        unjudged=tuple(one for one in _untested(document["cases"]) if one.outcome != "notApplicable"),
        claims=tuple(_claims(document["target"]["capabilities"])),
        chosen=tuple(_chosen(document["suite"])),
        outcomes=OUTCOMES,
        signs=SIGNS,
        levels=LEVELS,
    )


def _claims(capabilities: dict[str, Any]) -> Iterator[str]:
    """What the target claims, in words."""
    if capabilities.get("authentication"):
        yield "authentication"
    if rate := capabilities.get("throttlingQps"):
        yield f"refuses more than {rate:g} requests a second"
    if capabilities.get("faultHeader"):
        yield "answers with the error that a header names"
    if capabilities.get("approximate"):
        yield "an approximate engine"


def _chosen(suite: dict[str, Any]) -> Iterator[str]:
    """What made the run smaller than it could be."""
    for name, said in (("select", "selected"), ("deselect", "left out")):
        if suite.get(name):
            yield f"{said} {', '.join(suite[name])}"
    if suite.get("budget") is not None:
        yield f"at most {suite['budget']} requests"


def _said_untold(requirements: list[dict[str, Any]]) -> str:
    count = sum(one["outcome"] in _UNTOLD for one in requirements)
    return str(count or "none")


def _untested(things: list[dict[str, Any]]) -> Iterator[Untested]:
    """Reasons with what they are given for, those that weigh most first."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in things:
        if one["outcome"] in _UNTOLD:
            found.setdefault((one["outcome"], one["reason"] or ""), []).append(one["id"])
    order = sorted(found.items(), key=lambda entry: (_UNTOLD.index(entry[0][0]), -len(entry[1])))
    for (outcome, reason), names in order:
        yield Untested(outcome, reason, tuple(names[:_NAMED]), len(names[_NAMED:]))


def _readings(document: dict[str, Any], violations: Mapping[str, Violation]) -> Mapping[str, Mapping[str, Any]]:
    """For each requirement the recorded reading of the page that decided, where there is one."""
    known = {one["id"]: one for one in document.get("interpretations", [])}
    found = {one["id"]: known.get(_named(one, violations)) for one in document["requirements"]}
    return {name: reading for name, reading in found.items() if reading is not None}


def _named(requirement: dict[str, Any], violations: Mapping[str, Violation]) -> str:
    """The reading of a requirement, or else the one that most of its failing cases follow."""
    own: str = requirement.get("interpretation") or ""
    if own or requirement["id"] not in violations:
        return own
    followed = Counter(
        example.case.get("definition", {}).get("interpretation") for example in violations[requirement["id"]].examples
    )
    return next((name for name, _ in followed.most_common(1) if name), "")
