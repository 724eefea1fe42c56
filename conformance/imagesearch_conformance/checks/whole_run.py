"""Checks over all exchanges of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_response
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange

REQUEST_ID_UNIQUE, THROTTLING_BELOW = "response.requestid.unique", "throttling.below"


def judge_run(
    contract: Contract, target: Target, judged_cases: Iterable[tuple[Case, tuple[Exchange, ...]]]
) -> dict[str, Judgement]:
    """Judge the requirements about a whole run, as far as the exchanges suffice.

    An exchange that several cases share counts once.
    """
    distinct = {id(exchange): (case, exchange) for case, exchanges in judged_cases for exchange in exchanges}
    parsed_exchanges = [
        (case, exchange, parse_response(exchange.response, contract.protocol.success_status))
        for case, exchange in distinct.values()
    ]
    judgements = dict(_judge_unique_ids(contract, [response for _, _, response in parsed_exchanges]))
    rate = target.capabilities.throttling_qps
    if rate is not None:
        judgements |= dict(_judge_rate_limit(contract, parsed_exchanges, rate))
    return {name: judgement for name, judgement in judgements.items() if name in contract.requirements}


def _judge_unique_ids(contract: Contract, responses: Iterable[ParsedResponse]) -> Iterator[tuple[str, Judgement]]:
    ids = [response.document.get("RequestId") for response in responses if response.kind is not ResponseKind.UNREADABLE]
    counts = Counter(request_id for request_id in ids if isinstance(request_id, str) and request_id)
    if sum(counts.values()) <= 1:
        return
    messages = [f"the id {request_id} occurs {count} times" for request_id, count in counts.most_common(3) if count > 1]
    yield REQUEST_ID_UNIQUE, _build_judgement(contract, REQUEST_ID_UNIQUE, messages)


def _judge_rate_limit(
    contract: Contract, parsed_exchanges: Sequence[tuple[Case, Exchange, ParsedResponse]], rate: float
) -> Iterator[tuple[str, Judgement]]:
    exchanges = [exchange for _, exchange, _ in parsed_exchanges]
    outside_bursts = [row for row in parsed_exchanges if row[0].burst_size is None]
    rate_limited_ids = [
        case.id
        for case, exchange, response in outside_bursts
        if is_unexpected_rate_limit(contract, case, response) and _is_within_rate(exchange, exchanges, rate)
    ]
    if outside_bursts:
        messages = [f"the case {case_id} was rate-limited" for case_id in rate_limited_ids[:3]]
        yield THROTTLING_BELOW, _build_judgement(contract, THROTTLING_BELOW, messages)


def _is_within_rate(rate_limited: Exchange, exchanges: list[Exchange], rate: float) -> bool:
    """Return whether the rate was certainly kept: a request may arrive at any time until its response."""
    slowest = max(exchange.seconds for exchange in exchanges)
    since = rate_limited.sent_at - timedelta(seconds=1 + slowest)
    until = rate_limited.sent_at + timedelta(seconds=rate_limited.seconds)
    return sum(since <= exchange.sent_at <= until for exchange in exchanges) <= max(rate, 1)


def is_unexpected_rate_limit(contract: Contract, case: Case, response: ParsedResponse) -> bool:
    """Return whether a response reports rate limiting that its case does not provoke."""
    code = response.error_code
    return code is not None and contract.errors.is_rate_limit(code) and not case.expectation.errors_with_code(code)


def _build_judgement(contract: Contract, requirement: str, messages: list[str]) -> Judgement:
    entry = contract.requirements.get(requirement)
    if entry is None:
        return Judgement()
    findings = tuple(Finding(requirement, entry.level, message) for message in messages)
    return Judgement(frozenset({requirement}), findings)
