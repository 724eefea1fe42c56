"""How far a run has come: what was noted, and whether it ends before its plan does."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.verdicts import CaseResult


@define
class Progress:
    """What came out so far, by the id of its case, and in `trouble` why not everything is made.

    `fail_fast` ends a run at its first failure; `stopped` says whether somebody wants an early end.
    """

    fail_fast: bool
    stopped: Callable[[], bool]
    results: dict[str, CaseResult] = field(factory=dict, init=False)
    trouble: str | None = field(default=None, init=False)

    def noted(self, result: CaseResult) -> CaseResult:
        """Takes a result in."""
        self.results[result.case.id] = result
        if self.trouble is None and self.fail_fast and result.outcome is Outcome.FAILED:
            self.trouble = f"stopped at the first failure, {result.case.id}"
        return result

    def ending(self) -> bool:
        """Whether nothing more is to be made."""
        if self.trouble is None and self.stopped():
            self.trouble = "the run was interrupted"
        return self.trouble is not None

    def left_out(self, case: Case) -> CaseResult:
        """What became of a case that was not made any more."""
        return CaseResult(case, Outcome.SKIPPED, reason=self.trouble)
