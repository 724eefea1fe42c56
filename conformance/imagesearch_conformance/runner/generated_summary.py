"""Summary of the generated requests of one source that are not reported as cases of their own."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from imagesearch_conformance.cases.generated_placeholders import REPORTED_ELSEWHERE_PREFIX
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Judgement, Outcome
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.confirmation import is_internal_error


def summarize_generated(
    case: Case,
    source: str,
    results: Sequence[CaseResult],
    reported_requirements: frozenset[str],
    stop_reason: str | None,
) -> CaseResult:
    """Return the result of the case that summarizes the examples of a source.

    `reported_requirements` are those whose violation other cases report; `stop_reason` is why the search ended early.
    """
    judged = [result for result in results if result.outcome is not Outcome.ERRORED]
    errored = [result for result in results if result.outcome is Outcome.ERRORED]
    case = evolve(case, title=_title(case, len(judged), len(errored)))
    violated = {finding.requirement for result in judged for finding in result.judgement.findings}
    passed = frozenset(name for result in judged for name in result.judgement.exercised) - violated
    if stop_reason is not None and (not judged or is_internal_error(stop_reason)):
        outcome = Outcome.ERRORED if is_internal_error(stop_reason) else Outcome.SKIPPED
        return CaseResult(case, outcome, Judgement(passed - {source}), reason=stop_reason)
    if not judged:
        reason = errored[0].reason if errored else "no example could be generated"
        return CaseResult(case, Outcome.ERRORED, reason=reason)
    if violated & reported_requirements:
        names = ", ".join(sorted(violated & reported_requirements))
        reason = f"{REPORTED_ELSEWHERE_PREFIX}: {names}"
        return CaseResult(case, Outcome.NOT_APPLICABLE, Judgement(passed - {source}), reason=reason)
    return CaseResult(case, Outcome.PASSED, Judgement(passed | {source}))


def _title(case: Case, judged_count: int, not_judged_count: int) -> str:
    _, _, description = case.title.partition(" ")
    title = f"{judged_count + not_judged_count} {description}"
    return f"{title}, {not_judged_count} of them not judged" if not_judged_count else title
