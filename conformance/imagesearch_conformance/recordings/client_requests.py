"""Judge recorded requests of a client, without knowing what it was asked to send."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import ScenarioCheckContext
from imagesearch_conformance.clients.checks.parameters import check_locations
from imagesearch_conformance.clients.checks.request import (
    SIGNATURE_REQUIREMENTS,
    check_nonces,
    check_request,
    check_secret,
    signature_nonce,
)
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import Answer, AnswerKind
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.recordings.calls import RecordedCall, SignatureEvidence

#: A requirement that every call exercises: a case needs one.
_CASE_REQUIREMENTS = ("operation.action",)

_HOST_REQUIREMENT = "operation.host"

#: The ports that URLs leave out.
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Redirects: the client repeats its request elsewhere (RFC 9110 section 15.4).
_REDIRECT_STATUSES = range(300, 400)


@frozen(eq=False)
class JudgedRequest:
    """A recorded request, its case and its judgement."""

    call: RecordedCall
    case: Case
    judgement: Judgement


@define
class RequestJudge:
    """Judges the requests of one client, in the order in which they were sent."""

    contract: Contract
    target: Target
    _exchanges_by_nonce: dict[str, list[Exchange]] = field(factory=dict, init=False)

    def judge(self, number: int, call: RecordedCall, evidence: SignatureEvidence) -> JudgedRequest:
        """Judge a request, with the first finding of each requirement."""
        title = f"entry {call.entry.number} of the recording: the request"
        case = Case(f"recorded/{number:04}-request", title, _CASE_REQUIREMENTS, (), Expectation(()))
        findings: dict[str, Finding] = {}
        exercised: set[str] = set()
        for result in self._check_call(self._build_context(case, call, evidence), call, evidence):
            if result.requirement in self.contract.client_requirements:
                exercised.add(result.requirement)
                if result.finding is not None:
                    findings.setdefault(result.requirement, result.finding)
        return JudgedRequest(call, case, Judgement(frozenset(exercised), tuple(findings.values())))

    def _build_context(self, case: Case, call: RecordedCall, evidence: SignatureEvidence) -> ScenarioCheckContext:
        scenario = Scenario(case, (), Script(()), frozenset())
        scenario_run = ScenarioRun(scenario, Answer(AnswerKind.RESULT), self._exchanges_with_nonce(call))
        defects = evidence.defects - ({"unsigned"} if self._is_signing_optional else frozenset())
        return ScenarioCheckContext(self.contract, self.target, scenario_run, index=0, find_defects=lambda *_: defects)

    def _exchanges_with_nonce(self, call: RecordedCall) -> tuple[Exchange, ...]:
        """The exchanges with the nonce of this one, which comes last; requests that were redirected are left out."""
        nonce = signature_nonce(call.request)
        if nonce is None:
            return (call.exchange,)
        earlier = self._exchanges_by_nonce.setdefault(nonce, [])
        exchanges = (
            *(exchange for exchange in earlier if exchange.response.status not in _REDIRECT_STATUSES),
            call.exchange,
        )
        earlier.append(call.exchange)
        return exchanges

    def _check_call(
        self, context: ScenarioCheckContext, call: RecordedCall, evidence: SignatureEvidence
    ) -> Iterator[CheckResult]:
        undetermined = frozenset(self._undetermined_requirements(call, evidence))
        for result in (*check_request(context, call.exchange), *check_locations(context, call.request)):
            if result.requirement == _HOST_REQUIREMENT and self._is_endpoint_host(call.request.header("host") or ""):
                yield context.pass_requirement(_HOST_REQUIREMENT)
            elif result.finding is not None or result.requirement not in undetermined:
                yield result
        if signature_nonce(call.request) is not None:
            yield from check_nonces(context)
        if self.target.credentials is not None:
            yield from check_secret(context)

    def _undetermined_requirements(self, call: RecordedCall, evidence: SignatureEvidence) -> Iterator[str]:
        """The requirements that may not count as passed, because the recording lacks what shows them."""
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

    def _is_endpoint_host(self, host: str) -> bool:
        """Return whether a host is that of the endpoint, with or without its default port."""
        scheme, _, authority = self.target.endpoint.partition("://")
        return host.lower() in {authority.lower(), f"{authority}:{_DEFAULT_PORTS.get(scheme)}".lower()}

    @property
    def _is_signing_optional(self) -> bool:
        return self.target.signature is SignatureScheme.NONE
