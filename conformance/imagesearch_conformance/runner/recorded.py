"""The calls of a recording, each judged: the replies of an endpoint, or the requests of a client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from attrs import evolve, field, frozen

from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.checks.reading import Kind, read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.recordings.calls import Call
from imagesearch_conformance.recordings.expecting import Asked, Asking
from imagesearch_conformance.recordings.relating import Related, Relating
from imagesearch_conformance.recordings.requests import Requests
from imagesearch_conformance.recordings.signatures import signature_of
from imagesearch_conformance.runner.dispatch import BudgetSpent
from imagesearch_conformance.runner.picking import Picked
from imagesearch_conformance.runner.rounds import Rounds, without
from imagesearch_conformance.signing.presented import Presented, present
from imagesearch_conformance.verdicts import CaseResult, Policy, of_judgement

#: What a recording without the headers of replies does not show.
_HEADERS = frozenset({"wire.contenttype"})

_BESIDE = "the call was refused for what a recording does not tell: whether names exist, a key fits, a moment was bad"
_CHANGED = "the replies do not fit together; whether the data changed between them the recording does not show"


def requests(
    contract: Contract, target: Target, calls: Sequence[Call], policy: Policy, wanted: Picked
) -> Iterator[CaseResult]:
    """Every request as the gate of clients judges it, as far as that is possible without having asked for it."""
    room = Requests(contract, target)
    for number, call in enumerate(calls, 1):
        one = room.requested(number, call, signature_of(contract, target, call.recorded))
        judgement = without(one.judgement, wanted.unwanted)
        if wanted.takes(one.case) and judgement.exercised:
            yield CaseResult(one.case, of_judgement(judgement, policy), judgement, (call.exchange,))


def replies(
    contract: Contract, target: Target, calls: Sequence[Call], policy: Policy, wanted: Picked
) -> Iterator[CaseResult]:
    """Every reply as a run judges it, then what replies say together."""
    room = _Replies(contract, target, policy, wanted)
    nonces: set[str] = set()
    for number, call in enumerate(calls, 1):
        asked = room.asking.asked(number, call, signature_of(contract, target, call.recorded), _replayed(call, nonces))
        yield from room.alone(asked)
        _note(contract, call, nonces)
    yield from room.together()


def _nonce(call: Call) -> str | None:
    presented = present(call.request)
    return presented.nonce if isinstance(presented, Presented) else None


def _replayed(call: Call, nonces: set[str]) -> bool:
    return _nonce(call) in nonces


def _note(contract: Contract, call: Call, nonces: set[str]) -> None:
    """Keeps the nonce of a call that was accepted."""
    nonce = _nonce(call)
    if nonce is not None and read(call.exchange.reply, contract.protocol.success).kind is Kind.SUCCESS:
        nonces.add(nonce)


@frozen(eq=False)
class _Replies:
    """Judges calls one by one, and keeps those that may be related to each other."""

    contract: Contract
    target: Target
    policy: Policy
    wanted: Picked
    asking: Asking = field(init=False)
    _valid: list[Asked] = field(factory=list, init=False)

    @asking.default
    def _asking(self) -> Asking:
        return Asking(self.contract, self.target)

    def alone(self, asked: Asked) -> Iterator[CaseResult]:
        """What became of one call."""
        if gap := self._gap(asked):
            yield from self._wanted(CaseResult(asked.case, Outcome.NOT_APPLICABLE, reason=gap, exchanges=_of(asked)))
            return
        reading = read(asked.call.exchange.reply, self.contract.protocol.success)
        unwanted = self.wanted.unwanted | (frozenset() if asked.call.recorded.headed else _HEADERS)
        result = self._result(asked.case, _of(asked), unwanted)
        if asked.plain and reading.kind is Kind.SUCCESS:
            self._valid.append(asked)
        yield from self._wanted(self._aside(result) if asked.beside(reading) else result)

    def together(self) -> Iterator[CaseResult]:
        """What calls show that have to fit together."""
        relating = Relating(self.contract, self._valid)
        same = list(relating.same())
        for many in same:
            for related in relating.repeated(many):
                yield from self._wanted(self._related(related, same))
        for related in relating.others():
            yield from self._wanted(self._related(related, same))

    def _gap(self, asked: Asked) -> str | None:
        """Why a reply cannot be judged, or None."""
        if asked.call.recorded.gap is not None:
            return asked.call.recorded.gap
        success = read(asked.call.exchange.reply, self.contract.protocol.success).kind is Kind.SUCCESS
        if success and asked.call.sent.version not in {None, self.contract.protocol.version}:
            return "another version of the API was called, whose replies this page does not describe"
        return None

    def _aside(self, result: CaseResult) -> CaseResult:
        """The result without what the case is for, of which the reply says nothing."""
        judgement = without(result.judgement, frozenset(result.case.requirements))
        outcome = of_judgement(judgement, self.policy)
        plain = outcome is Outcome.PASSED
        return evolve(
            result, judgement=judgement, outcome=Outcome.NOT_APPLICABLE if plain else outcome,
            reason=_BESIDE if plain else None,
        )  # fmt: skip

    def _related(self, related: Related, same: Sequence[tuple[Asked, ...]]) -> CaseResult:
        """What became of a relation: it is departed from only where the data cannot have changed meanwhile."""
        exchanges = tuple(one.exchange for one in related.calls)
        result = self._result(related.case, exchanges, self.wanted.unwanted)
        if not self._departs(result) or self._departs_alone(related) or self._steady(related, same):
            return result
        judgement = without(result.judgement, frozenset(related.case.requirements))
        return CaseResult(related.case, Outcome.ERRORED, judgement, exchanges, _CHANGED)

    def _departs(self, result: CaseResult) -> bool:
        return any(one.requirement in result.case.requirements for one in result.judgement.findings)

    def _departs_alone(self, related: Related) -> bool:
        """Whether the last reply departs without the others: a filter lists what does not satisfy it."""
        if related.case.relation is not Relation.FILTERED:
            return False
        return self._departs(self._result(related.case, (related.calls[-1].exchange,), frozenset()))

    def _steady(self, related: Related, same: Sequence[tuple[Asked, ...]]) -> bool:
        """Whether one of the calls was answered alike before and after all of them."""
        if not all(one.recorded.timed for one in related.calls):
            return False
        first, last = min(map(_place, related.calls)), max(map(_place, related.calls))
        ids = {id(one) for one in related.calls}
        groups = [many for many in same if any(id(one.call) in ids for one in many)]
        return any(
            self._alike(related, before, after)
            for many in groups
            for before in many
            for after in reversed(many)
            if before is not after and _place(before.call) <= first and _place(after.call) >= last
        )

    def _alike(self, related: Related, before: Asked, after: Asked) -> bool:
        whole = related.case.relation is Relation.SAME_REPLY
        relation = Relation.SAME_REPLY if whole else Relation.SAME_ENTRIES
        case = evolve(related.case, relation=relation)
        return not self._departs(self._result(case, (before.call.exchange, after.call.exchange), frozenset()))

    def _result(self, case: Case, exchanges: tuple[Exchange, ...], unwanted: frozenset[str]) -> CaseResult:
        def once_more() -> tuple[Exchange, ...]:
            raise BudgetSpent(None)

        rounds = Rounds(self.contract, self.target, self.policy, unwanted, partial(judge, defects=_none))
        return rounds.result(case, exchanges, once_more)

    def _wanted(self, result: CaseResult) -> Iterator[CaseResult]:
        told = bool(result.judgement.exercised) or result.reason is not None
        wanted = not self.wanted.unwanted.issuperset(result.case.requirements) or bool(result.judgement.exercised)
        if self.wanted.takes(result.case) and told and wanted:
            yield result


def _place(call: Call) -> tuple[datetime, int]:
    """Where a call stands among the others: by its moment, or else in the file."""
    return call.exchange.sent_at, call.recorded.number


def _none(*_: object) -> frozenset[str]:
    """Signatures are told of beforehand: the bytes of a case are what was recorded."""
    return frozenset()


def _of(asked: Asked) -> tuple[Exchange, ...]:
    return (asked.call.exchange,)
