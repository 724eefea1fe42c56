"""The kill matrix: which cases detect which faults, what nothing detects, and the order of cases that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.requirement import Level, Requirement
from imagesearch_conformance.runner.case_priority import CasePriority, json_digest
from imagesearch_conformance.runner.plan import count_new_requests
from imagesearch_conformance.selfcheck.trial import Trial, Variant, VariantKind

#: Cost of a case whose requests were all sent before, so that it comes before any other.
_MIN_COST = 0.01


@frozen
class UnexpectedKill:
    """A fault that violates other requirements than its row says: `unexpected` in addition, `missing` not."""

    trial: Trial
    unexpected: frozenset[str]
    missing: frozenset[str]


@frozen
class KillMatrix:
    """All trials, with the contracts by revision and the cases for the references by id.

    If not every variant was tried (`is_complete`), requirements and cases without a kill are not reported.
    """

    contracts: Mapping[str, Contract]
    cases: Mapping[str, Case]
    trials: tuple[Trial, ...]
    is_complete: bool = True

    @property
    def fault_trials(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if not trial.variant.is_conforming)

    @property
    def conforming_trials(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.variant.is_conforming)

    @property
    def survivors(self) -> tuple[Trial, ...]:
        """Faults that were not detected."""
        return tuple(trial for trial in self.fault_trials if not trial.is_killed)

    @property
    def false_alarms(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.conforming_trials if trial.is_false_alarm)

    @property
    def unexpected_kills(self) -> tuple[UnexpectedKill, ...]:
        kills = (_find_unexpected(trial, self.contracts[trial.variant.document]) for trial in self.fault_trials)
        return tuple(kill for kill in kills if kill is not None)

    @property
    def imprecise_trials(self) -> tuple[Trial, ...]:
        """Faults whose rows name more violated requirements than broken ones."""
        return tuple(
            trial
            for trial in self.fault_trials
            if contract_faults(self.contracts[trial.variant.document])[trial.variant.name].side_effects
        )

    @property
    def requirements(self) -> Mapping[str, Requirement]:
        """The requirements of all revisions, by id."""
        return {
            requirement_id: requirement
            for contract in self.contracts.values()
            for requirement_id, requirement in contract.requirements.items()
        }

    @property
    def uncovered_requirements(self) -> tuple[Requirement, ...]:
        """Requirements that are judged in trials, but that no fault violates."""
        if not self.is_complete:
            return ()
        violated = frozenset[str]().union(*(trial.violated_requirements for trial in self.fault_trials))
        covered = violated | self.exempt_requirements.keys()
        return tuple(requirement for requirement in self.requirements.values() if requirement.id not in covered)

    @property
    def uncovered_must_requirements(self) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.uncovered_requirements if requirement.level is Level.MUST)

    @property
    def exempt_requirements(self) -> Mapping[str, str]:
        """Requirements that no trial can judge, since none of a reference does, with the reason."""
        references = [trial for trial in self.conforming_trials if trial.variant.kind is VariantKind.REFERENCE]
        not_exercised = {name: reason for trial in references for name, reason in trial.not_exercised.items()}
        exercised = (
            self.contracts[trial.variant.document].requirements.keys() - trial.not_exercised for trial in references
        )
        judged = frozenset[str]().union(*exercised)
        return {name: reason for name, reason in not_exercised.items() if name not in judged}

    @property
    def cases_never_first(self) -> tuple[str, ...]:
        """Cases that were never the first to detect a fault."""
        first = {trial.first_kill.case_id for trial in self.fault_trials if trial.first_kill is not None}
        return tuple(case_id for case_id in self.cases if case_id not in first) if self.is_complete else ()

    @property
    def has_passed(self) -> bool:
        """True if the suite detects every fault as expected, flags nothing conforming and covers every MUST."""
        return not (self.survivors or self.false_alarms or self.unexpected_kills or self.uncovered_must_requirements)


def _find_unexpected(trial: Trial, contract: Contract) -> UnexpectedKill | None:
    fault = contract_faults(contract)[trial.variant.name]
    expected, allowed = fault.must_fail(contract.requirements), fault.may_fail(contract.requirements)
    if expected <= trial.violated_requirements <= allowed:
        return None
    return UnexpectedKill(trial, trial.violated_requirements - allowed, expected - trial.violated_requirements)


def prioritize_cases(matrix: KillMatrix, survey_probes: Iterable[Probe]) -> CasePriority:
    """Order cases by a greedy cover of the faults, most kills per request first, after a survey with these probes."""
    faults_by_case = _faults_by_case(matrix)
    sent, kills = set(survey_probes), dict[str, int]()
    while case_id := _next_case(matrix.cases, faults_by_case, sent):
        detected = faults_by_case[case_id]
        kills[case_id] = len(detected)
        sent.update(probe for probe in matrix.cases[case_id].probes if not probe.fresh)
        faults_by_case = {name: faults - detected for name, faults in faults_by_case.items()}
    variants = [trial.variant for trial in matrix.fault_trials]
    return CasePriority(len(variants), kills, compute_source_digest(variants, matrix.cases))


def compute_source_digest(faults: Iterable[Variant], cases: Mapping[str, Case]) -> str:
    """Return the digest of what an order is computed from: an order with another digest is stale."""
    names = sorted(f"{fault.document} {fault.name}" for fault in faults)
    return json_digest([names, sorted((case.id, case.max_requests) for case in cases.values())])


def _faults_by_case(matrix: KillMatrix) -> dict[str, frozenset[str]]:
    faults: dict[str, set[str]] = {case_id: set() for case_id in matrix.cases}
    for trial in matrix.fault_trials:
        for kill in trial.kills:
            # A fault may change what the survey learns, and so lead to cases that the reference does not have.
            if kill.case_id in faults:
                faults[kill.case_id].add(trial.variant.name)
    return {case_id: frozenset(names) for case_id, names in faults.items()}


def _next_case(
    cases: Mapping[str, Case], faults_by_case: Mapping[str, frozenset[str]], sent_probes: set[Probe]
) -> str | None:
    """Return the case with the most new kills per request; the earliest one if several have the same."""
    useful = [case_id for case_id, faults in faults_by_case.items() if faults]
    return max(
        useful,
        key=lambda name: len(faults_by_case[name]) / (count_new_requests(cases[name], sent_probes) or _MIN_COST),
        default=None,
    )
