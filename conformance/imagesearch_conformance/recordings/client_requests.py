"""Judgements of the client that sent recorded requests, without knowing the arguments of its calls."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from imagesearch_conformance.clients.checks.context import RequestCheckContext
from imagesearch_conformance.clients.checks.request import (
    REPLAY_REQUIREMENT,
    SECRET_REQUIREMENT,
    SIGNATURE_REQUIREMENTS,
    signature_nonce,
)
from imagesearch_conformance.clients.judge import judge_request
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.recordings.calls import RecordedCall, SignatureEvidence

#: A requirement that every call exercises: a case needs one.
_CASE_REQUIREMENTS = ("operation.action",)

_HOST_REQUIREMENT = "operation.host"

#: The ports that URLs leave out.
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Statuses after which a client sends its request again, to another address (RFC 9110 section 15.4).
_REDIRECT_STATUSES = range(300, 400)


@frozen(eq=False)
class JudgedRequest:
    """A recorded request as a case, with its judgement."""

    call: RecordedCall
    case: Case
    judgement: Judgement


@define
class RequestJudge:
    """Judges the requests of one client in the order in which they were sent."""

    contract: Contract
    target: Target
    _exchanges_by_nonce: dict[str, list[Exchange]] = field(factory=dict, init=False)

    def judge(self, number: int, call: RecordedCall, evidence: SignatureEvidence) -> JudgedRequest:
        """Return the case of a request with its judgement."""
        title = f"entry {call.entry.number} of the recording: the request"
        case = Case(f"recorded/{number:04}-request", title, _CASE_REQUIREMENTS, (), Expectation(()))
        defects = evidence.defects - ({"unsigned"} if self._is_signing_optional else frozenset())
        context = RequestCheckContext(self.contract, self.target, find_defects=lambda *_: defects)
        judgement = judge_request(context, call.exchange, earlier=self._earlier_exchanges(call))
        return JudgedRequest(call, case, self._correct_judgement(judgement, call, evidence))

    def _earlier_exchanges(self, call: RecordedCall) -> tuple[Exchange, ...]:
        """Return the earlier exchanges with the same nonce, without those that were redirected."""
        nonce = signature_nonce(call.request)
        if nonce is None:
            return ()
        earlier = self._exchanges_by_nonce.setdefault(nonce, [])
        kept = tuple(exchange for exchange in earlier if exchange.response.status not in _REDIRECT_STATUSES)
        earlier.append(call.exchange)
        return kept

    def _correct_judgement(self, judgement: Judgement, call: RecordedCall, evidence: SignatureEvidence) -> Judgement:
        """Accept the default port in the Host header, and drop requirements that only seem to have passed."""
        is_default_port = self._is_default_port(call.request.header("host") or "")
        findings = tuple(
            finding
            for finding in judgement.findings
            if not (finding.requirement == _HOST_REQUIREMENT and is_default_port)
        )
        undetermined = frozenset(self._undetermined_requirements(call, evidence))
        violated = {finding.requirement for finding in findings}
        return Judgement(judgement.exercised - (undetermined - violated), findings)

    def _undetermined_requirements(self, call: RecordedCall, evidence: SignatureEvidence) -> Iterator[str]:
        """Return the requirements whose passing the recording cannot show."""
        if signature_nonce(call.request) is None:
            yield REPLAY_REQUIREMENT
        if self.target.credentials is None:
            yield SECRET_REQUIREMENT
        if evidence.is_redacted or (self._is_signing_optional and "unsigned" in evidence.defects):
            yield from SIGNATURE_REQUIREMENTS
        if not evidence.is_checkable:
            yield "authentication.signature"
        if not evidence.is_key_known:
            yield "authentication.stranger"
        if not evidence.has_reference_time:
            yield "authentication.skew"
        if not call.entry.has_exact_request:
            yield from ("wire.form", "request.location", "operation.path", "authentication.unsigned-header")

    def _is_default_port(self, host: str) -> bool:
        """Return whether a host is that of the endpoint, with or without the default port."""
        scheme, _, authority = self.target.endpoint.partition("://")
        return host.lower() in {authority.lower(), f"{authority}:{_DEFAULT_PORTS.get(scheme)}".lower()}

    @property
    def _is_signing_optional(self) -> bool:
        """True if the profile lets clients send unsigned requests."""
        return self.target.signature is SignatureScheme.NONE
