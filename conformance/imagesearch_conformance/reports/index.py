"""Lookups in a report: response bodies, findings by requirement, and known deviations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.requirement import DeviationState


@frozen
class ReportIndex:
    """The cases of a report by id, to resolve references to response bodies."""

    cases_by_id: Mapping[str, dict[str, Any]]

    @classmethod
    def from_report(cls, report: dict[str, Any]) -> ReportIndex:
        return cls({case["id"]: case for case in report["cases"]})

    def response_body(self, exchange: dict[str, Any]) -> tuple[str, bool]:
        """Return the body of a response and True if it is base64; an unresolved reference is an empty body."""
        response = exchange["response"]
        if (ref := response.get("bodyRef")) is not None:
            exchanges = self.cases_by_id.get(ref["case"], {}).get("exchanges", [])
            response = exchanges[ref["exchange"]]["response"] if ref["exchange"] < len(exchanges) else {}
        if "bodyBase64" in response:
            return response["bodyBase64"], True
        return response.get("body", ""), False


def most_severe(findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the most severe finding: documented before tolerated, then by level; the first of equals."""
    levels = ("must", "should", "may")
    return min(findings, key=lambda finding: (finding.get("grade") == "tolerated", levels.index(finding["level"])))


def most_severe_with_case(
    report: dict[str, Any], requirement: dict[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the case and the finding that are most severe for a requirement.

    The case is None for a finding about the whole run; both are None without findings.
    """
    pairs: list[tuple[dict[str, Any] | None, dict[str, Any]]] = [
        (None, finding) for finding in requirement.get("findings", [])
    ]
    for case in report["cases"]:
        pairs += [(case, finding) for finding in case["findings"] if finding["requirement"] == requirement["id"]]
    if not pairs:
        return None, None
    worst = most_severe([finding for _, finding in pairs])
    return next((case, finding) for case, finding in pairs if finding is worst)


@frozen
class Failure:
    """A requirement that failed or warned, with its most severe finding.

    `case` is the case of that finding, or None if it is about the whole run;
    `case_ids` are all cases with a finding about the requirement.
    """

    requirement: dict[str, Any]
    finding: dict[str, Any]
    case: dict[str, Any] | None
    case_ids: tuple[str, ...]


def collect_failures(report: dict[str, Any]) -> tuple[Failure, ...]:
    """Return the failures in the order of the requirements, failed before warned."""
    findings: dict[str, list[tuple[dict[str, Any] | None, dict[str, Any]]]] = {}
    for case, finding in _findings_with_case(report):
        findings.setdefault(finding["requirement"], []).append((case, finding))
    return tuple(
        _build_failure(requirement, findings[requirement["id"]])
        for outcome in ("failed", "warned")
        for requirement in report["requirements"]
        if requirement["outcome"] == outcome and requirement["id"] in findings
    )


def _findings_with_case(report: dict[str, Any]) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any]]]:
    for requirement in report["requirements"]:
        yield from ((None, finding) for finding in requirement.get("findings", []))
    for case in report["cases"]:
        yield from ((case, finding) for finding in case["findings"])


def _build_failure(
    requirement: dict[str, Any], findings: list[tuple[dict[str, Any] | None, dict[str, Any]]]
) -> Failure:
    worst = most_severe([finding for _, finding in findings])
    worst_case = next(case for case, finding in findings if finding is worst)
    case_ids = dict.fromkeys(case["id"] for case, _ in findings if case is not None)
    return Failure(requirement, worst, worst_case, tuple(case_ids))


def reported_deviations(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return all deviations of a report; reports of earlier versions have none."""
    return list(report.get("deviations", ()))


def accepted_deviations(report: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    """Return the deviations that the run accepted (those not expired) by requirement."""
    return {
        deviation["requirement"]: deviation
        for deviation in reported_deviations(report)
        if deviation["state"] != DeviationState.EXPIRED
    }


def is_failing(deviation: Mapping[str, Any]) -> bool:
    """Return True if the deviation itself fails the run."""
    return DeviationState(deviation["state"]).is_failure
