"""The kill matrix: which requirements and cases noticed which faults, and what nobody noticed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Level, Requirement
from imagesearch_conformance.selfcheck.trial import Trial
from imagesearch_conformance.selfcheck.variant import VariantKind


@frozen
class UnexpectedKill:
    """A fault that trips other requirements than its row says: these besides, and not those."""

    trial: Trial
    unexpected: frozenset[str]
    missing: frozenset[str]


@frozen
class KillMatrix:
    """All trials, with the contracts of their revisions and the cases that are made of the references.

    `whole` says that every subject was tried; otherwise nothing is said of what none of them did.
    """

    contracts: Mapping[str, Contract]
    cases: Mapping[str, Case]
    trials: tuple[Trial, ...]
    is_complete: bool = True

    @property
    def fault_trials(self) -> tuple[Trial, ...]:
        """The trials of faults."""
        return tuple(one for one in self.trials if not one.variant.is_conforming)

    @property
    def conforming_trials(self) -> tuple[Trial, ...]:
        """The trials of what conforms."""
        return tuple(one for one in self.trials if one.variant.is_conforming)

    @property
    def survivors(self) -> tuple[Trial, ...]:
        """Faults that nothing noticed."""
        return tuple(one for one in self.fault_trials if not one.is_killed)

    @property
    def false_alarms(self) -> tuple[Trial, ...]:
        """False alarms."""
        return tuple(one for one in self.conforming_trials if one.is_false_alarm)

    @property
    def unexpected_kills(self) -> tuple[UnexpectedKill, ...]:
        """Faults that do not trip exactly what their rows say."""
        found = (_find_unexpected(one, self.contracts[one.variant.document]) for one in self.fault_trials)
        return tuple(one for one in found if one is not None)

    @property
    def imprecise_trials(self) -> tuple[Trial, ...]:
        """Faults that trip more than what they break, as far as their rows say so."""
        return tuple(
            one
            for one in self.fault_trials
            if contract_faults(self.contracts[one.variant.document])[one.variant.name].side_effects
        )

    @property
    def requirements(self) -> Mapping[str, Requirement]:
        """The registers of all revisions in one."""
        return {name: one for contract in self.contracts.values() for name, one in contract.requirements.items()}

    @property
    def uncovered_requirements(self) -> tuple[Requirement, ...]:
        """Requirements that no fault trips, though they are judged in a trial."""
        tripped = frozenset[str]().union(*(one.violated_requirements for one in self.fault_trials))
        open_ones = (one for one in self.requirements.values() if one.id not in self.exempt_requirements)
        return tuple(one for one in open_ones if one.id not in tripped) if self.is_complete else ()

    @property
    def uncovered_must_requirements(self) -> tuple[Requirement, ...]:
        """Those of them that bind."""
        return tuple(one for one in self.uncovered_requirements if one.level is Level.MUST)

    @property
    def exempt_requirements(self) -> Mapping[str, str]:
        """The requirements that no trial can judge, since not even one of a reference does, with the reason."""
        references = [one for one in self.conforming_trials if one.variant.kind is VariantKind.REFERENCE]
        idle = {name: reason for one in references for name, reason in one.not_exercised.items()}
        exercised = (self.contracts[one.variant.document].requirements.keys() - one.not_exercised for one in references)
        judged = frozenset[str]().union(*exercised)
        return {name: reason for name, reason in idle.items() if name not in judged}

    @property
    def cases_never_first(self) -> tuple[str, ...]:
        """Cases that never were the first to notice a fault."""
        first = {one.first_kill.case_id for one in self.fault_trials if one.first_kill is not None}
        return tuple(name for name in self.cases if name not in first) if self.is_complete else ()

    @property
    def is_sound(self) -> bool:
        """Whether the suite can be trusted: nothing escapes, nothing is a false alarm, nothing is unexplained."""
        return not (self.survivors or self.false_alarms or self.unexpected_kills or self.uncovered_must_requirements)


def _find_unexpected(trial: Trial, contract: Contract) -> UnexpectedKill | None:
    fault = contract_faults(contract)[trial.variant.name]
    due, possible = fault.must_fail(contract.requirements), fault.may_fail(contract.requirements)
    if due <= trial.violated_requirements <= possible:
        return None
    return UnexpectedKill(trial, trial.violated_requirements - possible, due - trial.violated_requirements)
