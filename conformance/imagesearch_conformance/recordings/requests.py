"""What recorded requests show of the client that sent them, without knowing what it was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field, frozen

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.clients.look import Look
from imagesearch_conformance.clients.parameters import check_places
from imagesearch_conformance.clients.requesting import (
    AUTHENTICATION,
    check_nonces,
    check_request,
    check_secret,
    nonce_of,
)
from imagesearch_conformance.clients.scenario import Performance, Scenario
from imagesearch_conformance.clients.script import Script
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import Answer, Answered
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.recordings.calls import Call
from imagesearch_conformance.recordings.signatures import Signature

#: What every call shows; a case needs a requirement that it is for.
_SHOWN = ("operation.action",)

_HOST = "operation.host"

#: The ports that addresses leave out.
_PORTS = {"http": 80, "https": 443}

#: Statuses of replies that send a client elsewhere, with what it has said (RFC 9110 section 15.4).
_REDIRECTS = range(300, 400)


@frozen(eq=False)
class Requested:
    """A recorded request as a case, judged."""

    call: Call
    case: Case
    judgement: Judgement


@define
class Requests:
    """Judges the requests of one client in the order in which they were sent."""

    contract: Contract
    target: Target
    _nonces: dict[str, list[Exchange]] = field(factory=dict, init=False)

    def requested(self, number: int, call: Call, signature: Signature) -> Requested:
        """The case of a request; each requirement once, by its first departure."""
        title = f"entry {call.recorded.number} of the recording: the request"
        case = Case(f"recorded/{number:04}-request", title, _SHOWN, (), Expectation(()))
        findings: dict[str, Finding] = {}
        exercised: set[str] = set()
        for remark in self._remarks(self._look(case, call, signature), call, signature):
            if remark.requirement in self.contract.client_requirements:
                exercised.add(remark.requirement)
                if remark.finding is not None:
                    findings.setdefault(remark.requirement, remark.finding)
        return Requested(call, case, Judgement(frozenset(exercised), tuple(findings.values())))

    def _look(self, case: Case, call: Call, signature: Signature) -> Look:
        scenario = Scenario(case, (), Script(()), frozenset())
        performance = Performance(scenario, Answer(Answered.RESULT), self._together(call))
        defects = signature.defects - ({"unsigned"} if self._open else frozenset())
        return Look(self.contract, self.target, performance, index=0, defects=lambda *_: defects)

    def _together(self, call: Call) -> tuple[Exchange, ...]:
        """The exchanges with the nonce of this one, which comes last; what redirects make of a request is left out."""
        nonce = nonce_of(call.request)
        if nonce is None:
            return (call.exchange,)
        before = self._nonces.setdefault(nonce, [])
        kept = (*(one for one in before if one.reply.status not in _REDIRECTS), call.exchange)
        before.append(call.exchange)
        return kept

    def _remarks(self, look: Look, call: Call, signature: Signature) -> Iterator[Remark]:
        untold = frozenset(self._untold(call, signature))
        for one in (*check_request(look, call.exchange), *check_places(look, call.request)):
            if one.requirement == _HOST and self._is_default_port(call.request.header("host") or ""):
                yield look.held(_HOST)
            elif one.finding is not None or one.requirement not in untold:
                yield one
        if nonce_of(call.request) is not None:
            yield from check_nonces(look)
        if self.target.credentials is not None:
            yield from check_secret(look)

    def _untold(self, call: Call, signature: Signature) -> Iterator[str]:
        """What would seem to hold, and the recording does not tell."""
        if signature.hidden or (self._open and "unsigned" in signature.defects):
            yield from AUTHENTICATION
        if not signature.checked:
            yield "authentication.signature"
        if not signature.keyed:
            yield "authentication.stranger"
        if not signature.dated:
            yield "authentication.skew"
        if not call.recorded.exact:
            yield from ("wire.form", "request.location", "operation.path", "authentication.unsigned-header")

    def _is_default_port(self, host: str) -> bool:
        """Whether a host is that of the endpoint, with the port that goes without saying."""
        scheme, _, authority = self.target.endpoint.partition("://")
        return host.lower() in {authority.lower(), f"{authority}:{_PORTS.get(scheme)}".lower()}

    @property
    def _open(self) -> bool:
        """Whether the profile says that nobody has to sign."""
        return self.target.signature is SignatureScheme.NONE
