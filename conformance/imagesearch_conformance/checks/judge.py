"""Judge the exchanges of one case, or give the reason why they cannot be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from attrs import evolve, frozen

from imagesearch_conformance.checks.expected_outcome import burst_too_slow_reason, check_burst, check_expected_outcome
from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_response
from imagesearch_conformance.checks.ranking import RANKING_FOUND, RANKING_SELF
from imagesearch_conformance.checks.relations import check_relation
from imagesearch_conformance.checks.response import check_error_response, check_response_text
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.checks.success_response import check_success_response
from imagesearch_conformance.checks.violations import find_violations, signature_defects
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation, Relation
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest

#: Finds the defects of the signature of a request that was sent at a given time.
DefectFinder = Callable[[Contract, Target, WireRequest, datetime], frozenset[str]]

#: The rule that a nonce used twice violates; the bytes of one request cannot show it.
_REPLAY = "replay"

#: Maximum of findings per requirement and exchange: further ones are alike.
_MAX_FINDINGS_PER_REQUIREMENT = 3

#: For checks of a response that belong to no case.
_NO_CASE = Case("", "", (), (), Expectation(()))


@frozen
class NotJudged:
    """The reason why the exchanges of a case cannot be judged."""

    reason: str


def judge(
    contract: Contract,
    target: Target,
    case: Case,
    exchanges: Sequence[Exchange],
    find_defects: DefectFinder = signature_defects,
) -> Judgement | NotJudged:
    """Judge the exchanges of one case, provided that the bytes sent are what the case intends.

    `find_defects` replaces the check of signatures for stored requests, whose signatures are redacted.
    """
    contexts = [build_context(contract, target, case, index, exchange) for index, exchange in enumerate(exchanges)]
    for context, exchange in zip(contexts, exchanges, strict=True):
        if reason := _wrong_request_reason(context, exchange, find_defects) or _oversized_response_reason(context):
            return NotJudged(reason)
    if case.relation is Relation.RATE_LIMITED_BURST and (reason := burst_too_slow_reason(case, contexts, exchanges)):
        return NotJudged(reason)
    if case.relation is Relation.LAST_REJECTED and any(
        context.response.kind is not ResponseKind.SUCCESS for context in contexts[:-1]
    ):
        return NotJudged("the first request was rejected, so nothing follows from the second")
    return _merge_judgements(contract, _partial_judgements(case, contexts))


def build_context(contract: Contract, target: Target, case: Case, index: int, exchange: Exchange) -> CheckContext:
    request = parse_request(contract, exchange.request)
    response = parse_response(exchange.response, contract.protocol.success_status)
    return CheckContext(contract, target, case, request, response, index)


def _wrong_request_reason(context: CheckContext, exchange: Exchange, find_defects: DefectFinder) -> str | None:
    """The reason why the request sent is not the intended one, or None."""
    violations = context.case.violations
    intended = {violation for violation in violations if violation.parameter != AUTHENTICATION}
    actual = find_violations(context.contract, context.target, context.request)
    if actual != intended:
        return f"request self-check failed: expected {_join_names(intended)}, the bytes sent show {_join_names(actual)}"
    intended_defects = {item.keyword for item in violations if item.parameter == AUTHENTICATION} - {_REPLAY}
    defects = find_defects(context.contract, context.target, exchange.request, exchange.sent_at)
    if intended_defects <= defects and (intended_defects or not defects):
        return None
    return (
        f"signature self-check failed: expected {_join_names(intended_defects)}, "
        f"the bytes sent show {_join_names(defects)}"
    )


def _join_names(names: Iterable[object]) -> str:
    return " and ".join(sorted(map(str, names))) or "no violation"


def _oversized_response_reason(context: CheckContext) -> str | None:
    if context.response.wire.truncated:
        return "the response exceeds the size limit for bodies"
    return "the response exceeds the limit for JSON values" if context.response.has_too_many_values else None


def _partial_judgements(case: Case, contexts: Sequence[CheckContext]) -> Iterator[Judgement]:
    """Yield the judgements of each response, then of all responses together."""
    # These cases judge the ranking themselves: a mangled name is no defect of the ranking.
    excluded = (
        {RANKING_FOUND, RANKING_SELF}
        if case.relation in {Relation.FINDS_ITSELF, Relation.DISTINGUISHABLE}
        else set[str]()
    )
    for context in contexts:
        judgement = judge_response(context.contract, context.target, context.request, context.response)
        findings = (finding for finding in judgement.findings if finding.requirement not in excluded)
        yield Judgement(
            judgement.exercised - excluded,
            tuple(evolve(finding, exchange_index=context.index) for finding in findings),
        )
        if case.relation is not Relation.LAST_REJECTED or context is contexts[-1]:
            yield _build_judgement(_check_outcome(context))
    yield _build_judgement(
        check_burst(contexts) if case.relation is Relation.RATE_LIMITED_BURST else check_relation(contexts)
    )


def _check_outcome(context: CheckContext) -> Iterator[CheckResult]:
    """Check the outcome; where responses are compared, success alone exercises nothing."""
    is_compared = context.case.relation is not None and context.response.kind is ResponseKind.SUCCESS
    yield from (result for result in check_expected_outcome(context) if not is_compared or result.finding is not None)


@lru_cache(maxsize=1024)
def judge_response(contract: Contract, target: Target, request: ParsedRequest, response: ParsedResponse) -> Judgement:
    """Judge what holds for a response whatever its case: cases share responses, so each is judged once."""
    context = CheckContext(contract, target, _NO_CASE, request, response)
    results = list(check_response_text(context))
    if response.kind is ResponseKind.SUCCESS:
        results += check_success_response(context)
    elif response.kind is ResponseKind.ERROR:
        results += check_error_response(context)
    return _build_judgement(results)


def _build_judgement(results: Iterable[CheckResult]) -> Judgement:
    results = list(results)
    findings = _limit_findings(result.finding for result in results if result.finding is not None)
    return Judgement(frozenset(result.requirement for result in results), findings)


def _limit_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first few findings of each requirement and exchange."""
    groups: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        group = groups.setdefault((finding.requirement, finding.exchange_index), [])
        if len(group) < _MAX_FINDINGS_PER_REQUIREMENT and finding not in group:
            group.append(finding)
    return tuple(finding for group in groups.values() for finding in group)


def _merge_judgements(contract: Contract, judgements: Iterable[Judgement]) -> Judgement:
    """Merge judgements, without the requirements that the register lacks."""
    judgements = list(judgements)
    exercised = frozenset[str]().union(*(judgement.exercised for judgement in judgements))
    findings = (finding for judgement in judgements for finding in judgement.findings)
    known = _limit_findings(finding for finding in findings if finding.requirement in contract.requirements)
    return Judgement(exercised.intersection(contract.requirements), known)
