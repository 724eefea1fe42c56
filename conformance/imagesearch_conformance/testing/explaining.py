"""Why a test fails for the requests that its client sent: every requirement once, with what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.reports.wording import shown, told
from imagesearch_conformance.testing.judging import redactor_of
from imagesearch_conformance.testing.received import Received
from imagesearch_conformance.testing.request_finding import RequestFinding

#: How many requirements are explained, and how many requests are named for one.
_MOST, _NAMED = 10, 5


def explanation(findings: Sequence[RequestFinding], received: Sequence[Received]) -> str:
    """The findings for people: what was sent, what the page says, what would be right, and how to allow it."""
    by_id: dict[str, list[RequestFinding]] = {}
    for one in findings:
        by_id.setdefault(one.requirement, []).append(one)
    wrong = len({one.request for one in findings})
    lines = [f"The client under test sent what the contract does not allow, in {wrong} of {len(received)} requests."]
    for same in list(by_id.values())[:_MOST]:
        lines += ["", *_explained(same, received)]
    if len(by_id) > _MOST:
        lines += ["", f"... and departures from {len(by_id) - _MOST} further requirements"]
    ids = ", ".join(f'"{name}"' for name in by_id)
    return "\n".join(
        [*lines, "", f"A test that means to send this says: @pytest.mark.imagesearch_allow_findings({ids})"]
    )


def finding_lines(finding: RequestFinding) -> Iterator[str]:
    """One finding as lines of text."""
    yield told(str(finding))
    yield told(f"  the contract: {finding.statement} ({finding.source})")
    if finding.sent is not None:
        yield f"  sent: {shown(finding.sent)}"
    if finding.right:
        yield told(f"  right: {'; '.join(finding.right)}")
    if finding.where:
        yield told(f"  at: {finding.where}")


def _explained(same: Sequence[RequestFinding], received: Sequence[Received]) -> Iterator[str]:
    first, *others = same
    yield from finding_lines(first)
    yield told(f"  request {first.request + 1}: {_line(received[first.request])}")
    if others:
        numbers = ", ".join(str(one.request + 1) for one in others[:_NAMED])
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield f"  the same in request {numbers}{more}"


def _line(one: Received) -> str:
    given = ", ".join(f"{name}={value}" for name, value in one.parameters.items())
    return redactor_of(one).text(f"{one.request.method} {one.request.path} {given}".rstrip())
