"""Results of cases and requirements in two reports: in pairs, and with their response times."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any

from attrs import frozen

from imagesearch_conformance.cases.generated_placeholders import EXAMPLE_PREFIX
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.reports.client_calls import answer_labels
from imagesearch_conformance.reports.index import ReportIndex, most_severe
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.reports.text import format_value

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


#: One case or requirement before and after; None if a report does not have it.
ResultPair = tuple[ReportedResult | None, ReportedResult | None]


def match_results(old: Sequence[ReportedResult], new: Sequence[ReportedResult]) -> tuple[ResultPair, ...]:
    """Return all results in pairs: first in the order of the new report, then those that only the old one has.

    Cases match by id. The id of a generated example depends on what it sends, which differs from seed to
    seed; examples without a match by id are matched if they are for the same requirement and violate the
    same requirements.
    """
    before, after = {result.id: result for result in old}, {result.id: result for result in new}
    old_by_new_id = _match_examples(
        [result for result in before.values() if is_example(result) and result.id not in after],
        [result for result in after.values() if is_example(result) and result.id not in before],
    )
    pairs: list[ResultPair] = [
        (before.get(result.id) or old_by_new_id.get(result.id), result) for result in after.values()
    ]
    matched = {result.id for result, _ in pairs if result is not None}
    return (*pairs, *((result, None) for result in before.values() if result.id not in matched))


def is_example(result: ReportedResult) -> bool:
    """Return True for a generated example, which is in a report only because it has findings."""
    return result.id.partition("/")[2].startswith(EXAMPLE_PREFIX)


def _match_examples(old: Iterable[ReportedResult], new: Iterable[ReportedResult]) -> dict[str, ReportedResult]:
    """Return the old examples by the ids of matching new ones; several of one key match in the order of their ids."""
    unmatched: defaultdict[tuple[str, frozenset[str]], list[ReportedResult]] = defaultdict(list)
    for result in sorted(old, key=lambda result: result.id, reverse=True):
        unmatched[_example_key(result)].append(result)
    matches = {}
    for result in sorted(new, key=lambda result: result.id):
        if unmatched[_example_key(result)]:
            matches[result.id] = unmatched[_example_key(result)].pop()
    return matches


def _example_key(result: ReportedResult) -> tuple[str, frozenset[str]]:
    return result.id.partition("/")[0], result.violated_requirements


#: A slower median has to be slower by this factor and by this many seconds: either alone is noise, on fast or on
#: slow responses.
_MIN_FACTOR, _MIN_SECONDS = 2.0, 0.05

#: Thresholds of a single case, which has no median.
_MIN_CASE_FACTOR, _MIN_CASE_SECONDS = 4.0, 0.5


@frozen
class LatencyComparison:
    """The median time of an exchange, in seconds, over the cases that both reports judged; None without any.

    `slower_cases` are single cases that became much slower: id, old and new time.
    """

    case_count: int = 0
    old_seconds: float | None = None
    new_seconds: float | None = None
    slower_cases: tuple[tuple[str, float, float], ...] = ()

    @property
    def is_slower(self) -> bool:
        """Return True if the median is slower by both thresholds."""
        return (
            self.old_seconds is not None
            and self.new_seconds is not None
            and _is_slower(self.old_seconds, self.new_seconds, _MIN_FACTOR, _MIN_SECONDS)
        )


def compare_latency(pairs: Iterable[ResultPair]) -> LatencyComparison:
    """Compare the times of the cases that both reports judged."""
    times = list(_common_times(pairs))
    if not times:
        return LatencyComparison()
    slower = [case for case in times if _is_slower(case[1], case[2], _MIN_CASE_FACTOR, _MIN_CASE_SECONDS)]
    slower.sort(key=lambda case: (case[1] - case[2], case[0]))
    return LatencyComparison(
        len(times), median(old for _, old, _ in times), median(new for *_, new in times), tuple(slower)
    )


def _common_times(pairs: Iterable[ResultPair]) -> Iterator[tuple[str, float, float]]:
    """Yield the id and the time of one exchange in each report, for cases that both judged and sent."""
    for old, new in pairs:
        if old is None or new is None or old.seconds_per_exchange is None or new.seconds_per_exchange is None:
            continue
        if old.is_judged and new.is_judged:
            yield new.id, old.seconds_per_exchange, new.seconds_per_exchange


def _is_slower(old: float, new: float, factor: float, seconds: float) -> bool:
    return new > factor * old and new - old > seconds
