"""What is wrong with a request that a test looks at, sent or not."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve

from imagesearch_conformance.clients.checks.context import RequestCheckContext
from imagesearch_conformance.clients.checks.parameters import find_request_requirement
from imagesearch_conformance.clients.judge import judge_request
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import parse_signature
from imagesearch_conformance.testing.message_problem import MessageProblem, load_contract
from imagesearch_conformance.testing.wire_request import endpoint_from_url

#: What nobody can tell without the key.
_KEY_REQUIREMENTS = frozenset({"authentication.stranger", "authentication.signature"})

_AUTHENTICATION_PREFIX = "authentication."


def request_problems(
    document: str | None, request: WireRequest, url: str, credentials: Credentials | None, *, signed: bool
) -> tuple[MessageProblem, ...]:
    """Everything that is wrong with a request to this URL; without a host in it the Host header names the endpoint."""
    contract = load_contract(document)
    endpoint = endpoint_from_url(url) if "://" in url else f"http://{request.header('host') or ''}"
    key = None if credentials is None else Credentials(credentials.access_key_id, credentials.access_key_secret)
    target = Target(endpoint, (), SignatureScheme.V3, credentials=key)
    exchange = Exchange(request, WireResponse(0), _signing_time(request), 0.0)
    redactor = (
        Redactor(()) if credentials is None else Redactor.for_target(evolve(target, credentials=credentials))
    ).with_own_signatures([exchange])
    judgement = judge_request(RequestCheckContext(contract, target), exchange, with_values=True)
    return tuple(
        MessageProblem.from_finding(_redact_finding(one, redactor), find_request_requirement(contract, one.requirement))
        for one in judgement.findings
        if Policy().is_failure(one) and _is_judged(one, credentials, signed=signed)
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
    """The moment that the signature names: a test may look at a request whenever it likes."""
    return parse_date(getattr(parse_signature(request), "date", "")) or datetime.now(UTC)
