"""What is wrong with a request that a test looks at, sent or not."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import evolve

from imagesearch_conformance.clients.unasked import judge_unasked, requirement_named
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.presented import present
from imagesearch_conformance.testing.prepared import endpoint_of
from imagesearch_conformance.testing.problem import Problem, contract_of
from imagesearch_conformance.verdicts import Policy

#: What nobody can tell without the key.
_OF_THE_KEY = frozenset({"authentication.stranger", "authentication.signature"})

_AUTHENTICATION = "authentication."


def request_problems(
    document: str | None, request: WireRequest, url: str, credentials: Credentials | None, *, signed: bool
) -> tuple[Problem, ...]:
    """Everything that is wrong with a request to this URL; without a host in it the Host header names the endpoint."""
    contract = contract_of(document)
    endpoint = endpoint_of(url) if "://" in url else f"http://{request.header('host') or ''}"
    key = None if credentials is None else Credentials(credentials.access_key_id, credentials.access_key_secret)
    target = Target(endpoint, (), SignatureScheme.V3, credentials=key)
    exchange = Exchange(request, WireReply(0), _signed_at(request), 0.0)
    redactor = (Redactor(()) if credentials is None else Redactor.of(evolve(target, credentials=credentials))).knowing(
        [exchange]
    )
    found = judge_unasked(contract, target, exchange)
    return tuple(
        Problem.of(_redacted(one, redactor), requirement_named(contract, one.requirement))
        for one in found
        if Policy().fails(one) and _judged(one, credentials, signed=signed)
    )


def _judged(finding: Finding, credentials: Credentials | None, *, signed: bool) -> bool:
    if finding.requirement.startswith(_AUTHENTICATION) and not signed:
        return False
    return credentials is not None or finding.requirement not in _OF_THE_KEY


def _redacted(finding: Finding, redactor: Redactor) -> Finding:
    return evolve(finding, message=redactor.said(finding.message), actual=redactor.value(finding.actual))


def _signed_at(request: WireRequest) -> datetime:
    """The moment that the signature names: a test may look at a request whenever it likes."""
    return parse_date(getattr(present(request), "date", "")) or datetime.now(UTC)
