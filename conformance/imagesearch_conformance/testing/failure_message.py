"""Why a test fails for the requests that its client sent: every requirement once, with what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.reports.text import clip_text, format_value
from imagesearch_conformance.testing.judge_requests import create_redactor
from imagesearch_conformance.testing.received_exchange import ReceivedExchange
from imagesearch_conformance.testing.request_finding import RequestFinding

#: How many requirements are explained, and how many requests are named for one.
_MAX_REQUIREMENTS, _MAX_REQUESTS = 10, 5


def render_failure_message(findings: Sequence[RequestFinding], exchanges: Sequence[ReceivedExchange]) -> str:
    """The findings for people: what was sent, what the page says, what would be right, and how to allow it."""
    by_id: dict[str, list[RequestFinding]] = {}
    for one in findings:
        by_id.setdefault(one.requirement, []).append(one)
    wrong = len({one.request for one in findings})
    lines = [f"The client under test sent what the contract does not allow, in {wrong} of {len(exchanges)} requests."]
    for same in list(by_id.values())[:_MAX_REQUIREMENTS]:
        lines += ["", *_requirement_lines(same, exchanges)]
    if len(by_id) > _MAX_REQUIREMENTS:
        lines += ["", f"... and departures from {len(by_id) - _MAX_REQUIREMENTS} further requirements"]
    ids = ", ".join(f'"{name}"' for name in by_id)
    return "\n".join(
        [*lines, "", f"A test that means to send this says: @pytest.mark.imagesearch_allow_findings({ids})"]
    )


def finding_lines(finding: RequestFinding) -> Iterator[str]:
    """One finding as lines of text."""
    yield clip_text(str(finding))
    yield clip_text(f"  the contract: {finding.statement} ({finding.source})")
    if finding.actual is not None:
        yield f"  sent: {format_value(finding.actual)}"
    if finding.expected:
        yield clip_text(f"  right: {'; '.join(finding.expected)}")
    if finding.where:
        yield clip_text(f"  at: {finding.where}")


def _requirement_lines(findings: Sequence[RequestFinding], exchanges: Sequence[ReceivedExchange]) -> Iterator[str]:
    first, *others = findings
    yield from finding_lines(first)
    yield clip_text(f"  request {first.request + 1}: {_request_line(exchanges[first.request])}")
    if others:
        numbers = ", ".join(str(one.request + 1) for one in others[:_MAX_REQUESTS])
        more = f" and {len(others) - _MAX_REQUESTS} more" if len(others) > _MAX_REQUESTS else ""
        yield f"  the same in request {numbers}{more}"


def _request_line(exchange: ReceivedExchange) -> str:
    given = ", ".join(f"{name}={value}" for name, value in exchange.parameters.items())
    return create_redactor(exchange).redact_text(f"{exchange.request.method} {exchange.request.path} {given}".rstrip())
