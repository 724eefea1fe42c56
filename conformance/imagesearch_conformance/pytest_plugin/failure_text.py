"""What a failing test says: which sentence is departed from, what was sent, what came, what would have been right."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.document import serialize_finding
from imagesearch_conformance.reports.text import clip_text, finding_with_requirement
from imagesearch_conformance.runner.endpoint_run import EndpointSession


def failure_text(endpoint_session: EndpointSession, result: CaseResult, redactor: Redactor) -> str:
    """The departures of a case as lines of text, free of secrets; empty where there are none."""
    if not result.judgement.findings:
        return ""
    own = redactor.with_own_signatures(result.exchanges)
    lines = [clip_text(result.case.title)]
    for finding in result.judgement.findings:
        lines += _finding_lines(endpoint_session, result, finding, own)
    return "\n".join(lines)


def _finding_lines(
    endpoint_session: EndpointSession, result: CaseResult, finding: Finding, redactor: Redactor
) -> Iterator[str]:
    yield finding_with_requirement(endpoint_session.contract, serialize_finding(finding, redactor))
    if finding.exchange_index < len(result.exchanges):
        exchange = redactor.serialize_exchange(
            result.exchanges[finding.exchange_index], endpoint_session.target.endpoint
        )
        sent, came = exchange["request"], exchange["response"]
        yield clip_text(f"sent: {sent['method']} {sent['url']} {sent['body']}")
        yield clip_text(f"came: {came['status']} {came.get('body', came.get('bodyBase64', ''))}")
