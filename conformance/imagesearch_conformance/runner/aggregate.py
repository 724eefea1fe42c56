"""The end of every run and of every verification: requirements, known departures and a verdict out of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.finding import Judgement, Verdict
from imagesearch_conformance.model.requirement import Deviation, DeviationResult
from imagesearch_conformance.outcomes import CaseResult, Policy, RequirementResult, requirement_result, run_verdict
from imagesearch_conformance.runner.deviations import DeviationEvidence


@frozen
class AggregatedResults:
    """What a run comes to; `judged` is what holds for all exchanges together, apart from what is unwanted."""

    requirements: tuple[RequirementResult, ...]
    run_judgements: Mapping[str, Judgement]
    deviations: tuple[DeviationResult, ...]
    verdict: Verdict


def aggregate(
    contract: Contract,
    policy: Policy,
    evidence: DeviationEvidence,
    deviations: Iterable[Deviation],
    incomplete_requirements: frozenset[str] | None = None,
) -> AggregatedResults:
    """What everything that was looked at comes to, by the requirements of the contract.

    `left_out` are requirements of which cases were not selected, for whoever does not know those cases.
    """
    skipped = evidence.incomplete_requirements if incomplete_requirements is None else incomplete_requirements
    judged = {
        name: one for name, one in evidence.run_judgements.items() if name not in evidence.deselected_requirements
    }
    concerned = _results_by_requirement(evidence.results)
    requirements = {
        name: requirement_result(one, concerned.get(name, ()), judged.get(name), policy, name in skipped)
        for name, one in contract.requirements.items()
    }
    told = tuple(evidence.evaluate(one, requirements[one.requirement]) for one in deviations)
    results = tuple(requirements.values())
    return AggregatedResults(results, judged, told, _verdict(results, policy, evidence, told))


def _results_by_requirement(results: Iterable[CaseResult]) -> Mapping[str, list[CaseResult]]:
    """The results that concern each requirement, in their order: most concern a few of hundreds."""
    found: dict[str, list[CaseResult]] = {}
    for result in results:
        for name in result.covered_requirements:
            found.setdefault(name, []).append(result)
    return found


def _verdict(
    requirements: tuple[RequirementResult, ...],
    policy: Policy,
    evidence: DeviationEvidence,
    deviation_results: tuple[DeviationResult, ...],
) -> Verdict:
    # A run without results could not begin; a recording without any was looked at to its end.
    if not evidence.results and not evidence.is_recording:
        return Verdict.INCONCLUSIVE
    return run_verdict(requirements, policy, evidence.stop_reason is None, deviation_results)
