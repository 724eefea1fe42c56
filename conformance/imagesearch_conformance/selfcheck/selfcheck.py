"""The whole of it: every subject is tried, and the trials make a matrix, an order of the cases, and a curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.runner.case_priority import CasePriority
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix
from imagesearch_conformance.selfcheck.prioritize import compute_inputs_digest, prioritize_cases
from imagesearch_conformance.selfcheck.trial import Trial
from imagesearch_conformance.selfcheck.trial_runner import TrialRunner
from imagesearch_conformance.selfcheck.variant import Variant, select_variants
from imagesearch_conformance.selfcheck.workers import TrialSpec, run_trials


@frozen
class Selfcheck:
    """What is tried: subjects of some revisions of a contract directory, and faults again with each of the budgets.

    `whole` says that nothing was left out.
    """

    spec: Path | None
    contracts: Mapping[str, Contract]
    variants: tuple[Variant, ...]
    budgets: tuple[int, ...]
    http: bool
    is_complete: bool

    @classmethod
    def create(
        cls,
        spec: Path | None = None,
        document: str | None = None,
        patterns: Sequence[str] = (),
        budgets: Sequence[int] = (),
        *,
        http: bool = False,
    ) -> Selfcheck:
        """Every revision unless one is named, and everything unless patterns say what; raises BadInput and BadSpec."""
        base = load(spec, document)
        further = () if document else (load(spec, name) for name in base.spec_files.revisions)
        contracts = {one.revision: one for one in (base, *further)}
        chosen = select_variants(tuple(contracts.values()), patterns)
        return cls(spec, contracts, chosen, tuple(sorted(set(budgets))), http, not (document or patterns))

    @property
    def can_build_priority(self) -> bool:
        """Whether the order of cases that ships can be made of it."""
        return self.is_complete and not self.http and self.spec is None

    @property
    def trial_specs(self) -> tuple[TrialSpec, ...]:
        """Every trial that is to be made."""
        full = [TrialSpec(one, self.spec, None, self.http) for one in self.variants]
        faults = [one for one in self.variants if not one.is_conforming]
        return (*full, *(TrialSpec(one, self.spec, most, self.http) for most in self.budgets for one in faults))

    def run_trials(self, processes: int) -> Iterator[Trial]:
        """Makes them all, in so many processes."""
        return run_trials(self.trial_specs, processes)

    def build_matrix(self, trials: Sequence[Trial]) -> KillMatrix:
        """What the trials without a budget show."""
        return KillMatrix(
            self.contracts, self.cases, tuple(one for one in trials if one.budget is None), self.is_complete
        )

    def build_priority(self, matrix: KillMatrix) -> CasePriority:
        """The order of cases that the matrix suggests."""
        _, surveyed = self._references[0]
        return prioritize_cases(matrix, surveyed)

    @property
    def inputs_digest(self) -> str | None:
        """The digest of what an order would be made from, where one can be made."""
        return (
            compute_inputs_digest([one for one in self.variants if not one.is_conforming], self.cases)
            if self.can_build_priority
            else None
        )

    @property
    def cases(self) -> Mapping[str, Case]:
        """The cases that are made of the references, by their ids; those of the first revision come first."""
        found: dict[str, Case] = {}
        for case in (one for made, _ in self._references for one in made):
            found.setdefault(case.id, case)
        return found

    @cached_property
    def _references(self) -> Sequence[tuple[tuple[Case, ...], tuple[Probe, ...]]]:
        """What each reference is asked: its cases, and the probes of the survey before them."""
        return [TrialRunner.from_spec(self.spec, name).build_reference_cases() for name in self.contracts]
