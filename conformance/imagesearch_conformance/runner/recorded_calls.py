"""The calls of a recording, each judged: the replies of an endpoint, or the requests of a client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from attrs import evolve, field, frozen

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import ResponseKind, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy, judgement_outcome
from imagesearch_conformance.recordings.client_requests import RequestJudge
from imagesearch_conformance.recordings.recorded_cases import RecordedCase, RecordedCaseBuilder
from imagesearch_conformance.recordings.related_calls import RelatedCalls, RelationFinder
from imagesearch_conformance.recordings.select_calls import RecordedCall
from imagesearch_conformance.recordings.signatures import collect_signature_evidence
from imagesearch_conformance.runner.confirmation import ConfirmingJudge, exclude_requirements
from imagesearch_conformance.runner.dispatcher import BudgetExhausted
from imagesearch_conformance.runner.recording_selection import RecordingSelection
from imagesearch_conformance.signing.parse import SignatureParts, parse_signature

#: What a recording without the headers of replies does not show.
_HEADER_REQUIREMENTS = frozenset({"wire.contenttype"})

_UNRECORDED_CAUSE_REASON = (
    "the call was refused for what a recording does not tell: whether names exist, a key fits, a moment was bad"
)
_DATA_CHANGED_REASON = (
    "the replies do not fit together; whether the data changed between them the recording does not show"
)


def judge_recorded_requests(
    contract: Contract, target: Target, calls: Sequence[RecordedCall], policy: Policy, selection: RecordingSelection
) -> Iterator[CaseResult]:
    """Every request as the gate of clients judges it, as far as that is possible without having asked for it."""
    room = RequestJudge(contract, target)
    for number, call in enumerate(calls, 1):
        one = room.judge(number, call, collect_signature_evidence(contract, target, call.entry))
        judgement = exclude_requirements(one.judgement, selection.deselected_requirements)
        if selection.is_selected(one.case) and judgement.exercised:
            yield CaseResult(one.case, judgement_outcome(judgement, policy), judgement, (call.exchange,))


def judge_recorded_responses(
    contract: Contract, target: Target, calls: Sequence[RecordedCall], policy: Policy, selection: RecordingSelection
) -> Iterator[CaseResult]:
    """Every reply as a run judges it, then what replies say together."""
    room = _ResponseJudge(contract, target, policy, selection)
    nonces: set[str] = set()
    for number, call in enumerate(calls, 1):
        asked = room.case_builder.build(
            number, call, collect_signature_evidence(contract, target, call.entry), _is_replay(call, nonces)
        )
        yield from room.judge_call(asked)
        _remember_nonce(contract, call, nonces)
    yield from room.judge_relations()


def _call_nonce(call: RecordedCall) -> str | None:
    presented = parse_signature(call.request)
    return presented.nonce if isinstance(presented, SignatureParts) else None


def _is_replay(call: RecordedCall, nonces: set[str]) -> bool:
    return _call_nonce(call) in nonces


def _remember_nonce(contract: Contract, call: RecordedCall, nonces: set[str]) -> None:
    """Keeps the nonce of a call that was accepted."""
    nonce = _call_nonce(call)
    if (
        nonce is not None
        and parse_response(call.exchange.response, contract.protocol.success_status).kind is ResponseKind.SUCCESS
    ):
        nonces.add(nonce)


@frozen(eq=False)
class _ResponseJudge:
    """Judges calls one by one, and keeps those that may be related to each other."""

    contract: Contract
    target: Target
    policy: Policy
    selection: RecordingSelection
    case_builder: RecordedCaseBuilder = field(init=False)
    _valid_cases: list[RecordedCase] = field(factory=list, init=False)

    @case_builder.default
    def _default_case_builder(self) -> RecordedCaseBuilder:
        return RecordedCaseBuilder(self.contract, self.target)

    def judge_call(self, recorded_case: RecordedCase) -> Iterator[CaseResult]:
        """What became of one call."""
        if gap := self._not_judged_reason(recorded_case):
            yield from self._yield_if_selected(
                CaseResult(
                    recorded_case.case, Outcome.NOT_APPLICABLE, reason=gap, exchanges=_case_exchanges(recorded_case)
                )
            )
            return
        reading = parse_response(recorded_case.call.exchange.response, self.contract.protocol.success_status)
        unwanted = self.selection.deselected_requirements | (
            frozenset() if recorded_case.call.entry.has_response_headers else _HEADER_REQUIREMENTS
        )
        result = self._judge_case(recorded_case.case, _case_exchanges(recorded_case), unwanted)
        if recorded_case.is_certainly_valid and reading.kind is ResponseKind.SUCCESS:
            self._valid_cases.append(recorded_case)
        yield from self._yield_if_selected(
            self._exclude_case_requirements(result) if recorded_case.is_inconclusive(reading) else result
        )

    def judge_relations(self) -> Iterator[CaseResult]:
        """What calls show that have to fit together."""
        relating = RelationFinder(self.contract, self._valid_cases)
        same = list(relating.find_repeats())
        for many in same:
            for related in relating.relate_repeats(many):
                yield from self._yield_if_selected(self._judge_relation(related, same))
        for related in relating.relate_pages_and_filters():
            yield from self._yield_if_selected(self._judge_relation(related, same))

    def _not_judged_reason(self, recorded_case: RecordedCase) -> str | None:
        """Why a reply cannot be judged, or None."""
        if recorded_case.call.entry.unusable_reason is not None:
            return recorded_case.call.entry.unusable_reason
        success = (
            parse_response(recorded_case.call.exchange.response, self.contract.protocol.success_status).kind
            is ResponseKind.SUCCESS
        )
        if success and recorded_case.call.parsed_request.version not in {None, self.contract.protocol.version}:
            return "another version of the API was called, whose replies this page does not describe"
        return None

    def _exclude_case_requirements(self, result: CaseResult) -> CaseResult:
        """The result without what the case is for, of which the reply says nothing."""
        judgement = exclude_requirements(result.judgement, frozenset(result.case.requirements))
        outcome = judgement_outcome(judgement, self.policy)
        plain = outcome is Outcome.PASSED
        return evolve(
            result, judgement=judgement, outcome=Outcome.NOT_APPLICABLE if plain else outcome,
            reason=_UNRECORDED_CAUSE_REASON if plain else None,
        )  # fmt: skip

    def _judge_relation(self, related: RelatedCalls, equal_calls: Sequence[tuple[RecordedCase, ...]]) -> CaseResult:
        """What became of a relation: it is departed from only where the data cannot have changed meanwhile."""
        exchanges = tuple(one.exchange for one in related.calls)
        result = self._judge_case(related.case, exchanges, self.selection.deselected_requirements)
        if (
            not self._has_own_finding(result)
            or self._is_failing_alone(related)
            or self._is_data_unchanged(related, equal_calls)
        ):
            return result
        judgement = exclude_requirements(result.judgement, frozenset(related.case.requirements))
        return CaseResult(related.case, Outcome.ERRORED, judgement, exchanges, _DATA_CHANGED_REASON)

    def _has_own_finding(self, result: CaseResult) -> bool:
        return any(one.requirement in result.case.requirements for one in result.judgement.findings)

    def _is_failing_alone(self, related: RelatedCalls) -> bool:
        """Whether the last reply departs without the others: a filter lists what does not satisfy it."""
        if related.case.relation is not Relation.FILTERED:
            return False
        return self._has_own_finding(self._judge_case(related.case, (related.calls[-1].exchange,), frozenset()))

    def _is_data_unchanged(self, related: RelatedCalls, equal_calls: Sequence[tuple[RecordedCase, ...]]) -> bool:
        """Whether one of the calls was answered alike before and after all of them."""
        if not all(one.entry.has_time for one in related.calls):
            return False
        first, last = min(map(_sort_key, related.calls)), max(map(_sort_key, related.calls))
        ids = {id(one) for one in related.calls}
        groups = [many for many in equal_calls if any(id(one.call) in ids for one in many)]
        return any(
            self._has_same_response(related, before, after)
            for many in groups
            for before in many
            for after in reversed(many)
            if before is not after and _sort_key(before.call) <= first and _sort_key(after.call) >= last
        )

    def _has_same_response(self, related: RelatedCalls, before: RecordedCase, after: RecordedCase) -> bool:
        whole = related.case.relation is Relation.SAME_RESPONSE
        relation = Relation.SAME_RESPONSE if whole else Relation.SAME_ENTRIES
        case = evolve(related.case, relation=relation)
        return not self._has_own_finding(
            self._judge_case(case, (before.call.exchange, after.call.exchange), frozenset())
        )

    def _judge_case(
        self, case: Case, exchanges: tuple[Exchange, ...], deselected_requirements: frozenset[str]
    ) -> CaseResult:
        def resend() -> tuple[Exchange, ...]:
            raise BudgetExhausted(None)

        rounds = ConfirmingJudge(
            self.contract,
            self.target,
            self.policy,
            deselected_requirements,
            partial(judge, find_defects=_no_signature_defects),
        )
        return rounds.judge_case(case, exchanges, resend)

    def _yield_if_selected(self, result: CaseResult) -> Iterator[CaseResult]:
        told = bool(result.judgement.exercised) or result.reason is not None
        wanted = not self.selection.deselected_requirements.issuperset(result.case.requirements) or bool(
            result.judgement.exercised
        )
        if self.selection.is_selected(result.case) and told and wanted:
            yield result


def _sort_key(call: RecordedCall) -> tuple[datetime, int]:
    """Where a call stands among the others: by its moment, or else in the file."""
    return call.exchange.sent_at, call.entry.number


def _no_signature_defects(*_: object) -> frozenset[str]:
    """Signatures are told of beforehand: the bytes of a case are what was recorded."""
    return frozenset()


def _case_exchanges(recorded_case: RecordedCase) -> tuple[Exchange, ...]:
    return (recorded_case.call.exchange,)
