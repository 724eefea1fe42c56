"""The result of a case or requirement in one report."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.reports.client_calls import answer_labels
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.reports.text import format_value, most_severe

OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE})

#: Follows the status of a response whose body is not a JSON object.
_UNREADABLE_LABEL = "(no JSON object)"


@frozen
class ReportedResult:
    """The result of one case or requirement in a report.

    `explanation` is its most severe finding, or the reason why it was not judged. `requirements` are
    those that a case is for, `violated_requirements` those of its findings, `cases` those that exercise
    a requirement. `response_labels` are the distinct statuses and codes of the responses, or what a
    client returned.
    """

    id: str
    outcome: Outcome
    explanation: str | None = None
    level: str | None = None
    area: str | None = None
    requirements: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    violated_requirements: frozenset[str] = frozenset()
    response_labels: tuple[str, ...] = ()
    seconds_per_exchange: float | None = None

    @property
    def is_judged(self) -> bool:
        return self.outcome not in OUTCOMES_WITHOUT_JUDGEMENT


def reported_requirements(report: dict[str, Any]) -> tuple[ReportedResult, ...]:
    """Return the result of each requirement."""
    findings: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in (*report["requirements"], *report["cases"]):
        for finding in result.get("findings", ()):
            findings[finding["requirement"]].append(finding)
    return tuple(
        ReportedResult(
            requirement["id"],
            Outcome(requirement["outcome"]),
            _explanation(requirement, findings[requirement["id"]]),
            requirement["level"],
            requirement["area"],
            cases=tuple(requirement["cases"]),
        )
        for requirement in report["requirements"]
    )


def reported_cases(report: dict[str, Any], success_status: int) -> tuple[ReportedResult, ...]:
    """Return the result of each case; `success_status` is the status of a success response."""
    index, has_client = ReportIndex.from_report(report), is_client(report)
    return tuple(
        ReportedResult(
            case["id"],
            Outcome(case["outcome"]),
            _explanation(case, _own_findings(case) or case["findings"]),
            requirements=tuple(case["requirements"]),
            violated_requirements=frozenset(finding["requirement"] for finding in case["findings"]),
            # A client always gets the same responses; only what it makes of them may change.
            response_labels=answer_labels(case)
            if has_client
            else _response_labels(case["exchanges"], index, success_status),
            seconds_per_exchange=case["seconds"] / len(case["exchanges"]) if case["exchanges"] else None,
        )
        for case in report["cases"]
    )


def _own_findings(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the findings about the requirements that a case is for; it may have others."""
    return [finding for finding in case["findings"] if finding["requirement"] in case["requirements"]]


def _explanation(result: dict[str, Any], findings: list[dict[str, Any]]) -> str | None:
    reason: str | None = result["reason"]
    return reason or (str(most_severe(findings)["message"]) if findings else None)


def _response_labels(exchanges: Iterable[dict[str, Any]], index: ReportIndex, success_status: int) -> tuple[str, ...]:
    return tuple(sorted({_response_label(exchange, index, success_status) for exchange in exchanges}))


def _response_label(exchange: dict[str, Any], index: ReportIndex, success_status: int) -> str:
    """Return the status of a response, with the code of an error response."""
    status = exchange["response"]["status"]
    if exchange["response"]["truncated"]:
        return str(status)
    response = parse_response(WireResponse(status, (), _response_bytes(exchange, index)), success_status)
    if response.kind is ResponseKind.UNREADABLE:
        return f"{status} {_UNREADABLE_LABEL}"
    if response.kind is ResponseKind.ERROR and response.error_code:
        return f"{status} {format_value(response.error_code)}"
    return str(status)


def _response_bytes(exchange: dict[str, Any], index: ReportIndex) -> bytes:
    body, is_base64 = index.response_body(exchange)
    try:
        return base64.b64decode(body) if is_base64 else body.encode("utf-8", "surrogatepass")
    except ValueError:
        return b""
