"""The end of every run and of every verification: requirements, known departures and a verdict out of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.deviation import Deviation, DeviationResult
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Verdict
from imagesearch_conformance.runner.deviations import Look
from imagesearch_conformance.verdicts import CaseResult, Policy, RequirementResult, of_requirement, of_run


@frozen
class Folded:
    """What a run comes to; `judged` is what holds for all exchanges together, apart from what is unwanted."""

    requirements: tuple[RequirementResult, ...]
    judged: Mapping[str, Judgement]
    deviations: tuple[DeviationResult, ...]
    verdict: Verdict


def folded(
    contract: Contract,
    policy: Policy,
    look: Look,
    deviations: Iterable[Deviation],
    left_out: frozenset[str] | None = None,
) -> Folded:
    """What everything that was looked at comes to, by the requirements of the contract.

    `left_out` are requirements of which cases were not selected, for whoever does not know those cases.
    """
    skipped = look.left_out if left_out is None else left_out
    judged = {name: one for name, one in look.judged.items() if name not in look.unwanted}
    concerned = _by_requirement(look.results)
    requirements = {
        name: of_requirement(one, concerned.get(name, ()), judged.get(name), policy, name in skipped)
        for name, one in contract.requirements.items()
    }
    told = tuple(look.told(one, requirements[one.requirement]) for one in deviations)
    results = tuple(requirements.values())
    return Folded(results, judged, told, _verdict(results, policy, look, told))


def _by_requirement(results: Iterable[CaseResult]) -> Mapping[str, list[CaseResult]]:
    """The results that concern each requirement, in their order: most concern a few of hundreds."""
    found: dict[str, list[CaseResult]] = {}
    for result in results:
        for name in result.concerns:
            found.setdefault(name, []).append(result)
    return found


def _verdict(
    requirements: tuple[RequirementResult, ...], policy: Policy, look: Look, told: tuple[DeviationResult, ...]
) -> Verdict:
    # A run without results could not begin; a recording without any was looked at to its end.
    if not look.results and not look.recorded:
        return Verdict.INCONCLUSIVE
    return of_run(requirements, policy, look.trouble is None, told)
