"""How a case or a requirement stands in one report."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.reports.client_calls import answer_labels
from imagesearch_conformance.reports.index import ReportIndex
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.reports.text import format_value, most_severe

#: Outcomes that are no judgement.
OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE})

#: Stands after the status of a reply that nobody could read.
_UNREADABLE_LABEL = "(no JSON object)"


@frozen
class ReportedResult:
    """What one report says of one case or requirement.

    `said` is its gravest finding, or the reason why there is no judgement. `requirements` are those
    that a case is for, `departed` those that it departs from, `cases` those that exercise a
    requirement; `replies` are the statuses and codes that came, each once (of a client: what it handed
    back); `pace` is the time of one
    exchange, in seconds.
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
        """Whether the report could tell."""
        return self.outcome not in OUTCOMES_WITHOUT_JUDGEMENT


def reported_requirements(report: dict[str, Any]) -> tuple[ReportedResult, ...]:
    """How each requirement stands."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in (*report["requirements"], *report["cases"]):
        for finding in one.get("findings", ()):
            found[finding["requirement"]].append(finding)
    return tuple(
        ReportedResult(
            one["id"],
            Outcome(one["outcome"]),
            _explanation(one, found[one["id"]]),
            one["level"],
            one["area"],
            cases=tuple(one["cases"]),
        )
        for one in report["requirements"]
    )


def reported_cases(report: dict[str, Any], success_status: int) -> tuple[ReportedResult, ...]:
    """How each case stands; `success` is the status of a success."""
    bodies, client = ReportIndex.from_report(report), is_client(report)
    return tuple(
        ReportedResult(
            case["id"],
            Outcome(case["outcome"]),
            _explanation(case, _own_findings(case) or case["findings"]),
            requirements=tuple(case["requirements"]),
            violated_requirements=frozenset(one["requirement"] for one in case["findings"]),
            # What comes to a client is the same every time; what it makes of that is what may change.
            response_labels=answer_labels(case)
            if client
            else _response_labels(case["exchanges"], bodies, success_status),
            seconds_per_exchange=case["seconds"] / len(case["exchanges"]) if case["exchanges"] else None,
        )
        for case in report["cases"]
    )


def _own_findings(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings about what a case was made for; it may have met other departures as well."""
    return [one for one in case["findings"] if one["requirement"] in case["requirements"]]


def _explanation(result: dict[str, Any], findings: list[dict[str, Any]]) -> str | None:
    reason: str | None = result["reason"]
    return reason or (str(most_severe(findings)["message"]) if findings else None)


def _response_labels(exchanges: Iterable[dict[str, Any]], index: ReportIndex, success_status: int) -> tuple[str, ...]:
    return tuple(sorted({_response_label(one, index, success_status) for one in exchanges}))


def _response_label(exchange: dict[str, Any], index: ReportIndex, success_status: int) -> str:
    """The status of a reply, with its code where it is a refusal."""
    status = exchange["response"]["status"]
    if exchange["response"]["truncated"]:
        return str(status)
    reading = parse_response(WireResponse(status, (), _response_bytes(exchange, index)), success_status)
    if reading.kind is ResponseKind.UNREADABLE:
        return f"{status} {_UNREADABLE_LABEL}"
    return (
        f"{status} {format_value(reading.error_code)}"
        if reading.kind is ResponseKind.ERROR and reading.error_code
        else str(status)
    )


def _response_bytes(exchange: dict[str, Any], index: ReportIndex) -> bytes:
    body, encoded = index.response_body(exchange)
    try:
        return base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError:
        return b""
