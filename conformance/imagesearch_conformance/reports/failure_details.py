"""The failures of a requirement as the HTML report shows them: a few cases in full, the others by id."""

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
from imagesearch_conformance.reports.index import ReportIndex, most_severe
from imagesearch_conformance.reports.subject import ReportSubject, build_subject, url_query
from imagesearch_conformance.reports.text import clip_text

#: Maximum number of cases of one requirement shown in full, and the maximum in a report with many failures.
_MAX_CASES, _MAX_CASES_OF_MANY = 3, 1

#: Number of failed requirements from which on a report has many failures.
_MANY_FAILURES = 40

#: Maximum number of exchanges of one case, and of findings and case ids of one requirement.
_MAX_EXCHANGES, _MAX_FINDINGS, _MAX_CASE_IDS = 4, 5, 30

#: Maximum number of parameters, and maximum length of a value in characters.
_MAX_PARAMETERS, _MAX_VALUE_LENGTH = 40, 300


@frozen
class DisplayedExchange:
    """One exchange of a case; `number` counts from 1, the marked headers are those that a finding is about."""

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
    """A case with findings; `accepted` are the acceptable outcomes with reasons.

    `call_parameters` and `answer` are those of a client.
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
    """A requirement with its findings: about the whole run, in cases shown in full, and in other cases."""

    requirement: dict[str, Any]
    run_findings: tuple[dict[str, Any], ...]
    failing_cases: tuple[FailingCase, ...]
    other_case_ids: tuple[str, ...]
    omitted_count: int


@frozen
class FailureDetails:
    """Builds the details of the failures of a report."""

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
        cases: dict[str, list[dict[str, Any]]] = {}
        for case in self.report["cases"]:
            for requirement_id in dict.fromkeys(finding["requirement"] for finding in case["findings"]):
                cases.setdefault(requirement_id, []).append(case)
        return cases

    def failed_requirement(self, requirement: dict[str, Any]) -> FailedRequirement:
        """Return the findings about one requirement, cases made for it first."""
        requirement_id = requirement["id"]
        cases = sorted(
            self._failing_cases.get(requirement_id, ()), key=lambda case: requirement_id not in case["requirements"]
        )
        max_cases = _MAX_CASES_OF_MANY if len(self._failing_cases) >= _MANY_FAILURES else _MAX_CASES
        other_ids = tuple(case["id"] for case in cases[max_cases:])
        return FailedRequirement(
            requirement,
            tuple(requirement.get("findings", ()))[:_MAX_FINDINGS],
            tuple(self._failing_case(case, requirement_id) for case in cases[:max_cases]),
            other_ids[:_MAX_CASE_IDS],
            len(other_ids[_MAX_CASE_IDS:]),
        )

    def _failing_case(self, case: dict[str, Any], requirement_id: str) -> FailingCase:
        findings = [finding for finding in case["findings"] if finding["requirement"] == requirement_id]
        worst = most_severe(findings)
        marked = worst.get("exchange", 0)
        # A relation that a case is made for may need all of its exchanges; for any other finding one is enough.
        indexes = range(len(case["exchanges"])) if requirement_id in case["requirements"] else (marked,)
        by_importance = sorted(indexes, key=lambda index: (index != marked, index)) if case["exchanges"] else []
        return FailingCase(
            case,
            tuple(_distinct_findings(findings))[:_MAX_FINDINGS],
            tuple(_accepted_outcomes(case)),
            tuple(
                self._displayed_exchange(case, index, worst["where"] if index == marked else "")
                for index in sorted(by_importance[:_MAX_EXCHANGES])
            ),
            len(by_importance[_MAX_EXCHANGES:]),
            call_parameters(case, worst["where"]),
            client_answer(case, worst["where"]),
        )

    def _displayed_exchange(self, case: dict[str, Any], index: int, where: str) -> DisplayedExchange:
        exchange = case["exchanges"][index]
        response = exchange["response"]
        header = where if where.startswith("header:") else ""
        is_client = self.subject.is_client
        return DisplayedExchange(
            index + 1,
            exchange["request"],
            response,
            exchange["curl"],
            tuple(_request_parameters(case, exchange["request"], where if is_client else "")),
            body_excerpt(self._index.response_body(exchange)[0], where),
            next((value for name, value in response["headers"] if name.lower() == "content-type"), ""),
            where,
            # A finding about a client's headers is about its request, one about an endpoint's about its response.
            header if is_client else "",
            "" if is_client else header,
        )


def _distinct_findings(findings: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the findings without repetitions about another exchange."""
    seen = []
    for finding in findings:
        key = (finding["message"], finding["actual"], finding["where"])
        if key not in seen:
            seen.append(key)
            yield finding


def _accepted_outcomes(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the acceptable outcomes with their reasons."""
    acceptances = case.get("definition", {}).get("expectation", {}).get("acceptances", [])
    for index, outcome in enumerate(case.get("accepted", [])):
        yield outcome, acceptances[index].get("reason", "") if index < len(acceptances) else ""


def _request_parameters(case: dict[str, Any], request: dict[str, Any], where: str) -> Iterator[DisplayedValue]:
    invalid = {violation.get("parameter") for violation in case.get("definition", {}).get("violations", [])}
    is_form = any(name.lower() == "content-type" and "urlencoded" in value for name, value in request["headers"])
    for text in (url_query(request["url"]), request["body"] if is_form else ""):
        for name, value in parse_qsl(text, keep_blank_values=True)[:_MAX_PARAMETERS]:
            clipped = (
                value
                if len(value) <= _MAX_VALUE_LENGTH
                else f"{value[:_MAX_VALUE_LENGTH]}... ({len(value)} characters)"
            )
            yield DisplayedValue(clip_text(name), clip_text(clipped), name in invalid or is_finding_about(where, name))
