"""The whole of it: every subject is tried, and the trials make a matrix, an order of the cases, and a curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from attrs import frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.runner.worth import Worth
from imagesearch_conformance.selfcheck.cover import inputs, worth_of
from imagesearch_conformance.selfcheck.matrix import Matrix
from imagesearch_conformance.selfcheck.subject import Subject, subjects
from imagesearch_conformance.selfcheck.trial import Trial
from imagesearch_conformance.selfcheck.trying import Bench
from imagesearch_conformance.selfcheck.workers import Attempt, trials


@frozen
class Selfcheck:
    """What is tried: subjects of some revisions of a contract directory, and faults again with each of the budgets.

    `whole` says that nothing was left out.
    """

    spec: Path | None
    contracts: Mapping[str, Contract]
    subjects: tuple[Subject, ...]
    budgets: tuple[int, ...]
    http: bool
    whole: bool

    @classmethod
    def of(
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
        further = () if document else (load(spec, name) for name in base.documents.revisions)
        contracts = {one.document: one for one in (base, *further)}
        chosen = subjects(tuple(contracts.values()), patterns)
        return cls(spec, contracts, chosen, tuple(sorted(set(budgets))), http, not (document or patterns))

    @property
    def orders(self) -> bool:
        """Whether the order of cases that ships can be made of it."""
        return self.whole and not self.http and self.spec is None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every trial that is to be made."""
        full = [Attempt(one, self.spec, None, self.http) for one in self.subjects]
        faults = [one for one in self.subjects if not one.conforming]
        return (*full, *(Attempt(one, self.spec, most, self.http) for most in self.budgets for one in faults))

    def trials(self, processes: int) -> Iterator[Trial]:
        """Makes them all, in so many processes."""
        return trials(self.attempts, processes)

    def matrix(self, made: Sequence[Trial]) -> Matrix:
        """What the trials without a budget show."""
        return Matrix(self.contracts, self.cases, tuple(one for one in made if one.budget is None), self.whole)

    def worth(self, matrix: Matrix) -> Worth:
        """The order of cases that the matrix suggests."""
        _, surveyed = self._references[0]
        return worth_of(matrix, surveyed)

    @property
    def made_from(self) -> str | None:
        """The digest of what an order would be made from, where one can be made."""
        return inputs([one for one in self.subjects if not one.conforming], self.cases) if self.orders else None

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
        return [Bench.of(self.spec, name).reference() for name in self.contracts]
