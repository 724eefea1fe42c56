"""Where the cases of a session are made: in one place, whichever process a test runs in."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from attrs import define, evolve, field, frozen

from imagesearch_conformance.cases.assumption import assumed_survey
from imagesearch_conformance.checks.burst import SECONDS_OF_A_BURST
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.pytest_plugin.telling import told_of
from imagesearch_conformance.runner.certification import Certification
from imagesearch_conformance.runner.events import Record
from imagesearch_conformance.runner.planning import area, plan
from imagesearch_conformance.runner.worth import shipped
from imagesearch_conformance.verdicts import CaseResult, worst

#: What stands for the cases of a session in which nothing could be learned of the target.
SURVEY = "survey"

#: Why a case was not judged whose test failed before there was a result: its worker crashed, or something of the host.
_BROKEN_OFF = "its test broke off before the case was made, by something else than the target"


@frozen
class Planned:
    """A case as a test: its id and title, and what it can be selected by.

    `burst`: it disturbs all others. `assumed`: it would be made, had the target said what it holds.
    """

    id: str
    title: str
    level: str
    area: str
    kind: str
    burst: bool = False
    assumed: bool = False


#: The one test of a session in which nothing could be learned of the target.
UNSURVEYED = Planned(SURVEY, "what the target holds", "must", SURVEY, SURVEY)


@frozen
class Made:
    """What became of a case; `text` explains what departed, and `known` why that is accepted."""

    outcome: str
    reason: str | None = None
    text: str = ""
    known: str | None = None


class Office(Protocol):
    """Knows what is planned, and makes it."""

    def planned(self) -> tuple[Planned, ...]:
        """Every case that may become a test."""

    def made(self, name: str) -> Made:
        """What becomes of a case."""


@define
class Desk:
    """The office in this process; safe for many threads."""

    certification: Certification
    _cases: dict[str, Case] = field(factory=dict, init=False)
    _beyond: frozenset[str] = field(default=frozenset(), init=False)
    _noting: threading.Lock = field(factory=threading.Lock, init=False)
    _traffic: Traffic = field(init=False)

    @_traffic.default
    def _calm(self) -> Traffic:
        return Traffic()

    def begin(self) -> None:
        """Learns what the target holds, and plans; raises BadInput and BadSpec."""
        self.certification.begin()
        chosen = self.certification.chosen
        self._cases = {case.id: case for case in (*chosen.cases, *chosen.beyond)}
        self._beyond = frozenset(case.id for case in chosen.beyond)

    def planned(self) -> tuple[Planned, ...]:
        """Every case; what would be asked, or one item that says why there is none, where nothing was learned."""
        contract = self.certification.contract
        if self._cases:
            return tuple(_planned(contract, case) for case in self._cases.values())
        return tuple(evolve(_planned(contract, case), assumed=True) for case in self._assumed()) or (UNSURVEYED,)

    def _assumed(self) -> tuple[Case, ...]:
        """What can be selected, whatever the target holds."""
        certification = self.certification
        if certification.progress.trouble is None:
            return ()
        contract, target, options = certification.contract, certification.target, certification.options
        survey = assumed_survey(contract, target)
        cases = certification.build(contract, target, survey, options.seed, options.examples)
        chosen = plan(contract, cases, options, (), shipped())
        return (*chosen.cases, *chosen.beyond)

    def made(self, name: str) -> Made:
        """What becomes of a case, made now."""
        if name not in self._cases:
            return Made(Outcome.ERRORED, self.certification.progress.trouble or f"there is no case {name}")
        results = self._results(self._cases[name])
        return _told(self.certification, results)

    def narrow(self, names: Iterable[str]) -> None:
        """Says which of the planned cases are tests of this session: the others were not selected."""
        wanted, chosen = set(names), self.certification.chosen
        if wanted >= self._cases.keys():
            return
        kept = tuple(case for case in chosen.cases if case.id in wanted)
        beyond = tuple(case for case in chosen.beyond if case.id in wanted)
        others = tuple(case for case in self._cases.values() if case.id not in wanted)
        options = self.certification.options
        self.certification.chosen = evolve(chosen, cases=kept, beyond=beyond, unselected=(*chosen.unselected, *others))
        # The type checker takes the converter of the field for one that keeps the type of items open.
        self.certification.options = evolve(
            options,
            select=tuple(_exactly(case.id) for case in (*kept, *beyond)),  # type: ignore[misc]
        )

    def record(self, broken: Container[str] = ()) -> Record:
        """The record of the session; what was planned and not made is left out, or errored where its test broke off."""
        certification = self.certification
        progress = certification.progress
        missing = [case for case in self._due() if case.id not in progress.results]
        for case in missing:
            if case.id in broken:
                progress.results[case.id] = CaseResult(case, Outcome.ERRORED, reason=_BROKEN_OFF)
        missing = [case for case in missing if case.id not in broken]
        if missing and progress.trouble is None:
            progress.trouble = "the session ended before every case was made"
        for case in missing:
            certification.noted(progress.left_out(case))
        return certification.record()

    def _due(self) -> tuple[Case, ...]:
        chosen = self.certification.chosen
        return (*chosen.cases, *chosen.beyond)

    def _results(self, case: Case) -> list[CaseResult]:
        with self._traffic.of(burst=case.burst is not None):
            results = list(self._making(case))
        with self._noting:
            return [self.certification.noted(one) for one in results]

    def _making(self, case: Case) -> Iterator[CaseResult]:
        if self.certification.ending():
            yield self.certification.progress.left_out(case)
        elif case.id in self._beyond:
            yield self.certification.beyond(case)
        elif case.examples is not None:
            yield from self.certification.generated([case])
        else:
            yield self.certification.made(case)
        if case.burst is not None:
            # Whatever follows must not be refused for what the burst asked.
            self.certification.dispatcher.surroundings.sleep(SECONDS_OF_A_BURST)


class Traffic:
    """Lets cases be made side by side, and bursts alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self._alone = False

    @contextmanager
    def of(self, *, burst: bool) -> Iterator[None]:
        """The time of one case."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and (not burst or self._under_way == 0))
            self._under_way += 1
            self._alone = burst
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._alone = self._alone and not burst
                self._changed.notify_all()


def _planned(contract: Contract, case: Case) -> Planned:
    level = contract.requirements[case.requirements[0]].level.value
    return Planned(case.id, case.title, level, area(contract, case), _kind(case), case.burst is not None)


def _kind(case: Case) -> str:
    """What a case does, in a word to select it by."""
    kinds: Mapping[str, Any] = {
        "generated": case.examples is not None,
        "burst": case.burst,
        "relation": case.relation,
        "negative": case.violations,
    }
    return next((name for name, so in kinds.items() if so), "positive")


def _exactly(name: str) -> str:
    """A glob that this id fits, and no other."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _told(certification: Certification, results: list[CaseResult]) -> Made:
    outcome = worst([one.outcome for one in results])
    reason = next((one.reason for one in results if one.outcome is outcome and one.reason), None)
    redactor = Redactor.of(certification.target).aware(certification.dispatcher.made)
    texts = [text for one in results if (text := told_of(certification, one, redactor))]
    accepted = {one.requirement: one.reason for one in certification.deviations}
    known = [accepted[name] for one in results for name in sorted(one.departures) if name in accepted]
    said = None if reason is None else redactor.said(reason)
    return Made(outcome.value, said, "\n\n".join(texts), known[0] if known else None)


def is_wrong(record: Record) -> bool:
    """Whether something is wrong that perhaps no single test shows: what only a whole run tells, or an early end."""
    shown = {name for one in record.cases if one.outcome is Outcome.FAILED for name in one.departures}
    failed = any(one.outcome is Outcome.FAILED and one.requirement.id not in shown for one in record.requirements)
    return failed or record.trouble is not None or any(one.state.fails for one in record.deviations)
