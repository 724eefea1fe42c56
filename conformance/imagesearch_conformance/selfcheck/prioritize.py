"""Which cases earn their requests: a greedy cover of the faults, the most kills for a request first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.runner.case_priority import CasePriority, json_digest
from imagesearch_conformance.runner.plan import count_new_requests
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix
from imagesearch_conformance.selfcheck.variant import Variant

#: What a case counts as when everything that it asks was asked before: worth more than any other.
_MIN_COST = 0.01


def prioritize_cases(matrix: KillMatrix, survey_probes: Iterable[Probe]) -> CasePriority:
    """The order of the cases by what they are worth, after a survey that sends these probes."""
    open_faults = _faults_by_case(matrix)
    sent, order = set(survey_probes), dict[str, int]()
    while chosen := _next_case(matrix.cases, open_faults, sent):
        found = open_faults[chosen]
        order[chosen] = len(found)
        sent.update(probe for probe in matrix.cases[chosen].probes if not probe.fresh)
        open_faults = {name: kills - found for name, kills in open_faults.items()}
    return CasePriority(
        len(matrix.fault_trials),
        order,
        compute_inputs_digest([one.variant for one in matrix.fault_trials], matrix.cases),
    )


def compute_inputs_digest(faults: Iterable[Variant], cases: Mapping[str, Case]) -> str:
    """A digest of what an order is made from: an order made from something else is stale."""
    names = sorted(f"{one.document} {one.name}" for one in faults)
    return json_digest([names, sorted((case.id, case.max_requests) for case in cases.values())])


def _faults_by_case(matrix: KillMatrix) -> dict[str, frozenset[str]]:
    """The faults that each case notices."""
    found: dict[str, set[str]] = {name: set() for name in matrix.cases}
    for trial in matrix.fault_trials:
        for kill in trial.kills:
            # A defect may make the survey learn something else, and so lead to cases that the reference has not.
            if kill.case_id in found:
                found[kill.case_id].add(trial.variant.name)
    return {name: frozenset(kills) for name, kills in found.items()}


def _next_case(
    cases: Mapping[str, Case], faults_by_case: Mapping[str, frozenset[str]], sent_probes: set[Probe]
) -> str | None:
    """The case with the most new kills for a request; of equals the one that is made first."""
    telling = [name for name, found in faults_by_case.items() if found]
    return max(
        telling,
        key=lambda name: len(faults_by_case[name]) / (count_new_requests(cases[name], sent_probes) or _MIN_COST),
        default=None,
    )
