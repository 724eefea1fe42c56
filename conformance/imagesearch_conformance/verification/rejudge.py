"""Judging one case again from its definition and its exchanges."""

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
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON, CaseResult
from imagesearch_conformance.runner.confirmation import ConfirmingJudge
from imagesearch_conformance.runner.dispatcher import BudgetExhausted
from imagesearch_conformance.signing.encoding import encode_form
from imagesearch_conformance.verification.report_entries import ReportEntry


@frozen
class RunLimits:
    """Limits that may have kept a run from sending requests: a budget, or an early end."""

    budget: int | None
    stop_reason: str | None

    @property
    def can_skip_cases(self) -> bool:
        return self.budget is not None or self.stop_reason is not None


def rejudge(confirming_judge: ConfirmingJudge, entry: ReportEntry, limits: RunLimits) -> CaseResult | str:
    """Return the result of a case, or a description of its faulty exchanges."""
    if not entry.exchanges:
        return _result_without_exchanges(entry, limits)
    attempts = _split_attempts(entry)
    if isinstance(attempts, str):
        return attempts
    first, *others = attempts
    remaining = _RemainingAttempts(others, entry.reason)
    result = confirming_judge.judge_case(entry.case, first, remaining.next_attempt)
    if remaining.is_exhausted and entry.reason is None and limits.budget is None:
        return "unexpected responses without a second attempt"
    return result


def _result_without_exchanges(entry: ReportEntry, limits: RunLimits) -> CaseResult:
    """Return the result that a case without exchanges can have; only the report knows the reason."""
    case, outcome = entry.case, Outcome(entry.data["outcome"])
    expected = Outcome.NOT_APPLICABLE if case.not_applicable_reason else Outcome.ERRORED
    if outcome is Outcome.SKIPPED and limits.can_skip_cases:
        expected = outcome
    reason = entry.reason if entry.reason not in {None, NOT_SELECTED_REASON} else "no exchange"
    return CaseResult(case, expected, reason=reason)


@define
class _RemainingAttempts:
    """The attempts of a case not judged yet; `is_exhausted` once more were requested than there are."""

    attempts: list[tuple[Exchange, ...]]
    reason: str | None
    is_exhausted: bool = field(default=False, init=False)

    def next_attempt(self) -> tuple[Exchange, ...]:
        """Return the next attempt, or raise what prevented it in the run: only a lost response has a reason."""
        if self.attempts:
            return self.attempts.pop(0)
        self.is_exhausted = True
        if self.reason is None:
            raise BudgetExhausted(None)
        raise Unreachable(self.reason)


def _split_attempts(entry: ReportEntry) -> list[tuple[Exchange, ...]] | str:
    """Return the exchanges of each attempt, or the reason why they do not belong to the case."""
    case, exchanges, attempt_count = entry.case, entry.exchanges, int(entry.data["attempts"])
    if case.burst_size is not None:
        has_valid_count = attempt_count == 1 and len(exchanges) <= case.burst_size and len(case.probes) == 1
    else:
        has_valid_count = len(exchanges) == attempt_count * len(case.probes)
    if not has_valid_count:
        return f"{len(exchanges)} exchanges, which are not {attempt_count} attempts of the case"
    for index, (probe, exchange) in enumerate(zip(cycle(case.probes), exchanges, strict=False)):
        if not _is_probe_request(exchange.request, probe):
            return f"another request in exchange {index}"
    size = len(exchanges) // attempt_count
    return [exchanges[start : start + size] for start in range(0, len(exchanges), size)]


def _is_probe_request(request: WireRequest, probe: Probe) -> bool:
    """Return True if the request contains the parameters of the probe; it may add those of its signature."""
    actual = Counter(_parse_pairs(request.query)) + Counter(_parse_pairs(request.body.decode("utf-8")))
    expected = Counter(_parse_pairs(encode_form(probe.request.parameters)))
    return request.method == probe.request.method and expected <= actual


def _parse_pairs(text: str) -> Sequence[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
