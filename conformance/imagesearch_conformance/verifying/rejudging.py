"""One case judged again, by what its definition asks for and what its exchanges say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import cycle
from urllib.parse import parse_qsl

from attrs import define, field, frozen

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.runner.dispatch import BudgetSpent
from imagesearch_conformance.runner.rounds import Rounds
from imagesearch_conformance.signing.encoding import encode_form
from imagesearch_conformance.verdicts import NOT_SELECTED, CaseResult
from imagesearch_conformance.verifying.entries import Entry


@frozen
class Limits:
    """What may have kept a run from asking: a budget, or whatever stopped it."""

    budget: int | None
    trouble: str | None

    @property
    def any(self) -> bool:
        """Whether a case may have been skipped at all."""
        return self.budget is not None or self.trouble is not None


def rejudged(rounds: Rounds, entry: Entry, limits: Limits) -> CaseResult | str:
    """The result of a case made anew, or what is wrong with its exchanges."""
    if not entry.exchanges:
        return _unsent(entry, limits)
    split = _split(entry)
    if isinstance(split, str):
        return split
    first, *others = split
    left = _Left(others, entry.reason)
    result = rounds.result(entry.case, first, left.once_more)
    if left.exhausted and entry.reason is None and limits.budget is None:
        return "the replies depart from each other, and there is no second round"
    return result


def _unsent(entry: Entry, limits: Limits) -> CaseResult:
    """What a case without exchanges can have come to: nothing was learned, for a reason that only the report knows."""
    case, outcome = entry.case, Outcome(entry.written["outcome"])
    due = Outcome.NOT_APPLICABLE if case.inapplicable else Outcome.ERRORED
    reason = entry.reason if entry.reason not in {None, NOT_SELECTED} else "there is no exchange"
    return CaseResult(case, Outcome.SKIPPED if outcome is Outcome.SKIPPED and limits.any else due, reason=reason)


@define
class _Left:
    """The rounds of a case that were not looked at; `exhausted` says that one more was asked for than there are."""

    rounds: list[tuple[Exchange, ...]]
    reason: str | None
    exhausted: bool = field(default=False, init=False)

    def once_more(self) -> tuple[Exchange, ...]:
        """The next round; without one, what kept the run from it: only a lost reply leaves a reason."""
        if self.rounds:
            return self.rounds.pop(0)
        self.exhausted = True
        if self.reason is None:
            raise BudgetSpent(None)
        raise Unreachable(self.reason)


def _split(entry: Entry) -> list[tuple[Exchange, ...]] | str:
    """The exchanges of each round, or why they are none of the case."""
    case, found, rounds = entry.case, entry.exchanges, int(entry.written["rounds"])
    if case.burst is not None:
        fits = rounds == 1 and len(found) <= case.burst and len(case.probes) == 1
    else:
        fits = len(found) == rounds * len(case.probes)
    if not fits:
        return f"{len(found)} exchanges are not {rounds} rounds of what the case asks"
    for index, (probe, exchange) in enumerate(zip(cycle(case.probes), found, strict=False)):
        if not _asks(exchange.request, probe):
            return f"the request {index} is not what the case asks"
    size = len(found) // rounds
    return [found[start : start + size] for start in range(0, len(found), size)]


def _asks(request: WireRequest, probe: Probe) -> bool:
    """Whether the bytes of a request say what the probe says; what signs it stands beside that."""
    said = Counter(_pairs(request.query)) + Counter(_pairs(request.body.decode("utf-8")))
    meant = Counter(_pairs(encode_form(probe.request.parameters)))
    return request.method == probe.request.method and meant <= said


def _pairs(text: str) -> Sequence[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
