"""What can only be judged over all exchanges of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from imagesearch_conformance.checks.reading import Kind, Reading, read
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target

UNIQUE, BELOW = "response.requestid.unique", "throttling.below"


def judge_run(
    contract: Contract, target: Target, judged: Iterable[tuple[Case, tuple[Exchange, ...]]]
) -> dict[str, Judgement]:
    """The judgement of each requirement that speaks of a whole run, where there is enough to judge it.

    An exchange that several cases share counts once.
    """
    apart = {id(one): (case, one) for case, many in judged for one in many}
    everything = [(case, read(one.reply, contract.protocol.success)) for case, one in apart.values()]
    found = dict(_unique(contract, everything))
    rate = target.capabilities.throttling_qps
    if rate is not None:
        found |= dict(_below(contract, list(apart.values()), rate))
    return {name: judgement for name, judgement in found.items() if name in contract.requirements}


def _unique(contract: Contract, everything: list[tuple[Case, Reading]]) -> Iterator[tuple[str, Judgement]]:
    ids = [reading.document.get("RequestId") for _, reading in everything if reading.kind is not Kind.UNREADABLE]
    counts = Counter(one for one in ids if isinstance(one, str) and one)
    if sum(counts.values()) <= 1:
        return
    repeated = [(one, count) for one, count in counts.most_common(3) if count > 1]
    yield UNIQUE, _judged(contract, UNIQUE, [f"the id {one} came {count} times" for one, count in repeated])


def _below(contract: Contract, everything: list[tuple[Case, Exchange]], rate: float) -> Iterator[tuple[str, Judgement]]:
    calm = [(case, one) for case, one in everything if case.burst is None]
    exchanges = [one for _, one in everything]
    denied = [
        case.id
        for case, one in calm
        if unasked_denial(contract, case, read(one.reply, contract.protocol.success)) and _kept(one, exchanges, rate)
    ]
    if calm:
        messages = [f"the case {name} was refused for its number of requests" for name in denied[:3]]
        yield BELOW, _judged(contract, BELOW, messages)


def _kept(denied: Exchange, exchanges: list[Exchange], rate: float) -> bool:
    """Whether the rate was kept for certain before a denial: a request may arrive any time until it is answered."""
    slowest = max(one.seconds for one in exchanges)
    since = denied.sent_at - timedelta(seconds=1 + slowest)
    until = denied.sent_at + timedelta(seconds=denied.seconds)
    return sum(1 for one in exchanges if since <= one.sent_at <= until) <= max(rate, 1)


def unasked_denial(contract: Contract, case: Case, reading: Reading) -> bool:
    """Whether a reply refuses for the number of requests although the case does not provoke that."""
    code = reading.code
    return code is not None and contract.errors.denies(code) and not case.expectation.refusals(code)


def _judged(contract: Contract, requirement: str, messages: list[str]) -> Judgement:
    entry = contract.requirements.get(requirement)
    if entry is None:
        return Judgement()
    findings = tuple(Finding(requirement, entry.level, message) for message in messages)
    return Judgement(frozenset({requirement}), findings)
