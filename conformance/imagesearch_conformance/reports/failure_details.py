"""What a page shows of a requirement that was departed from: a few cases in full, the others by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from attrs import field, frozen

from imagesearch_conformance.reports.body_excerpt import ExcerptLine, body_excerpt
from imagesearch_conformance.reports.client_calls import (
    ClientAnswer,
    DisplayedValue,
    call_parameters,
    client_answer,
    is_finding_about,
)
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.subject import ReportSubject, build_subject
from imagesearch_conformance.reports.text import clip_text, most_severe
from imagesearch_conformance.reports.url_parts import url_query

#: How many cases of one requirement are shown in full, and how many where a great deal is wrong.
_MAX_CASES, _MAX_CASES_OF_MANY = 3, 1

#: From so many departures on a great deal is wrong.
_MANY_FAILURES = 40

#: How many exchanges of one case are shown, how many findings of one requirement, and how many cases by name.
_MAX_EXCHANGES, _MAX_FINDINGS, _MAX_CASE_IDS = 4, 5, 30

#: The most parameters, and the most of one of their values, that are shown.
_MAX_PARAMETERS, _MAX_VALUE_LENGTH = 40, 300


@frozen
class DisplayedExchange:
    """One exchange of a case: what was sent, and what came.

    `header_sent` and `header_came` are where a finding speaks of a header.
    """

    number: int
    request: dict[str, Any]
    response: dict[str, Any]
    curl: str
    parameters: tuple[DisplayedValue, ...]
    body: tuple[ExcerptLine, ...]
    content_type: str
    where: str
    marked_request_header: str
    marked_response_header: str


@frozen
class FailingCase:
    """A case that shows the departure; `accepted` are outcomes with their grade and reason.

    `called` and `handed` are there where a client was judged: what it was asked for, and what came of it.
    """

    case: dict[str, Any]
    findings: tuple[dict[str, Any], ...]
    accepted: tuple[tuple[str, str], ...]
    exchanges: tuple[DisplayedExchange, ...]
    omitted_exchanges: int
    call_parameters: tuple[DisplayedValue, ...] = ()
    answer: ClientAnswer | None = None


@frozen
class FailedRequirement:
    """A requirement with what was found: in single cases, in the whole run, and in further cases."""

    requirement: dict[str, Any]
    run_findings: tuple[dict[str, Any], ...]
    failing_cases: tuple[FailingCase, ...]
    other_case_ids: tuple[str, ...]
    omitted_count: int


@frozen
class FailureDetails:
    """All departures of a report."""

    report: dict[str, Any]
    subject: ReportSubject = field(init=False)
    _index: ReportIndex = field(init=False)
    _failing_cases: Mapping[str, list[dict[str, Any]]] = field(init=False)

    @subject.default
    def _build_subject(self) -> ReportSubject:
        return build_subject(self.report)

    @_index.default
    def _build_index(self) -> ReportIndex:
        return ReportIndex.from_report(self.report)

    @_failing_cases.default
    def _cases_by_requirement(self) -> Mapping[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for case in self.report["cases"]:
            for name in dict.fromkeys(one["requirement"] for one in case["findings"]):
                found.setdefault(name, []).append(case)
        return found

    def failed_requirement(self, requirement: dict[str, Any]) -> FailedRequirement:
        """What was found about one requirement; nothing where nothing was."""
        name = requirement["id"]
        cases = sorted(self._failing_cases.get(name, ()), key=lambda case: name not in case["requirements"])
        most = _MAX_CASES_OF_MANY if len(self._failing_cases) >= _MANY_FAILURES else _MAX_CASES
        further = tuple(case["id"] for case in cases[most:])
        return FailedRequirement(
            requirement,
            tuple(requirement.get("findings", ()))[:_MAX_FINDINGS],
            tuple(self._failing_case(case, name) for case in cases[:most]),
            further[:_MAX_CASE_IDS],
            len(further[_MAX_CASE_IDS:]),
        )

    def _failing_case(self, case: dict[str, Any], requirement_id: str) -> FailingCase:
        findings = [one for one in case["findings"] if one["requirement"] == requirement_id]
        worst = most_severe(findings)
        pointed = worst.get("exchange", 0)
        # What a case is for may take all of its exchanges to see; for what it merely met one is enough.
        wanted = range(len(case["exchanges"])) if requirement_id in case["requirements"] else (pointed,)
        order = sorted(wanted, key=lambda index: (index != pointed, index)) if case["exchanges"] else []
        shown = tuple(
            self._displayed_exchange(case, index, worst["where"] if index == pointed else "")
            for index in sorted(order[:_MAX_EXCHANGES])
        )
        return FailingCase(
            case, tuple(_distinct_findings(findings))[:_MAX_FINDINGS], tuple(_accepted_outcomes(case)), shown, len(order[_MAX_EXCHANGES:]),
            call_parameters(case, worst["where"]), client_answer(case, worst["where"]),
        )  # fmt: skip

    def _displayed_exchange(self, case: dict[str, Any], index: int, where: str) -> DisplayedExchange:
        exchange = case["exchanges"][index]
        response = exchange["response"]
        header = where if where.startswith("header:") else ""
        client = self.subject.is_client
        return DisplayedExchange(
            index + 1,
            exchange["request"],
            response,
            exchange["curl"],
            tuple(_request_parameters(case, exchange["request"], where if client else "")),
            body_excerpt(self._index.response_body(exchange)[0], where),
            next((value for name, value in response["headers"] if name.lower() == "content-type"), ""),
            where,
            # What a client does wrong with headers, it does to those that it sends.
            header if client else "",
            "" if client else header,
        )


def _distinct_findings(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The findings without those that say what another one said of another exchange."""
    seen = []
    for one in findings:
        said = (one["message"], one["actual"], one["where"])
        if said not in seen:
            seen.append(said)
            yield one


def _accepted_outcomes(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The acceptable outcomes, each with why it is one."""
    reasons = case.get("definition", {}).get("expectation", {}).get("acceptances", [])
    for index, said in enumerate(case.get("accepted", [])):
        yield said, reasons[index].get("why", "") if index < len(reasons) else ""


def _request_parameters(case: dict[str, Any], request: dict[str, Any], where: str) -> Iterator[DisplayedValue]:
    broken = {one.get("parameter") for one in case.get("definition", {}).get("violations", [])}
    form = any(name.lower() == "content-type" and "urlencoded" in value for name, value in request["headers"])
    for text in (url_query(request["url"]), request["body"] if form else ""):
        for name, value in parse_qsl(text, keep_blank_values=True)[:_MAX_PARAMETERS]:
            shown = (
                value
                if len(value) <= _MAX_VALUE_LENGTH
                else f"{value[:_MAX_VALUE_LENGTH]}... ({len(value)} characters)"
            )
            yield DisplayedValue(clip_text(name), clip_text(shown), name in broken or is_finding_about(where, name))
