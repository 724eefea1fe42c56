"""Aggregate the results of cases to requirements, deviations and a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.deviation import Deviation, DeviationResult
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Verdict
from imagesearch_conformance.outcomes import CaseResult, Policy, RequirementResult, requirement_result, run_verdict
from imagesearch_conformance.runner.deviations import RunEvidence


@frozen
class AggregatedResults:
    """Results of a run; `run_judgements` lacks deselected requirements."""

    requirements: tuple[RequirementResult, ...]
    run_judgements: Mapping[str, Judgement]
    deviations: tuple[DeviationResult, ...]
    verdict: Verdict


def aggregate(
    contract: Contract,
    policy: Policy,
    evidence: RunEvidence,
    deviations: Iterable[Deviation],
    incomplete_requirements: frozenset[str] | None = None,
) -> AggregatedResults:
    """Aggregate everything that was judged, by the requirements of the contract.

    `incomplete_requirements` are those of which cases were not selected; by default they follow from
    the unselected cases of the evidence.
    """
    incomplete = evidence.incomplete_requirements if incomplete_requirements is None else incomplete_requirements
    run_judgements = {
        requirement_id: judgement
        for requirement_id, judgement in evidence.run_judgements.items()
        if requirement_id not in evidence.deselected_requirements
    }
    results = _results_by_requirement(evidence.results)
    requirements = {
        requirement_id: requirement_result(
            requirement,
            results.get(requirement_id, ()),
            run_judgements.get(requirement_id),
            policy,
            requirement_id in incomplete,
        )
        for requirement_id, requirement in contract.requirements.items()
    }
    deviation_results = tuple(
        evidence.evaluate(deviation, requirements[deviation.requirement]) for deviation in deviations
    )
    requirement_results = tuple(requirements.values())
    verdict = _verdict(requirement_results, policy, evidence, deviation_results)
    return AggregatedResults(requirement_results, run_judgements, deviation_results, verdict)


def _results_by_requirement(results: Iterable[CaseResult]) -> Mapping[str, list[CaseResult]]:
    """Group results by requirement, in order: most results cover a few of hundreds."""
    grouped: dict[str, list[CaseResult]] = {}
    for result in results:
        for requirement_id in result.covered_requirements:
            grouped.setdefault(requirement_id, []).append(result)
    return grouped


def _verdict(
    requirements: tuple[RequirementResult, ...],
    policy: Policy,
    evidence: RunEvidence,
    deviation_results: tuple[DeviationResult, ...],
) -> Verdict:
    # A run without results did not start; a recording without results was read to its end.
    if not evidence.results and not evidence.is_recording:
        return Verdict.INCONCLUSIVE
    return run_verdict(requirements, policy, evidence.stop_reason is None, deviation_results)
