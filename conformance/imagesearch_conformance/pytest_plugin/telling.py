"""What a failing test says: which sentence is departed from, what was sent, what came, what would have been right."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.reports.document import finding_document
from imagesearch_conformance.reports.wording import departure_text, told
from imagesearch_conformance.runner.certification import Certification
from imagesearch_conformance.verdicts import CaseResult


def told_of(certification: Certification, result: CaseResult, redactor: Redactor) -> str:
    """The departures of a case as lines of text, free of secrets; empty where there are none."""
    if not result.judgement.findings:
        return ""
    own = redactor.knowing(result.exchanges)
    lines = [told(result.case.title)]
    for finding in result.judgement.findings:
        lines += _finding(certification, result, finding, own)
    return "\n".join(lines)


def _finding(certification: Certification, result: CaseResult, finding: Finding, redactor: Redactor) -> Iterator[str]:
    yield departure_text(certification.contract, finding_document(finding, redactor))
    if finding.exchange < len(result.exchanges):
        exchange = redactor.exchange(result.exchanges[finding.exchange], certification.target.endpoint)
        sent, came = exchange["request"], exchange["response"]
        yield told(f"sent: {sent['method']} {sent['url']} {sent['body']}")
        yield told(f"came: {came['status']} {came.get('body', came.get('bodyBase64', ''))}")
