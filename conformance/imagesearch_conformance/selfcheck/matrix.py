"""The kill matrix: which requirements and cases noticed which faults, and what nobody noticed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.faults import catalogue
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Level, Requirement
from imagesearch_conformance.selfcheck.subject import Kind
from imagesearch_conformance.selfcheck.trial import Trial


@frozen
class Surprise:
    """A fault that trips other requirements than its row says: these besides, and not those."""

    trial: Trial
    besides: frozenset[str]
    not_tripped: frozenset[str]


@frozen
class Matrix:
    """All trials, with the contracts of their revisions and the cases that are made of the references.

    `whole` says that every subject was tried; otherwise nothing is said of what none of them did.
    """

    contracts: Mapping[str, Contract]
    cases: Mapping[str, Case]
    trials: tuple[Trial, ...]
    whole: bool = True

    @property
    def faults(self) -> tuple[Trial, ...]:
        """The trials of faults."""
        return tuple(one for one in self.trials if not one.subject.conforming)

    @property
    def conforming(self) -> tuple[Trial, ...]:
        """The trials of what conforms."""
        return tuple(one for one in self.trials if one.subject.conforming)

    @property
    def survivors(self) -> tuple[Trial, ...]:
        """Faults that nothing noticed."""
        return tuple(one for one in self.faults if not one.killed)

    @property
    def flagged(self) -> tuple[Trial, ...]:
        """False alarms."""
        return tuple(one for one in self.conforming if one.flagged)

    @property
    def surprises(self) -> tuple[Surprise, ...]:
        """Faults that do not trip exactly what their rows say."""
        found = (_compared(one, self.contracts[one.subject.document]) for one in self.faults)
        return tuple(one for one in found if one is not None)

    @property
    def imprecise(self) -> tuple[Trial, ...]:
        """Faults that trip more than what they break, as far as their rows say so."""
        return tuple(
            one for one in self.faults if catalogue(self.contracts[one.subject.document])[one.subject.name].besides
        )

    @property
    def requirements(self) -> Mapping[str, Requirement]:
        """The registers of all revisions in one."""
        return {name: one for contract in self.contracts.values() for name, one in contract.requirements.items()}

    @property
    def untripped(self) -> tuple[Requirement, ...]:
        """Requirements that no fault trips, though they are judged in a trial."""
        tripped = frozenset[str]().union(*(one.tripped for one in self.faults))
        open_ones = (one for one in self.requirements.values() if one.id not in self.exempted)
        return tuple(one for one in open_ones if one.id not in tripped) if self.whole else ()

    @property
    def unexplained(self) -> tuple[Requirement, ...]:
        """Those of them that bind."""
        return tuple(one for one in self.untripped if one.level is Level.MUST)

    @property
    def exempted(self) -> Mapping[str, str]:
        """The requirements that no trial can judge, since not even one of a reference does, with the reason."""
        references = [one for one in self.conforming if one.subject.kind is Kind.REFERENCE]
        idle = {name: reason for one in references for name, reason in one.idle.items()}
        exercised = (self.contracts[one.subject.document].requirements.keys() - one.idle for one in references)
        judged = frozenset[str]().union(*exercised)
        return {name: reason for name, reason in idle.items() if name not in judged}

    @property
    def never_first(self) -> tuple[str, ...]:
        """Cases that never were the first to notice a fault."""
        first = {one.first.case for one in self.faults if one.first is not None}
        return tuple(name for name in self.cases if name not in first) if self.whole else ()

    @property
    def sound(self) -> bool:
        """Whether the suite can be trusted: nothing escapes, nothing is a false alarm, nothing is unexplained."""
        return not (self.survivors or self.flagged or self.surprises or self.unexplained)


def _compared(trial: Trial, contract: Contract) -> Surprise | None:
    fault = catalogue(contract)[trial.subject.name]
    due, possible = fault.trips(contract.requirements), fault.may_trip(contract.requirements)
    if due <= trial.tripped <= possible:
        return None
    return Surprise(trial, trial.tripped - possible, due - trial.tripped)
