"""Findings in the requests of one test, and the message of a test that fails for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from attrs import evolve

from imagesearch_conformance.clients.checks.context import RequestCheckContext
from imagesearch_conformance.clients.checks.parameters import find_request_requirement
from imagesearch_conformance.clients.checks.request import signature_nonce
from imagesearch_conformance.clients.judge import judge_request
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.access_keys import ACCESS_KEYS
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.document import serialize_finding
from imagesearch_conformance.reports.text import clip_text, format_value
from imagesearch_conformance.signing.parse import parse_signature
from imagesearch_conformance.testing.emulator import EmulatorContext, with_access_key
from imagesearch_conformance.testing.service import ReceivedExchange, RequestFinding

#: Maximum number of requirements in a message, and of requests named for each.
_MAX_REQUIREMENTS, _MAX_REQUESTS = 10, 5


def judge_requests(context: EmulatorContext, exchanges: Sequence[ReceivedExchange]) -> tuple[RequestFinding, ...]:
    """Return the findings of all requests, in their order."""
    return tuple(_iter_findings(context, exchanges))


def _iter_findings(context: EmulatorContext, exchanges: Sequence[ReceivedExchange]) -> Iterator[RequestFinding]:
    used_nonces: set[str] = set()
    emulator_target = context.target("")
    for index, exchange in enumerate(exchanges):
        request = exchange.request
        key_id = getattr(parse_signature(request), "access_key_id", None)
        target = with_access_key(evolve(emulator_target, endpoint=exchange.endpoint), key_id)
        request_context = RequestCheckContext(context.contract, target, index=index)
        judgement = judge_request(
            request_context, exchange.exchange, used_nonces=frozenset(used_nonces), with_values=True
        )
        for finding in judgement.findings:
            yield _build_request_finding(context.contract, finding, _create_redactor(exchange))
        used_nonces.add(signature_nonce(request) or "")


def _create_redactor(exchange: ReceivedExchange) -> Redactor:
    """Create a redactor of the secrets of the emulator's keys and of the signature of this request."""
    secrets = {key.credentials.access_key_secret for key in ACCESS_KEYS.values()}
    tokens = {key.credentials.security_token for key in ACCESS_KEYS.values()}
    redactor = Redactor(tuple(sorted({*secrets, *filter(None, tokens)})))
    return redactor.with_own_signatures([exchange.exchange])


def _build_request_finding(contract: Contract, finding: Finding, redactor: Redactor) -> RequestFinding:
    serialized = serialize_finding(finding, redactor)
    requirement = find_request_requirement(contract, finding.requirement)
    return RequestFinding(
        requirement=finding.requirement,
        level=finding.level.value,
        statement=requirement.statement if requirement else "",
        source=requirement.source if requirement else "",
        message=serialized["message"],
        actual=serialized["actual"],
        expected=tuple(serialized["expected"]),
        where=serialized["where"],
        request=finding.exchange_index,
        binding=Policy().is_failure(finding),
    )


def disallowed_findings(findings: Iterable[RequestFinding], allowed: Sequence[str]) -> tuple[RequestFinding, ...]:
    """Return the findings that fail a test; `allowed` has ids of requirements and patterns of ids."""
    return tuple(
        finding
        for finding in findings
        if finding.binding and not any(fnmatchcase(finding.requirement, pattern) for pattern in allowed)
    )


def check_requirement_patterns(contract: Contract, patterns: Iterable[str]) -> None:
    """Raise InvalidInput if a pattern matches no requirement."""
    ids = [*contract.client_requirements, *contract.requirements]
    for pattern in patterns:
        if not any(fnmatchcase(requirement_id, pattern) for requirement_id in ids):
            raise InvalidInput(f"unknown requirement {pattern!r}", "imagesearch_allow_findings")


def render_failure_message(findings: Sequence[RequestFinding], exchanges: Sequence[ReceivedExchange]) -> str:
    """Return the findings by requirement: what was sent, what was expected, and the marker that allows it."""
    by_requirement: dict[str, list[RequestFinding]] = {}
    for finding in findings:
        by_requirement.setdefault(finding.requirement, []).append(finding)
    count = len({finding.request for finding in findings})
    lines = [f"The client under test violated the contract in {count} of {len(exchanges)} requests."]
    for same_requirement in list(by_requirement.values())[:_MAX_REQUIREMENTS]:
        lines += ["", *_requirement_lines(same_requirement, exchanges)]
    if len(by_requirement) > _MAX_REQUIREMENTS:
        lines += ["", f"... and violations of {len(by_requirement) - _MAX_REQUIREMENTS} more requirements"]
    ids = ", ".join(f'"{requirement_id}"' for requirement_id in by_requirement)
    return "\n".join(
        [*lines, "", f"To allow this in a test, mark it with @pytest.mark.imagesearch_allow_findings({ids})"]
    )


def _requirement_lines(findings: Sequence[RequestFinding], exchanges: Sequence[ReceivedExchange]) -> Iterator[str]:
    first, *others = findings
    yield from _finding_lines(first)
    yield clip_text(f"  request {first.request + 1}: {_request_line(exchanges[first.request])}")
    if others:
        numbers = ", ".join(str(finding.request + 1) for finding in others[:_MAX_REQUESTS])
        more = f" and {len(others) - _MAX_REQUESTS} more" if len(others) > _MAX_REQUESTS else ""
        yield f"  the same in request {numbers}{more}"


def _finding_lines(finding: RequestFinding) -> Iterator[str]:
    yield clip_text(str(finding))
    yield clip_text(f"  requirement: {finding.statement} ({finding.source})")
    if finding.actual is not None:
        yield f"  sent: {format_value(finding.actual)}"
    if finding.expected:
        yield clip_text(f"  expected: {'; '.join(finding.expected)}")
    if finding.where:
        yield clip_text(f"  at: {finding.where}")


def _request_line(exchange: ReceivedExchange) -> str:
    parameters = ", ".join(f"{name}={value}" for name, value in exchange.parameters.items())
    line = f"{exchange.request.method} {exchange.request.path} {parameters}"
    return _create_redactor(exchange).redact_text(line.rstrip())
