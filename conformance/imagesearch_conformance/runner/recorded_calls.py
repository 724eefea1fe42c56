"""Judge the selected calls of a recording: the responses of an endpoint, or the requests of a client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from attrs import evolve, field, frozen

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy, judgement_outcome
from imagesearch_conformance.recordings.calls import RecordedCall, collect_signature_evidence
from imagesearch_conformance.recordings.client_requests import RequestJudge
from imagesearch_conformance.recordings.recorded_cases import RecordedCase, RecordedCaseBuilder
from imagesearch_conformance.recordings.related_calls import RelatedCalls, RelationFinder
from imagesearch_conformance.runner.confirmation import ConfirmingJudge, exclude_requirements
from imagesearch_conformance.runner.dispatcher import BudgetExhausted
from imagesearch_conformance.runner.plan import has_match
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.signing.parse import SignatureParts, parse_signature

#: The prefix of the ids of all cases of recordings.
RECORDED_PREFIX = "recorded/"


@frozen
class RecordingSelection:
    """The selection by `--select` and `--deselect`; the patterns are those of cases."""

    deselected_requirements: frozenset[str]
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()

    def is_selected(self, case: Case) -> bool:
        return (not self.select or has_match((case.id,), self.select)) and not has_match((case.id,), self.deselect)


def build_selection(contract: Contract, options: Options) -> RecordingSelection:
    """Split the patterns of the options; raises `InvalidInput` for a pattern that matches nothing."""
    names = {entry.id: (entry.id, entry.area) for entry in contract.requirements.values()}
    selected, selected_cases = _split_patterns(names.values(), options.select, "--select")
    deselected, deselected_cases = _split_patterns(names.values(), options.deselect, "--deselect")
    excluded = frozenset(
        requirement
        for requirement, aliases in names.items()
        if (selected and not has_match(aliases, selected)) or has_match(aliases, deselected)
    )
    return RecordingSelection(excluded, selected_cases, deselected_cases)


def _split_patterns(
    requirement_names: Iterable[tuple[str, str]], patterns: tuple[str, ...], option: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patterns of requirements and areas, and those of cases."""
    names = {name for pair in requirement_names for name in pair}
    case_patterns = tuple(pattern for pattern in patterns if pattern.startswith(RECORDED_PREFIX))
    requirement_patterns = tuple(pattern for pattern in patterns if pattern not in case_patterns)
    for pattern in requirement_patterns:
        if not has_match(names, [pattern]):
            hint = f"the ids of recorded calls look like {RECORDED_PREFIX}0001*"
            raise InvalidInput(f"{pattern!r} matches no requirement or area", option, hint)
    return requirement_patterns, case_patterns


#: Requirements that need the headers of responses.
_HEADER_REQUIREMENTS = frozenset({"wire.contenttype"})

_UNRECORDED_CAUSE_REASON = (
    "the recording does not show the cause of the error: a missing name, a wrong key or a transient failure"
)
_DATA_CHANGED_REASON = (
    "the responses contradict each other, but the recording does not show whether the data changed between them"
)


def judge_recorded_requests(
    contract: Contract, target: Target, calls: Sequence[RecordedCall], policy: Policy, selection: RecordingSelection
) -> Iterator[CaseResult]:
    """Judge every request like those of client scenarios, as far as possible without knowing what was asked."""
    judge_of_requests = RequestJudge(contract, target)
    for number, call in enumerate(calls, 1):
        judged = judge_of_requests.judge(number, call, collect_signature_evidence(contract, target, call.entry))
        judgement = exclude_requirements(judged.judgement, selection.deselected_requirements)
        if selection.is_selected(judged.case) and judgement.exercised:
            yield CaseResult(judged.case, judgement_outcome(judgement, policy), judgement, (call.exchange,))


def judge_recorded_responses(
    contract: Contract, target: Target, calls: Sequence[RecordedCall], policy: Policy, selection: RecordingSelection
) -> Iterator[CaseResult]:
    """Judge every response like a run does, then the relations between them."""
    response_judge = _ResponseJudge(contract, target, policy, selection)
    builder = RecordedCaseBuilder(contract, target)
    accepted_nonces: set[str] = set()
    for number, call in enumerate(calls, 1):
        evidence = collect_signature_evidence(contract, target, call.entry)
        signature = parse_signature(call.request)
        nonce = signature.nonce if isinstance(signature, SignatureParts) else None
        recorded_case = builder.build(number, call, evidence, is_replay=nonce in accepted_nonces)
        response = parse_response(call.exchange.response, contract.protocol.success_status)
        yield from response_judge.judge_call(recorded_case, response)
        if nonce is not None and response.kind is ResponseKind.SUCCESS:
            accepted_nonces.add(nonce)
    yield from response_judge.judge_relations()


@frozen(eq=False)
class _ResponseJudge:
    """Judges calls one by one, and keeps the valid ones for their relations."""

    contract: Contract
    target: Target
    policy: Policy
    selection: RecordingSelection
    _valid_cases: list[RecordedCase] = field(factory=list, init=False)

    def judge_call(self, recorded_case: RecordedCase, response: ParsedResponse) -> Iterator[CaseResult]:
        case, call = recorded_case.case, recorded_case.call
        exchanges = (call.exchange,)
        if reason := self._not_judged_reason(call, response):
            yield from self._yield_if_selected(
                CaseResult(case, Outcome.NOT_APPLICABLE, reason=reason, exchanges=exchanges)
            )
            return
        excluded = self.selection.deselected_requirements
        if not call.entry.has_response_headers:
            excluded |= _HEADER_REQUIREMENTS
        result = self._judge_case(case, exchanges, excluded)
        if recorded_case.is_certainly_valid and response.kind is ResponseKind.SUCCESS:
            self._valid_cases.append(recorded_case)
        yield from self._yield_if_selected(
            self._exclude_case_requirements(result) if recorded_case.is_inconclusive(response) else result
        )

    def judge_relations(self) -> Iterator[CaseResult]:
        finder = RelationFinder(self.contract, self._valid_cases)
        repeats = list(finder.find_repeats())
        for group in repeats:
            for related in finder.relate_repeats(group):
                yield from self._yield_if_selected(self._judge_relation(related, repeats))
        for related in finder.relate_pages_and_filters():
            yield from self._yield_if_selected(self._judge_relation(related, repeats))

    def _not_judged_reason(self, call: RecordedCall, response: ParsedResponse) -> str | None:
        if call.entry.unusable_reason is not None:
            return call.entry.unusable_reason
        is_success = response.kind is ResponseKind.SUCCESS
        if is_success and call.parsed_request.version not in {None, self.contract.protocol.version}:
            return "the call is of another version of the API, whose responses the contract does not describe"
        return None

    def _exclude_case_requirements(self, result: CaseResult) -> CaseResult:
        """Exclude the requirements of the case, which the response does not show."""
        judgement = exclude_requirements(result.judgement, frozenset(result.case.requirements))
        outcome = judgement_outcome(judgement, self.policy)
        if outcome is Outcome.PASSED:
            return evolve(result, judgement=judgement, outcome=Outcome.NOT_APPLICABLE, reason=_UNRECORDED_CAUSE_REASON)
        return evolve(result, judgement=judgement, outcome=outcome, reason=None)

    def _judge_relation(self, related: RelatedCalls, repeats: Sequence[tuple[RecordedCase, ...]]) -> CaseResult:
        """Judge a relation, which fails only if the data cannot have changed between the calls."""
        exchanges = tuple(call.exchange for call in related.calls)
        result = self._judge_case(related.case, exchanges, self.selection.deselected_requirements)
        if (
            not self._has_own_finding(result)
            or self._is_failing_alone(related)
            or self._is_data_unchanged(related, repeats)
        ):
            return result
        judgement = exclude_requirements(result.judgement, frozenset(related.case.requirements))
        return CaseResult(related.case, Outcome.ERRORED, judgement, exchanges, _DATA_CHANGED_REASON)

    def _has_own_finding(self, result: CaseResult) -> bool:
        return any(finding.requirement in result.case.requirements for finding in result.judgement.findings)

    def _is_failing_alone(self, related: RelatedCalls) -> bool:
        """Return whether the last response fails by itself: a filter lists entries that do not satisfy it."""
        if related.case.relation is not Relation.FILTERED:
            return False
        return self._has_own_finding(self._judge_case(related.case, (related.calls[-1].exchange,), frozenset()))

    def _is_data_unchanged(self, related: RelatedCalls, repeats: Sequence[tuple[RecordedCase, ...]]) -> bool:
        """Return whether one of the calls has the same response before and after all of them."""
        if not all(call.entry.has_time for call in related.calls):
            return False
        first, last = min(map(_sort_key, related.calls)), max(map(_sort_key, related.calls))
        ids = {id(call) for call in related.calls}
        groups = [group for group in repeats if any(id(case.call) in ids for case in group)]
        return any(
            self._has_same_response(related, before, after)
            for group in groups
            for before in group
            for after in reversed(group)
            if before is not after and _sort_key(before.call) <= first and _sort_key(after.call) >= last
        )

    def _has_same_response(self, related: RelatedCalls, before: RecordedCase, after: RecordedCase) -> bool:
        compares_whole = related.case.relation is Relation.SAME_RESPONSE
        case = evolve(related.case, relation=Relation.SAME_RESPONSE if compares_whole else Relation.SAME_ENTRIES)
        result = self._judge_case(case, (before.call.exchange, after.call.exchange), frozenset())
        return not self._has_own_finding(result)

    def _judge_case(
        self, case: Case, exchanges: tuple[Exchange, ...], deselected_requirements: frozenset[str]
    ) -> CaseResult:
        def resend() -> tuple[Exchange, ...]:
            raise BudgetExhausted(None)

        # RecordedCaseBuilder judges the signatures, so that the bytes of a case are those of the recording.
        judge_unsigned = partial(judge, find_defects=lambda *_: frozenset())
        confirming_judge = ConfirmingJudge(
            self.contract, self.target, self.policy, deselected_requirements, judge_unsigned
        )
        return confirming_judge.judge_case(case, exchanges, resend)

    def _yield_if_selected(self, result: CaseResult) -> Iterator[CaseResult]:
        has_selected_requirement = not self.selection.deselected_requirements.issuperset(result.case.requirements)
        if self.selection.is_selected(result.case) and (
            result.judgement.exercised or (result.reason is not None and has_selected_requirement)
        ):
            yield result


def _sort_key(call: RecordedCall) -> tuple[datetime, int]:
    """Sort by time, then by place in the file."""
    return call.exchange.sent_at, call.entry.number
