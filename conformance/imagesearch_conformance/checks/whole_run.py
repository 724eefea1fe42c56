"""What can only be judged over all exchanges of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
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
    """The judgement of each requirement that speaks of a whole run, where there is enough to judge it.

    An exchange that several cases share counts once.
    """
    apart = {id(one): (case, one) for case, many in judged_cases for one in many}
    everything = [
        (case, parse_response(one.response, contract.protocol.success_status)) for case, one in apart.values()
    ]
    found = dict(_judge_unique_ids(contract, everything))
    rate = target.capabilities.throttling_qps
    if rate is not None:
        found |= dict(_judge_rate_limit(contract, list(apart.values()), rate))
    return {name: judgement for name, judgement in found.items() if name in contract.requirements}


def _judge_unique_ids(
    contract: Contract, case_responses: list[tuple[Case, ParsedResponse]]
) -> Iterator[tuple[str, Judgement]]:
    ids = [
        reading.document.get("RequestId")
        for _, reading in case_responses
        if reading.kind is not ResponseKind.UNREADABLE
    ]
    counts = Counter(one for one in ids if isinstance(one, str) and one)
    if sum(counts.values()) <= 1:
        return
    repeated = [(one, count) for one, count in counts.most_common(3) if count > 1]
    yield (
        REQUEST_ID_UNIQUE,
        _build_judgement(contract, REQUEST_ID_UNIQUE, [f"the id {one} came {count} times" for one, count in repeated]),
    )


def _judge_rate_limit(
    contract: Contract, case_exchanges: list[tuple[Case, Exchange]], rate: float
) -> Iterator[tuple[str, Judgement]]:
    calm = [(case, one) for case, one in case_exchanges if case.burst_size is None]
    exchanges = [one for _, one in case_exchanges]
    denied = [
        case.id
        for case, one in calm
        if is_unexpected_rate_limit(contract, case, parse_response(one.response, contract.protocol.success_status))
        and _is_within_rate(one, exchanges, rate)
    ]
    if calm:
        messages = [f"the case {name} was refused for its number of requests" for name in denied[:3]]
        yield THROTTLING_BELOW, _build_judgement(contract, THROTTLING_BELOW, messages)


def _is_within_rate(rate_limited: Exchange, exchanges: list[Exchange], rate: float) -> bool:
    """Whether the rate was kept for certain before a denial: a request may arrive any time until it is answered."""
    slowest = max(one.seconds for one in exchanges)
    since = rate_limited.sent_at - timedelta(seconds=1 + slowest)
    until = rate_limited.sent_at + timedelta(seconds=rate_limited.seconds)
    return sum(1 for one in exchanges if since <= one.sent_at <= until) <= max(rate, 1)


def is_unexpected_rate_limit(contract: Contract, case: Case, response: ParsedResponse) -> bool:
    """Whether a reply refuses for the number of requests although the case does not provoke that."""
    code = response.error_code
    return code is not None and contract.errors.is_rate_limit(code) and not case.expectation.errors_with_code(code)


def _build_judgement(contract: Contract, requirement: str, messages: list[str]) -> Judgement:
    entry = contract.requirements.get(requirement)
    if entry is None:
        return Judgement()
    findings = tuple(Finding(requirement, entry.level, message) for message in messages)
    return Judgement(frozenset({requirement}), findings)
