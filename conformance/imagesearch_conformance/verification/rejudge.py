"""One case judged again, by what its definition asks for and what its exchanges say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import cycle
from urllib.parse import parse_qsl

from attrs import define, field, frozen

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON, CaseResult
from imagesearch_conformance.runner.confirmation import ConfirmingJudge
from imagesearch_conformance.runner.dispatcher import BudgetExhausted
from imagesearch_conformance.signing.encoding import encode_form
from imagesearch_conformance.verification.report_entries import ReportEntry


@frozen
class RunLimits:
    """What may have kept a run from asking: a budget, or whatever stopped it."""

    budget: int | None
    stop_reason: str | None

    @property
    def can_skip_cases(self) -> bool:
        """Whether a case may have been skipped at all."""
        return self.budget is not None or self.stop_reason is not None


def rejudge(confirming_judge: ConfirmingJudge, entry: ReportEntry, limits: RunLimits) -> CaseResult | str:
    """The result of a case made anew, or what is wrong with its exchanges."""
    if not entry.exchanges:
        return _result_without_exchanges(entry, limits)
    split = _split_attempts(entry)
    if isinstance(split, str):
        return split
    first, *others = split
    left = _RemainingAttempts(others, entry.reason)
    result = confirming_judge.judge_case(entry.case, first, left.next_attempt)
    if left.is_exhausted and entry.reason is None and limits.budget is None:
        return "the replies depart from each other, and there is no second round"
    return result


def _result_without_exchanges(entry: ReportEntry, limits: RunLimits) -> CaseResult:
    """What a case without exchanges can have come to: nothing was learned, for a reason that only the report knows."""
    case, outcome = entry.case, Outcome(entry.data["outcome"])
    due = Outcome.NOT_APPLICABLE if case.not_applicable_reason else Outcome.ERRORED
    reason = entry.reason if entry.reason not in {None, NOT_SELECTED_REASON} else "there is no exchange"
    return CaseResult(
        case, Outcome.SKIPPED if outcome is Outcome.SKIPPED and limits.can_skip_cases else due, reason=reason
    )


@define
class _RemainingAttempts:
    """The rounds of a case that were not looked at; `exhausted` says that one more was asked for than there are."""

    attempts: list[tuple[Exchange, ...]]
    reason: str | None
    is_exhausted: bool = field(default=False, init=False)

    def next_attempt(self) -> tuple[Exchange, ...]:
        """The next round; without one, what kept the run from it: only a lost reply leaves a reason."""
        if self.attempts:
            return self.attempts.pop(0)
        self.is_exhausted = True
        if self.reason is None:
            raise BudgetExhausted(None)
        raise Unreachable(self.reason)


def _split_attempts(entry: ReportEntry) -> list[tuple[Exchange, ...]] | str:
    """The exchanges of each round, or why they are none of the case."""
    case, found, rounds = entry.case, entry.exchanges, int(entry.data["rounds"])
    if case.burst_size is not None:
        fits = rounds == 1 and len(found) <= case.burst_size and len(case.probes) == 1
    else:
        fits = len(found) == rounds * len(case.probes)
    if not fits:
        return f"{len(found)} exchanges are not {rounds} rounds of what the case asks"
    for index, (probe, exchange) in enumerate(zip(cycle(case.probes), found, strict=False)):
        if not _is_probe_request(exchange.request, probe):
            return f"the request {index} is not what the case asks"
    size = len(found) // rounds
    return [found[start : start + size] for start in range(0, len(found), size)]


def _is_probe_request(request: WireRequest, probe: Probe) -> bool:
    """Whether the bytes of a request say what the probe says; what signs it stands beside that."""
    said = Counter(_parse_pairs(request.query)) + Counter(_parse_pairs(request.body.decode("utf-8")))
    meant = Counter(_parse_pairs(encode_form(probe.request.parameters)))
    return request.method == probe.request.method and meant <= said


def _parse_pairs(text: str) -> Sequence[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
