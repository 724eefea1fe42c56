"""Problems of a response body or a request that a test passes in, by the checks of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from attrs import evolve, frozen
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from imagesearch_conformance.checks.judge import judge_response
from imagesearch_conformance.checks.parsed_request import ParsedRequest
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_response
from imagesearch_conformance.clients.checks.context import RequestCheckContext
from imagesearch_conformance.clients.checks.parameters import find_request_requirement
from imagesearch_conformance.clients.judge import judge_request
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.contract.fields import ASPECT_KEYWORDS, Aspect
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.text import clip_text, format_value
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import parse_signature
from imagesearch_conformance.testing.wire_request import endpoint_from_url

Body = Mapping[str, Any] | str | bytes

#: Maximum number of problems shown after the first.
_MAX_FURTHER_PROBLEMS = 20

_JSON_HEADERS = (("Content-Type", "application/json"),)

#: A target without an instance, so that no check expects any data of it.
_UNKNOWN_TARGET = Target("", ())

#: Start and count of a page for which a response may have any number of entries.
_UNLIMITED = str(10**9)

#: Requirements that can only be judged with the key.
_KEY_REQUIREMENTS = frozenset({"authentication.stranger", "authentication.signature"})

_AUTHENTICATION_PREFIX = "authentication."


@frozen
class MessageProblem:
    """One problem: where, what is wrong, what would be right, the actual value, and the requirement."""

    where: str
    message: str
    expected: tuple[str, ...] = ()
    actual: Any = None
    requirement: Requirement | None = None

    @classmethod
    def from_finding(cls, finding: Finding, requirement: Requirement | None) -> MessageProblem:
        return cls(finding.where, finding.message, finding.expected, finding.actual, requirement)


def success_problems(document: str | None, body: Body) -> tuple[MessageProblem, ...]:
    """Return the problems of a success body, the best match of the schema first."""
    contract = load(None, document)
    response = _parse_body(contract, contract.protocol.success_status, body)
    if response.kind is ResponseKind.ERROR:
        code = response.error_code
        return (MessageProblem("/Code", f"this is an error response with the code {code!r}", ("0",), code),)
    return _find_problems(contract, response, "schemas/success.json")


def error_problems(document: str | None, status: int, body: Body) -> tuple[MessageProblem, ...]:
    """Return the problems of an error response, the best match of the schema first."""
    contract = load(None, document)
    response = _parse_body(contract, status, body)
    if response.kind is ResponseKind.SUCCESS:
        return (MessageProblem("", "this is a success", ("an error code",)), *_find_problems(contract, response, ""))
    return (
        *_find_problems(contract, response, "schemas/error.json"),
        *_code_problems(contract, status, response.error_code),
    )


def _parse_body(contract: Contract, status: int, body: Body) -> ParsedResponse:
    text = json.dumps(body, ensure_ascii=False) if isinstance(body, Mapping) else body
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return parse_response(WireResponse(status, _JSON_HEADERS, content), contract.protocol.success_status)


def _find_problems(contract: Contract, response: ParsedResponse, schema: str) -> tuple[MessageProblem, ...]:
    window = contract.window
    request = ParsedRequest(
        WireRequest("", ""), None, None, ((window.start_parameter, _UNLIMITED), (window.count_parameter, _UNLIMITED))
    )
    policy = Policy()
    findings = [
        finding
        for finding in judge_response(contract, _UNKNOWN_TARGET, request, response).findings
        if finding.requirement in contract.requirements and policy.is_failure(finding)
    ]
    if schema and findings:
        best = _best_finding(contract, findings, response, schema)
        findings = [best, *(finding for finding in findings if finding is not best)]
    return tuple(
        MessageProblem.from_finding(finding, contract.requirements[finding.requirement]) for finding in findings
    )


def _best_finding(contract: Contract, findings: list[Finding], response: ParsedResponse, schema: str) -> Finding:
    """Return the finding of jsonschema's best match, or the first if the schema finds nothing."""
    validator = Draft202012Validator(contract.spec_files.content(schema))
    error = best_match(validator.iter_errors(dict(response.document)))
    if error is None or response.kind is ResponseKind.UNREADABLE:
        return findings[0]
    pointer = "".join(f"/{part}" for part in error.absolute_path)
    aspect = _aspect(str(error.validator))
    same_place = [finding for finding in findings if finding.where == pointer]
    return next(
        (finding for finding in same_place if finding.requirement.endswith(f".{aspect}")),
        next(iter(same_place), findings[0]),
    )


def _aspect(keyword: str) -> str:
    if keyword == "required":
        return Aspect.PRESENT.value
    return next((aspect.value for aspect, keywords in ASPECT_KEYWORDS.items() if keyword in keywords), keyword)


def _code_problems(contract: Contract, status: int, code: str | None) -> Iterator[MessageProblem]:
    """Yield the problem of an unknown code, or of a tolerated one with a status that it is not known to have."""
    if code is None:
        return
    row = contract.errors.find(code)
    if row is None:
        similar = get_close_matches(code, [row.code for row in contract.errors.rows], n=3)
        yield MessageProblem("/Code", f"unknown error code {code!r}", tuple(similar), code)
    elif row.grade is Grade.TOLERATED and status not in {row.status, *row.tolerated_statuses}:
        statuses = tuple(str(known) for known in dict.fromkeys((row.status, *row.tolerated_statuses)))
        yield MessageProblem("status", f"{code} does not come with status {status}", statuses, status)


def request_problems(
    document: str | None, request: WireRequest, url: str, credentials: Credentials | None, *, signed: bool
) -> tuple[MessageProblem, ...]:
    """Return the problems of a request to this URL; without a host in it, the Host header names the endpoint."""
    contract = load(None, document)
    endpoint = endpoint_from_url(url) if "://" in url else f"http://{request.header('host') or ''}"
    key = None if credentials is None else Credentials(credentials.access_key_id, credentials.access_key_secret)
    target = Target(endpoint, (), SignatureScheme.V3, credentials=key)
    exchange = Exchange(request, WireResponse(0), _signing_time(request), 0.0)
    redactor = (
        Redactor(()) if credentials is None else Redactor.for_target(evolve(target, credentials=credentials))
    ).with_own_signatures([exchange])
    judgement = judge_request(RequestCheckContext(contract, target), exchange, with_values=True)
    policy = Policy()
    return tuple(
        MessageProblem.from_finding(
            _redact_finding(finding, redactor), find_request_requirement(contract, finding.requirement)
        )
        for finding in judgement.findings
        if policy.is_failure(finding) and _is_judged(finding, credentials, signed=signed)
    )


def _is_judged(finding: Finding, credentials: Credentials | None, *, signed: bool) -> bool:
    if finding.requirement.startswith(_AUTHENTICATION_PREFIX) and not signed:
        return False
    return credentials is not None or finding.requirement not in _KEY_REQUIREMENTS


def _redact_finding(finding: Finding, redactor: Redactor) -> Finding:
    return evolve(
        finding, message=redactor.redact_and_clip(finding.message), actual=redactor.redact_value(finding.actual)
    )


def _signing_time(request: WireRequest) -> datetime:
    """Return the time in the signature: a test may check a request long after it was signed."""
    return parse_date(getattr(parse_signature(request), "date", "")) or datetime.now(UTC)


def format_problems(summary: str, problems: Sequence[MessageProblem]) -> str:
    """Return the first problem in full, and a line for each of the others."""
    first, *others = problems
    lines = [f"{summary}:", *(f"  {line}" for line in _problem_lines(first))]
    if others:
        lines += ["also:", *(f"  {_problem_line(problem)}" for problem in others[:_MAX_FURTHER_PROBLEMS])]
    if len(others) > _MAX_FURTHER_PROBLEMS:
        lines.append(f"  ... and {len(others) - _MAX_FURTHER_PROBLEMS} more")
    return "\n".join(lines)


def _problem_lines(problem: MessageProblem) -> Iterator[str]:
    yield clip_text(_located_message(problem))
    if problem.expected:
        yield clip_text(f"expected: {'; '.join(problem.expected)}")
    if problem.actual is not None:
        yield f"got: {format_value(problem.actual)}"
    requirement = problem.requirement
    if requirement is not None:
        yield clip_text(
            f"requirement: {requirement.id} ({requirement.level.value}): {requirement.statement} ({requirement.source})"
        )


def _problem_line(problem: MessageProblem) -> str:
    name = f" [{problem.requirement.id}]" if problem.requirement else ""
    return clip_text(_located_message(problem) + name)


def _located_message(problem: MessageProblem) -> str:
    return f"{problem.where}: {problem.message}" if problem.where else problem.message
