"""How far a run has come: what was noted, and whether it ends before its plan does."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.outcomes import CaseResult


@define
class Progress:
    """What came out so far, by the id of its case, and in `trouble` why not everything is made.

    `fail_fast` ends a run at its first failure; `stopped` says whether somebody wants an early end.
    """

    fail_fast: bool
    is_interrupted: Callable[[], bool]
    results: dict[str, CaseResult] = field(factory=dict, init=False)
    stop_reason: str | None = field(default=None, init=False)

    def record_result(self, result: CaseResult) -> CaseResult:
        """Takes a result in."""
        self.results[result.case.id] = result
        if self.stop_reason is None and self.fail_fast and result.outcome is Outcome.FAILED:
            self.stop_reason = f"stopped at the first failure, {result.case.id}"
        return result

    def should_stop(self) -> bool:
        """Whether nothing more is to be made."""
        if self.stop_reason is None and self.is_interrupted():
            self.stop_reason = "the run was interrupted"
        return self.stop_reason is not None

    def skip(self, case: Case) -> CaseResult:
        """What became of a case that was not made any more."""
        return CaseResult(case, Outcome.SKIPPED, reason=self.stop_reason)
