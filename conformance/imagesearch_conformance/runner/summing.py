"""What becomes of the generated requests of one source that are not reported by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from imagesearch_conformance.cases.generated import REPORTED_ELSEWHERE
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.runner.ourselves import is_ours
from imagesearch_conformance.verdicts import CaseResult


def summed(
    case: Case, source: str, results: Sequence[CaseResult], told: frozenset[str], trouble: str | None
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
    if trouble is not None and (not judged or is_ours(trouble)):
        outcome = Outcome.ERRORED if is_ours(trouble) else Outcome.SKIPPED
        return CaseResult(case, outcome, Judgement(held - {source}), reason=trouble)
    if not judged:
        reason = next((one.reason for one in unjudged), "no example could be made")
        return CaseResult(case, Outcome.ERRORED, reason=reason)
    if departed & told:
        names = ", ".join(sorted(departed & told))
        reason = f"{REPORTED_ELSEWHERE}: {names}"
        return CaseResult(case, Outcome.NOT_APPLICABLE, Judgement(held - {source}), reason=reason)
    return CaseResult(case, Outcome.PASSED, Judgement(held | {source}))


def _title(case: Case, judged: int, unjudged: int) -> str:
    said = case.title.partition(" ")[2]
    whole = f"{judged + unjudged} {said}"
    return f"{whole}, {unjudged} of them not judged" if unjudged else whole
