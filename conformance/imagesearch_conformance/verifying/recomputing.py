"""The whole run judged again: every case, then what only a whole run shows, then requirements and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from attrs import define, field, frozen

from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.checks.run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.deviation import DeviationResult
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.reports.deviations import deviations_of
from imagesearch_conformance.reports.recorded import policy_of, target_of
from imagesearch_conformance.runner.deviations import Look
from imagesearch_conformance.runner.folding import folded
from imagesearch_conformance.runner.ourselves import is_ours
from imagesearch_conformance.runner.planning import deselected, fits
from imagesearch_conformance.runner.rounds import Rounds
from imagesearch_conformance.runner.summing import summed
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verdicts import (
    NOT_SELECTED,
    CaseResult,
    Policy,
    RequirementResult,
)
from imagesearch_conformance.verifying.departures import begun, departures
from imagesearch_conformance.verifying.entries import Entries, Entry
from imagesearch_conformance.verifying.listing import options_of, unselected
from imagesearch_conformance.verifying.rejudging import Limits, rejudged


@frozen
class Recomputed:
    """What came out anew: of each case and generated request in the order of the report, or what is wrong with it.

    Where any of them could not be judged again there is neither a result of requirements nor a verdict.
    """

    cases: tuple[CaseResult | str | None, ...]
    generated: tuple[CaseResult | str | None, ...]
    requirements: tuple[RequirementResult, ...] = ()
    run_judgements: Mapping[str, Judgement] = field(factory=dict)
    verdict: Verdict | None = None
    deviations: tuple[DeviationResult, ...] = ()


def recomputed(contract: Contract, document: dict[str, Any], entries: Entries) -> Recomputed:
    """Judges everything again that a report stores."""
    return _Recomputing(contract, document, entries).made()


@define
class _Recomputing:
    contract: Contract
    document: dict[str, Any]
    entries: Entries
    policy: Policy = field(init=False)
    target: Target = field(init=False)
    unwanted: frozenset[str] = field(init=False)
    limits: Limits = field(init=False)

    def __attrs_post_init__(self) -> None:
        suite, target = self.document["suite"], self.document["target"]
        self.policy, self.target = policy_of(self.document), target_of(target, target["endpoint"])
        self.limits = Limits(suite.get("budget"), self.document["trouble"])
        self.unwanted = deselected(self.contract, Options(deselect=suite.get("deselect", ())))

    def made(self) -> Recomputed:
        """The results of everything."""
        seen = partial(judge, defects=self.entries.defects())
        rounds = Rounds(self.contract, self.target, self.policy, self.unwanted, seen)
        cases = [None if one.case.examples is not None else self._judged(rounds, one) for one in self.entries.cases]
        named = {one.case.id: made for one, made in zip(self.entries.cases, cases, strict=True)}
        generated = tuple(
            named[one.name] if one.entry is None else self._judged(rounds, one.entry) for one in self.entries.generated
        )
        if any(isinstance(one, str) or one is None for one in generated):
            return Recomputed(tuple(cases), generated)
        told = [one for one in generated if isinstance(one, CaseResult)]
        self._sum(cases, told)
        results = tuple(one for one in cases if isinstance(one, CaseResult))
        if len(results) < len(cases):
            return Recomputed(tuple(cases), generated)
        return self._whole(results, tuple(told))

    def _judged(self, rounds: Rounds, entry: Entry) -> CaseResult | str | None:
        if not all(one.whole for one in entry.stored):
            return None
        return rejudged(rounds, entry, self.limits)

    def _sum(self, cases: list[CaseResult | str | None], generated: list[CaseResult]) -> None:
        """Fills in the cases that stand for generated requests, one source after the other."""
        reported = {one.name for one in self.entries.generated if one.entry is None}
        told = _departures(
            one
            for one in cases
            if isinstance(one, CaseResult) and one.case.burst is None and one.case.id not in reported
        )
        for index, entry in enumerate(self.entries.cases):
            if entry.case.examples is None:
                continue
            source = entry.case.requirements[0]
            pairs = zip(self.entries.generated, generated, strict=True)
            own = [(one, result) for one, result in pairs if one.source == source]
            told |= _departures(result for one, result in own if one.entry is None)
            # The same request may come up twice in one source and is sent once.
            results = list({result.case.id: result for _, result in own}.values())
            cases[index] = summed(entry.case, source, results, told, _trouble(entry, self.limits))

    def _whole(self, cases: tuple[CaseResult, ...], generated: tuple[CaseResult, ...]) -> Recomputed:
        judged = judge_run(
            self.contract,
            self.target,
            [
                *((one.case, one.exchanges) for one in (*cases, *generated)),
                *((case, (one.exchange,)) for case, one in self.entries.denied),
            ],
        )
        look, known = self._look(cases, generated, judged), departures(self.document, self.contract)
        found = folded(self.contract, self.policy, look, known, self._left_out())
        return Recomputed(cases, generated, found.requirements, found.judged, found.verdict, found.deviations)

    def _look(
        self, cases: tuple[CaseResult, ...], generated: tuple[CaseResult, ...], judged: Mapping[str, Judgement]
    ) -> Look:
        left_out = unselected(self.document, self.contract) if deviations_of(self.document) else ()
        return Look(
            options_of(self.document), begun(self.document), left_out, self.unwanted, cases, generated, judged,
            self.document["trouble"],
        )  # fmt: skip

    def _left_out(self) -> frozenset[str]:
        """The requirements whose cases were not selected, as far as the selection may have done that."""
        suite = self.document["suite"]
        select, deselect = suite.get("select", []), suite.get("deselect", [])
        said = {one["id"] for one in self.document["requirements"] if one["reason"] == NOT_SELECTED}
        possible = {one for one in said if deselect or (select and not fits([one], select))}
        return self.unwanted | possible


def _departures(results: Iterator[CaseResult]) -> frozenset[str]:
    return frozenset(one.requirement for result in results for one in result.judgement.findings)


def _trouble(entry: Entry, limits: Limits) -> str | None:
    """Why the search for failures ended early: only a report can say."""
    skipped = entry.written["outcome"] == Outcome.SKIPPED and limits.any
    ours = entry.written["outcome"] == Outcome.ERRORED and is_ours(entry.reason or "")
    return entry.reason if skipped or ours else None
