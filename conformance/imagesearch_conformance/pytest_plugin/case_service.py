"""Where the cases of a session are made: in one place, whichever process a test runs in."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from attrs import define, evolve, field, frozen

from imagesearch_conformance.cases.build import assumed_survey, build_cases
from imagesearch_conformance.checks.expected_outcome import BURST_SECONDS
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.outcomes import CaseResult, worst_outcome
from imagesearch_conformance.pytest_plugin.failure_text import failure_text
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.runner.case_priority import load_case_priority
from imagesearch_conformance.runner.endpoint_run import EndpointSession
from imagesearch_conformance.runner.events import RunRecord
from imagesearch_conformance.runner.plan import build_plan, case_area

#: What stands for the cases of a session in which nothing could be learned of the target.
SURVEY = "survey"

#: Why a case was not judged whose test failed before there was a result: its worker crashed, or something of the host.
_INTERRUPTED_REASON = "its test broke off before the case was made, by something else than the target"


@frozen
class CaseInfo:
    """A case as a test: its id and title, and what it can be selected by.

    `burst`: it disturbs all others. `assumed`: it would be made, had the target said what it holds.
    """

    id: str
    title: str
    level: str
    area: str
    kind: str
    is_burst: bool = False
    is_assumed: bool = False


#: The one test of a session in which nothing could be learned of the target.
SURVEY_CASE = CaseInfo(SURVEY, "what the target holds", "must", SURVEY, SURVEY)


@frozen
class CaseOutcome:
    """What became of a case; `text` explains what departed, and `known` why that is accepted."""

    outcome: str
    reason: str | None = None
    text: str = ""
    deviation_reason: str | None = None


class CaseService(Protocol):
    """Knows what is planned, and makes it."""

    def list_cases(self) -> tuple[CaseInfo, ...]:
        """Every case that may become a test."""

    def run_case(self, case_id: str) -> CaseOutcome:
        """What becomes of a case."""


@define
class LocalCaseService:
    """The office in this process; safe for many threads."""

    endpoint_session: EndpointSession
    _cases: dict[str, Case] = field(factory=dict, init=False)
    _over_budget: frozenset[str] = field(default=frozenset(), init=False)
    _record_lock: threading.Lock = field(factory=threading.Lock, init=False)
    _burst_lock: BurstLock = field(init=False)

    @_burst_lock.default
    def _default_burst_lock(self) -> BurstLock:
        return BurstLock()

    def begin(self) -> None:
        """Learns what the target holds, and plans; raises BadInput and BadSpec."""
        self.endpoint_session.begin()
        chosen = self.endpoint_session.plan
        self._cases = {case.id: case for case in (*chosen.cases, *chosen.over_budget)}
        self._over_budget = frozenset(case.id for case in chosen.over_budget)

    def list_cases(self) -> tuple[CaseInfo, ...]:
        """Every case; what would be asked, or one item that says why there is none, where nothing was learned."""
        contract = self.endpoint_session.contract
        if self._cases:
            return tuple(_case_info(contract, case) for case in self._cases.values())
        return tuple(evolve(_case_info(contract, case), is_assumed=True) for case in self._assumed_cases()) or (
            SURVEY_CASE,
        )

    def _assumed_cases(self) -> tuple[Case, ...]:
        """What can be selected, whatever the target holds."""
        certification = self.endpoint_session
        if certification.progress.stop_reason is None:
            return ()
        contract, target, options = certification.contract, certification.target, certification.options
        survey = assumed_survey(contract, target)
        cases = build_cases(contract, target, survey, options.seed, options.examples)
        chosen = build_plan(contract, cases, options, (), load_case_priority())
        return (*chosen.cases, *chosen.over_budget)

    def run_case(self, case_id: str) -> CaseOutcome:
        """What becomes of a case, made now."""
        if case_id not in self._cases:
            return CaseOutcome(
                Outcome.ERRORED, self.endpoint_session.progress.stop_reason or f"there is no case {case_id}"
            )
        results = self._run_and_record(self._cases[case_id])
        return _case_outcome(self.endpoint_session, results)

    def select_cases(self, case_ids: Iterable[str]) -> None:
        """Says which of the planned cases are tests of this session: the others were not selected."""
        wanted, chosen = set(case_ids), self.endpoint_session.plan
        if wanted >= self._cases.keys():
            return
        kept = tuple(case for case in chosen.cases if case.id in wanted)
        beyond = tuple(case for case in chosen.over_budget if case.id in wanted)
        others = tuple(case for case in self._cases.values() if case.id not in wanted)
        options = self.endpoint_session.options
        self.endpoint_session.plan = evolve(
            chosen, cases=kept, over_budget=beyond, unselected=(*chosen.unselected, *others)
        )
        # The type checker takes the converter of the field for one that keeps the type of items open.
        self.endpoint_session.options = evolve(
            options,
            select=tuple(_escape_glob(case.id) for case in (*kept, *beyond)),  # type: ignore[misc]
        )

    def build_record(self, interrupted: Container[str] = ()) -> RunRecord:
        """The record of the session; what was planned and not made is left out, or errored where its test broke off."""
        certification = self.endpoint_session
        progress = certification.progress
        missing = [case for case in self._planned_cases() if case.id not in progress.results]
        for case in missing:
            if case.id in interrupted:
                progress.results[case.id] = CaseResult(case, Outcome.ERRORED, reason=_INTERRUPTED_REASON)
        missing = [case for case in missing if case.id not in interrupted]
        if missing and progress.stop_reason is None:
            progress.stop_reason = "the session ended before every case was made"
        for case in missing:
            certification.record_result(progress.skip(case))
        return certification.build_record()

    def _planned_cases(self) -> tuple[Case, ...]:
        chosen = self.endpoint_session.plan
        return (*chosen.cases, *chosen.over_budget)

    def _run_and_record(self, case: Case) -> list[CaseResult]:
        with self._burst_lock.hold(burst=case.burst_size is not None):
            results = list(self._run_unlocked(case))
        with self._record_lock:
            return [self.endpoint_session.record_result(one) for one in results]

    def _run_unlocked(self, case: Case) -> Iterator[CaseResult]:
        if self.endpoint_session.should_stop():
            yield self.endpoint_session.progress.skip(case)
        elif case.id in self._over_budget:
            yield self.endpoint_session.skip_over_budget(case)
        elif case.examples is not None:
            yield from self.endpoint_session.run_generated([case])
        else:
            yield self.endpoint_session.run_case(case)
        if case.burst_size is not None:
            # Whatever follows must not be refused for what the burst asked.
            self.endpoint_session.dispatcher.runtime.sleep(BURST_SECONDS)


class BurstLock:
    """Lets cases be made side by side, and bursts alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running_count = 0
        self._burst_running = False

    @contextmanager
    def hold(self, *, burst: bool) -> Iterator[None]:
        """The time of one case."""
        with self._changed:
            self._changed.wait_for(lambda: not self._burst_running and (not burst or self._running_count == 0))
            self._running_count += 1
            self._burst_running = burst
        try:
            yield
        finally:
            with self._changed:
                self._running_count -= 1
                self._burst_running = self._burst_running and not burst
                self._changed.notify_all()


def _case_info(contract: Contract, case: Case) -> CaseInfo:
    level = contract.requirements[case.requirements[0]].level.value
    return CaseInfo(
        case.id, case.title, level, case_area(contract, case), _case_kind(case), case.burst_size is not None
    )


def _case_kind(case: Case) -> str:
    """What a case does, in a word to select it by."""
    kinds: Mapping[str, Any] = {
        "generated": case.examples is not None,
        "burst": case.burst_size,
        "relation": case.relation,
        "negative": case.violations,
    }
    return next((name for name, so in kinds.items() if so), "positive")


def _escape_glob(case_id: str) -> str:
    """A glob that this id fits, and no other."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in case_id)


def _case_outcome(endpoint_session: EndpointSession, results: list[CaseResult]) -> CaseOutcome:
    outcome = worst_outcome([one.outcome for one in results])
    reason = next((one.reason for one in results if one.outcome is outcome and one.reason), None)
    redactor = Redactor.for_target(endpoint_session.target).with_known_signatures(endpoint_session.dispatcher.exchanges)
    texts = [text for one in results if (text := failure_text(endpoint_session, one, redactor))]
    accepted = {one.requirement: one.reason for one in endpoint_session.deviations}
    known = [accepted[name] for one in results for name in sorted(one.violated_requirements) if name in accepted]
    said = None if reason is None else redactor.redact_and_clip(reason)
    return CaseOutcome(outcome.value, said, "\n\n".join(texts), known[0] if known else None)


def has_run_failure(record: RunRecord) -> bool:
    """Whether something is wrong that perhaps no single test shows: what only a whole run tells, or an early end."""
    shown = {name for one in record.cases if one.outcome is Outcome.FAILED for name in one.violated_requirements}
    failed = any(one.outcome is Outcome.FAILED and one.requirement.id not in shown for one in record.requirements)
    return failed or record.stop_reason is not None or any(one.state.is_failure for one in record.deviations)
