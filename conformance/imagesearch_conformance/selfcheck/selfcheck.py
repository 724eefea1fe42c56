"""The self-check: run a trial of every variant, in several processes, and evaluate them together."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, cached_property
from multiprocessing import get_context
from pathlib import Path

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.runner.case_priority import CasePriority
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix, compute_source_digest, prioritize_cases
from imagesearch_conformance.selfcheck.trial import Trial, Variant, select_variants
from imagesearch_conformance.selfcheck.trial_runner import TrialRunner


@frozen
class TrialSpec:
    """A trial to run: the variant, the contract directory, the budget, and whether over HTTP."""

    variant: Variant
    spec: Path | None = None
    budget: int | None = None
    http: bool = False


@frozen
class Selfcheck:
    """Variants of some revisions to try, and budgets with which to try the faults again.

    `is_complete` means that no variant is left out.
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
        """Select every revision unless one is named, and every variant unless there are patterns.

        Raise InvalidInput and InvalidSpec.
        """
        base = load(spec, document)
        later = () if document else (load(spec, revision) for revision in base.spec_files.revisions)
        contracts = {contract.revision: contract for contract in (base, *later)}
        variants = select_variants(tuple(contracts.values()), patterns)
        return cls(spec, contracts, variants, tuple(sorted(set(budgets))), http, not (document or patterns))

    @property
    def can_build_priority(self) -> bool:
        """True if the order of cases that ships can be computed from it."""
        return self.is_complete and not self.http and self.spec is None

    @property
    def faults(self) -> tuple[Variant, ...]:
        return tuple(variant for variant in self.variants if not variant.is_conforming)

    @property
    def trial_specs(self) -> tuple[TrialSpec, ...]:
        full = [TrialSpec(variant, self.spec, None, self.http) for variant in self.variants]
        return (
            *full,
            *(TrialSpec(fault, self.spec, budget, self.http) for budget in self.budgets for fault in self.faults),
        )

    def run_trials(self, processes: int) -> Iterator[Trial]:
        """Run all trials in parallel processes; yield them in the order of their specs."""
        return run_trials(self.trial_specs, processes)

    def build_matrix(self, trials: Sequence[Trial]) -> KillMatrix:
        """Return the matrix of the trials without a budget."""
        full = tuple(trial for trial in trials if trial.budget is None)
        return KillMatrix(self.contracts, self.cases, full, self.is_complete)

    def build_priority(self, matrix: KillMatrix) -> CasePriority:
        _, survey_probes = self._references[0]
        return prioritize_cases(matrix, survey_probes)

    @property
    def source_digest(self) -> str | None:
        """The digest that an order computed now would have; None if none can be computed."""
        return compute_source_digest(self.faults, self.cases) if self.can_build_priority else None

    @property
    def cases(self) -> Mapping[str, Case]:
        """The cases for all references by id, those of the first revision first."""
        by_id: dict[str, Case] = {}
        for cases, _ in self._references:
            for case in cases:
                by_id.setdefault(case.id, case)
        return by_id

    @cached_property
    def _references(self) -> Sequence[tuple[tuple[Case, ...], tuple[Probe, ...]]]:
        """The cases for the reference of each revision, and the probes of the survey before them."""
        return [TrialRunner.from_spec(self.spec, document).build_reference_cases() for document in self.contracts]


def run_trials(specs: Sequence[TrialSpec], processes: int) -> Iterator[Trial]:
    """Yield the trials in the order of their specs."""
    if processes == 1:
        yield from map(_run_trial, specs)
        return
    # Workers are spawned, so that they inherit neither threads nor memory of this process.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _initialize_worker)
    try:
        yield from pool.map(_run_trial, specs)
    finally:
        pool.shutdown(cancel_futures=True)


def _initialize_worker() -> None:
    """Leave Ctrl-C to the parent process; disable garbage collection, which short-lived workers do not need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _run_trial(spec: TrialSpec) -> Trial:
    runner = _trial_runner(spec.spec, spec.variant.document, use_cache=not spec.http)
    return runner.run_trial(spec.variant, spec.budget, http=spec.http)


@cache
def _trial_runner(spec: Path | None, document: str, *, use_cache: bool) -> TrialRunner:
    """Return the runner of this process for a revision: a pool can pass nothing but specs to its workers."""
    runner = TrialRunner.from_spec(spec, document)
    if use_cache:
        runner.fill_cache()
    return runner
