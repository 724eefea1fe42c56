"""What becomes of the generated requests of one source that are not reported by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from imagesearch_conformance.cases.generated_placeholders import REPORTED_ELSEWHERE_PREFIX
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.confirmation import is_internal_error


def summarize_generated(
    case: Case,
    source: str,
    results: Sequence[CaseResult],
    reported_requirements: frozenset[str],
    stop_reason: str | None,
) -> CaseResult:
    """The result of the case that stands for the examples of a source.

    `told` are the requirements of which a departure is reported elsewhere; `trouble` says why the
    search ended early, if it did.
    """
    judged = [one for one in results if one.outcome is not Outcome.ERRORED]
    unjudged = [one for one in results if one.outcome is Outcome.ERRORED]
    case = evolve(case, title=_title(case, len(judged), len(unjudged)))
    departed = {finding.requirement for one in judged for finding in one.judgement.findings}
    held = frozenset(name for one in judged for name in one.judgement.exercised) - departed
    if stop_reason is not None and (not judged or is_internal_error(stop_reason)):
        outcome = Outcome.ERRORED if is_internal_error(stop_reason) else Outcome.SKIPPED
        return CaseResult(case, outcome, Judgement(held - {source}), reason=stop_reason)
    if not judged:
        reason = next((one.reason for one in unjudged), "no example could be made")
        return CaseResult(case, Outcome.ERRORED, reason=reason)
    if departed & reported_requirements:
        names = ", ".join(sorted(departed & reported_requirements))
        reason = f"{REPORTED_ELSEWHERE_PREFIX}: {names}"
        return CaseResult(case, Outcome.NOT_APPLICABLE, Judgement(held - {source}), reason=reason)
    return CaseResult(case, Outcome.PASSED, Judgement(held | {source}))


def _title(case: Case, judged_count: int, not_judged_count: int) -> str:
    said = case.title.partition(" ")[2]
    whole = f"{judged_count + not_judged_count} {said}"
    return f"{whole}, {not_judged_count} of them not judged" if not_judged_count else whole
