"""From the exchanges of one case to a judgement, or the reason why there can be none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from attrs import evolve, frozen

from imagesearch_conformance.checks.burst import burst_too_slow_reason, check_burst
from imagesearch_conformance.checks.error_response import check_error_response
from imagesearch_conformance.checks.expected_outcome import check_expected_outcome
from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_response
from imagesearch_conformance.checks.ranking import RANKING_FOUND, RANKING_SELF
from imagesearch_conformance.checks.relations import check_relation
from imagesearch_conformance.checks.response_text import check_response_text
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.checks.rules import find_violations
from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.checks.success_response import check_success_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation, Relation
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest

#: What tells the defects of the signature of a request that was sent at a moment.
DefectFinder = Callable[[Contract, Target, WireRequest, datetime], frozenset[str]]

#: What a nonce used twice breaks; it cannot be seen in the bytes of one request.
_REPLAY = "replay"

#: How many findings of one requirement in one exchange are kept: the rest says nothing new.
_MAX_FINDINGS_PER_REQUIREMENT = 3


#: Stands in where a check looks at a reply for its own sake.
_NO_CASE = Case("", "", (), (), Expectation(()))


@frozen
class NotJudged:
    """The exchanges of a case do not allow a judgement, for this reason."""

    reason: str


def judge(
    contract: Contract,
    target: Target,
    case: Case,
    exchanges: Sequence[Exchange],
    find_defects: DefectFinder = signature_defects,
) -> Judgement | NotJudged:
    """Judges the exchanges of one case; nothing is judged unless the bytes sent are what was meant.

    `defects` tells what is wrong with a signature: from stored requests, which have none, nobody can see it.
    """
    views = [_build_context(contract, target, case, index, one) for index, one in enumerate(exchanges)]
    for view, exchange in zip(views, exchanges, strict=True):
        if reason := _wrong_request_reason(view, exchange, find_defects) or _oversized_response_reason(view):
            return NotJudged(reason)
    if case.relation is Relation.RATE_LIMITED_BURST and (reason := burst_too_slow_reason(case, views, exchanges)):
        return NotJudged(reason)
    if case.relation is Relation.LAST_REJECTED and any(
        view.response.kind is not ResponseKind.SUCCESS for view in views[:-1]
    ):
        return NotJudged("the first request was not accepted, so the second says nothing")
    return _merge_judgements(contract, _partial_judgements(case, views))


def _build_context(contract: Contract, target: Target, case: Case, index: int, exchange: Exchange) -> CheckContext:
    sent = parse_request(contract, exchange.request)
    return CheckContext(
        contract, target, case, sent, parse_response(exchange.response, contract.protocol.success_status), index
    )


def _wrong_request_reason(context: CheckContext, exchange: Exchange, find_defects: DefectFinder) -> str | None:
    """Why the request sent is not the one that was meant, or None."""
    meant = {one for one in context.case.violations if one.parameter != AUTHENTICATION}
    shown = find_violations(context.contract, context.target, context.request)
    if shown != meant:
        return f"the request sent shows {_join_names(shown)}, and {_join_names(meant)} was meant"
    accused = {one.keyword for one in context.case.violations if one.parameter == AUTHENTICATION} - {_REPLAY}
    signed = find_defects(context.contract, context.target, exchange.request, exchange.sent_at)
    if accused <= signed and (accused or not signed):
        return None
    return f"the signature sent shows {_join_names(signed)}, and {_join_names(accused)} was meant"


def _join_names(names: Iterable[object]) -> str:
    return " and ".join(sorted(map(str, names))) or "no violation"


def _oversized_response_reason(context: CheckContext) -> str | None:
    if context.response.wire.truncated:
        return "the reply is longer than what is read of one"
    return "the reply holds more values than are judged of one" if context.response.has_too_many_values else None


def _partial_judgements(case: Case, contexts: Sequence[CheckContext]) -> Iterator[Judgement]:
    """What the replies say one after the other, and what they say together."""
    # A case that judges this itself: a name that was mangled is no fault of the ranking.
    own = (
        {RANKING_FOUND, RANKING_SELF}
        if case.relation in {Relation.FINDS_ITSELF, Relation.DISTINGUISHABLE}
        else set[str]()
    )
    for view in contexts:
        alone = judge_response(view.contract, view.target, view.request, view.response)
        found = (one for one in alone.findings if one.requirement not in own)
        yield Judgement(alone.exercised - own, tuple(evolve(one, exchange_index=view.index) for one in found))
        if case.relation is not Relation.LAST_REJECTED or view is contexts[-1]:
            yield _build_judgement(_check_outcome(view))
    yield _build_judgement(
        check_burst(contexts) if case.relation is Relation.RATE_LIMITED_BURST else check_relation(contexts)
    )


def _check_outcome(context: CheckContext) -> Iterator[CheckResult]:
    """What the outcome says; where replies are compared, success alone exercises nothing."""
    related = context.case.relation is not None and context.response.kind is ResponseKind.SUCCESS
    yield from (one for one in check_expected_outcome(context) if not related or one.finding is not None)


@lru_cache(maxsize=1024)
def judge_response(contract: Contract, target: Target, request: ParsedRequest, response: ParsedResponse) -> Judgement:
    """What holds for a reply whichever case it belongs to: many share one, so it is looked at once."""
    view = CheckContext(contract, target, _NO_CASE, request, response)
    found = list(check_response_text(view))
    if response.kind is ResponseKind.SUCCESS:
        found += check_success_response(view)
    elif response.kind is ResponseKind.ERROR:
        found += check_error_response(view)
    return _build_judgement(found)


def _build_judgement(results: Iterable[CheckResult]) -> Judgement:
    """All requirements exercised, and the first few findings of each."""
    told = list(results)
    found = _limit_findings(one.finding for one in told if one.finding is not None)
    return Judgement(frozenset(one.requirement for one in told), found)


def _limit_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first few findings of each requirement and exchange: what is alike says nothing new."""
    kept: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        same = kept.setdefault((finding.requirement, finding.exchange_index), [])
        if len(same) < _MAX_FINDINGS_PER_REQUIREMENT and finding not in same:
            same.append(finding)
    return tuple(finding for same in kept.values() for finding in same)


def _merge_judgements(contract: Contract, judgements: Iterable[Judgement]) -> Judgement:
    """All requirements exercised, and the findings of those that the register has."""
    told = list(judgements)
    exercised = frozenset[str]().union(*(one.exercised for one in told))
    found = _limit_findings(
        found for one in told for found in one.findings if found.requirement in contract.requirements
    )
    return Judgement(exercised.intersection(contract.requirements), found)
