"""What a page shows of a requirement that was departed from: a few cases in full, the others by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from attrs import field, frozen

from imagesearch_conformance.reports.calls import Handed, Parameter, called, handed_back, speaks_of
from imagesearch_conformance.reports.excerpt import Line, excerpt
from imagesearch_conformance.reports.request_line import query_of
from imagesearch_conformance.reports.shared_bodies import Bodies
from imagesearch_conformance.reports.subject import Subject, subject_of
from imagesearch_conformance.reports.wording import gravest, told

#: How many cases of one requirement are shown in full, and how many where a great deal is wrong.
_SHOWN, _SHOWN_OF_MANY = 3, 1

#: From so many departures on a great deal is wrong.
_MANY = 40

#: How many exchanges of one case are shown, how many findings of one requirement, and how many cases by name.
_EXCHANGES, _FINDINGS, _NAMED = 4, 5, 30

#: The most parameters, and the most of one of their values, that are shown.
_PARAMETERS, _VALUE = 40, 300


@frozen
class Shown:
    """One exchange of a case: what was sent, and what came.

    `header_sent` and `header_came` are where a finding speaks of a header.
    """

    number: int
    request: dict[str, Any]
    response: dict[str, Any]
    curl: str
    parameters: tuple[Parameter, ...]
    body: tuple[Line, ...]
    content_type: str
    where: str
    header_sent: str
    header_came: str


@frozen
class Example:
    """A case that shows the departure; `accepted` are outcomes with their grade and reason.

    `called` and `handed` are there where a client was judged: what it was asked for, and what came of it.
    """

    case: dict[str, Any]
    findings: tuple[dict[str, Any], ...]
    accepted: tuple[tuple[str, str], ...]
    exchanges: tuple[Shown, ...]
    left_out: int
    called: tuple[Parameter, ...] = ()
    handed: Handed | None = None


@frozen
class Violation:
    """A requirement with what was found: in single cases, in the whole run, and in further cases."""

    requirement: dict[str, Any]
    of_run: tuple[dict[str, Any], ...]
    examples: tuple[Example, ...]
    further: tuple[str, ...]
    unnamed: int


@frozen
class Gallery:
    """All departures of a report."""

    document: dict[str, Any]
    subject: Subject = field(init=False)
    _bodies: Bodies = field(init=False)
    _departing: Mapping[str, list[dict[str, Any]]] = field(init=False)

    @subject.default
    def _subject_of_document(self) -> Subject:
        return subject_of(self.document)

    @_bodies.default
    def _bodies_of_cases(self) -> Bodies:
        return Bodies.of(self.document)

    @_departing.default
    def _cases_by_requirement(self) -> Mapping[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for case in self.document["cases"]:
            for name in dict.fromkeys(one["requirement"] for one in case["findings"]):
                found.setdefault(name, []).append(case)
        return found

    def violation(self, requirement: dict[str, Any]) -> Violation:
        """What was found about one requirement; nothing where nothing was."""
        name = requirement["id"]
        cases = sorted(self._departing.get(name, ()), key=lambda case: name not in case["requirements"])
        most = _SHOWN_OF_MANY if len(self._departing) >= _MANY else _SHOWN
        further = tuple(case["id"] for case in cases[most:])
        return Violation(
            requirement,
            tuple(requirement.get("findings", ()))[:_FINDINGS],
            tuple(self._example(case, name) for case in cases[:most]),
            further[:_NAMED],
            len(further[_NAMED:]),
        )

    def _example(self, case: dict[str, Any], requirement: str) -> Example:
        findings = [one for one in case["findings"] if one["requirement"] == requirement]
        worst = gravest(findings)
        pointed = worst.get("exchange", 0)
        # What a case is for may take all of its exchanges to see; for what it merely met one is enough.
        wanted = range(len(case["exchanges"])) if requirement in case["requirements"] else (pointed,)
        order = sorted(wanted, key=lambda index: (index != pointed, index)) if case["exchanges"] else []
        shown = tuple(
            self._shown(case, index, worst["where"] if index == pointed else "") for index in sorted(order[:_EXCHANGES])
        )
        return Example(
            case, tuple(_distinct(findings))[:_FINDINGS], tuple(_accepted(case)), shown, len(order[_EXCHANGES:]),
            called(case, worst["where"]), handed_back(case, worst["where"]),
        )  # fmt: skip

    def _shown(self, case: dict[str, Any], index: int, where: str) -> Shown:
        exchange = case["exchanges"][index]
        response = exchange["response"]
        header = where if where.startswith("header:") else ""
        client = self.subject.client
        return Shown(
            index + 1,
            exchange["request"],
            response,
            exchange["curl"],
            tuple(_parameters(case, exchange["request"], where if client else "")),
            excerpt(self._bodies.of_exchange(exchange)[0], where),
            next((value for name, value in response["headers"] if name.lower() == "content-type"), ""),
            where,
            # What a client does wrong with headers, it does to those that it sends.
            header if client else "",
            "" if client else header,
        )


def _distinct(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The findings without those that say what another one said of another exchange."""
    seen = []
    for one in findings:
        said = (one["message"], one["actual"], one["where"])
        if said not in seen:
            seen.append(said)
            yield one


def _accepted(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The acceptable outcomes, each with why it is one."""
    reasons = case.get("definition", {}).get("expectation", {}).get("acceptances", [])
    for index, said in enumerate(case.get("accepted", [])):
        yield said, reasons[index].get("why", "") if index < len(reasons) else ""


def _parameters(case: dict[str, Any], request: dict[str, Any], where: str) -> Iterator[Parameter]:
    broken = {one.get("parameter") for one in case.get("definition", {}).get("violations", [])}
    form = any(name.lower() == "content-type" and "urlencoded" in value for name, value in request["headers"])
    for text in (query_of(request["url"]), request["body"] if form else ""):
        for name, value in parse_qsl(text, keep_blank_values=True)[:_PARAMETERS]:
            shown = value if len(value) <= _VALUE else f"{value[:_VALUE]}... ({len(value)} characters)"
            yield Parameter(told(name), told(shown), name in broken or speaks_of(where, name))
