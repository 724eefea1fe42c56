"""The service that runs the cases of a session, in one place for all processes of the session."""

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
from imagesearch_conformance.model.finding import Finding, Outcome
from imagesearch_conformance.outcomes import CaseResult, worst_outcome
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.document import serialize_finding
from imagesearch_conformance.reports.text import clip_text, finding_with_requirement
from imagesearch_conformance.runner.case_priority import load_case_priority
from imagesearch_conformance.runner.endpoint_run import EndpointSession
from imagesearch_conformance.runner.events import RunRecord
from imagesearch_conformance.runner.plan import build_plan, case_area

#: Id of the one test that stands for all cases of a session whose survey failed.
SURVEY = "survey"

#: Reason of a case whose test failed before the case had a result: the worker crashed, or a hook or fixture failed.
_INTERRUPTED_REASON = "the test ended before the case ran, for a reason outside the target"


@frozen
class CaseInfo:
    """A case as a test: its id and title, and the properties to select it by.

    A case with `is_burst` disturbs all others. One with `is_assumed` would run if the survey had not failed.
    """

    id: str
    title: str
    level: str
    area: str
    kind: str
    is_burst: bool = False
    is_assumed: bool = False


#: The only test of a session whose survey failed.
SURVEY_CASE = CaseInfo(SURVEY, "survey of the target", "must", SURVEY, SURVEY)


@frozen
class CaseOutcome:
    """The outcome of a case; `text` has its findings, `deviation_reason` why they are accepted."""

    outcome: str
    reason: str | None = None
    text: str = ""
    deviation_reason: str | None = None


class CaseService(Protocol):
    """Lists and runs the cases of a session."""

    def list_cases(self) -> tuple[CaseInfo, ...]:
        """Return every case that may become a test."""

    def run_case(self, case_id: str) -> CaseOutcome:
        """Run a case and return its outcome."""


@define
class LocalCaseService:
    """The service in this process; thread-safe."""

    endpoint_session: EndpointSession
    _cases: dict[str, Case] = field(factory=dict, init=False)
    _over_budget: frozenset[str] = field(default=frozenset(), init=False)
    _record_lock: threading.Lock = field(factory=threading.Lock, init=False)
    _burst_lock: BurstLock = field(init=False)

    @_burst_lock.default
    def _default_burst_lock(self) -> BurstLock:
        return BurstLock()

    def begin(self) -> None:
        """Survey the target and plan; raise InvalidInput and InvalidSpec."""
        self.endpoint_session.begin()
        self._cases = {case.id: case for case in self._planned_cases()}
        self._over_budget = frozenset(case.id for case in self.endpoint_session.plan.over_budget)

    def list_cases(self) -> tuple[CaseInfo, ...]:
        """Return every case; after a failed survey, the cases that would run, or the one that reports the failure."""
        contract = self.endpoint_session.contract
        if self._cases:
            return tuple(_case_info(contract, case) for case in self._cases.values())
        return tuple(evolve(_case_info(contract, case), is_assumed=True) for case in self._assumed_cases()) or (
            SURVEY_CASE,
        )

    def _assumed_cases(self) -> tuple[Case, ...]:
        """Return the cases of an assumed survey, so that tests can be selected without the target."""
        session = self.endpoint_session
        if session.progress.stop_reason is None:
            return ()
        contract, target, options = session.contract, session.target, session.options
        survey = assumed_survey(contract, target)
        cases = build_cases(contract, target, survey, options.seed, options.examples)
        plan = build_plan(contract, cases, options, (), load_case_priority())
        return (*plan.cases, *plan.over_budget)

    def run_case(self, case_id: str) -> CaseOutcome:
        if case_id not in self._cases:
            return CaseOutcome(Outcome.ERRORED, self.endpoint_session.progress.stop_reason or f"unknown case {case_id}")
        results = self._run_and_record(self._cases[case_id])
        return _case_outcome(self.endpoint_session, results)

    def select_cases(self, case_ids: Iterable[str]) -> None:
        """Narrow the plan to the cases that are tests of this session."""
        selected, plan = set(case_ids), self.endpoint_session.plan
        if selected >= self._cases.keys():
            return
        cases = tuple(case for case in plan.cases if case.id in selected)
        over_budget = tuple(case for case in plan.over_budget if case.id in selected)
        unselected = tuple(case for case in self._cases.values() if case.id not in selected)
        self.endpoint_session.plan = evolve(
            plan, cases=cases, over_budget=over_budget, unselected=(*plan.unselected, *unselected)
        )
        # mypy takes the converter of the field for a generic one.
        self.endpoint_session.options = evolve(
            self.endpoint_session.options,
            select=tuple(_escape_glob(case.id) for case in (*cases, *over_budget)),  # type: ignore[misc]
        )

    def build_record(self, interrupted: Container[str] = ()) -> RunRecord:
        """Build the record; a planned case without a result is skipped, or errored if its test was interrupted."""
        session = self.endpoint_session
        progress = session.progress
        missing = [case for case in self._planned_cases() if case.id not in progress.results]
        for case in missing:
            if case.id in interrupted:
                progress.results[case.id] = CaseResult(case, Outcome.ERRORED, reason=_INTERRUPTED_REASON)
        missing = [case for case in missing if case.id not in interrupted]
        if missing and progress.stop_reason is None:
            progress.stop_reason = "the session ended before every case ran"
        for case in missing:
            session.record_result(progress.skip(case))
        return session.build_record()

    def _planned_cases(self) -> tuple[Case, ...]:
        plan = self.endpoint_session.plan
        return (*plan.cases, *plan.over_budget)

    def _run_and_record(self, case: Case) -> list[CaseResult]:
        with self._burst_lock.hold(burst=case.burst_size is not None):
            results = list(self._run_unlocked(case))
        with self._record_lock:
            return [self.endpoint_session.record_result(result) for result in results]

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
            # The requests of the burst must not cause rate limits for the next case.
            self.endpoint_session.dispatcher.runtime.sleep(BURST_SECONDS)


class BurstLock:
    """Lets several cases run at the same time, but a burst only alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running_count = 0
        self._burst_running = False

    @contextmanager
    def hold(self, *, burst: bool) -> Iterator[None]:
        """Hold the lock while one case runs."""
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
    kinds: Mapping[str, Any] = {
        "generated": case.examples is not None,
        "burst": case.burst_size,
        "relation": case.relation,
        "negative": case.violations,
    }
    return next((kind for kind, applies in kinds.items() if applies), "positive")


def _escape_glob(case_id: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in case_id)


def _case_outcome(session: EndpointSession, results: list[CaseResult]) -> CaseOutcome:
    outcome = worst_outcome([result.outcome for result in results])
    reason = next((result.reason for result in results if result.outcome is outcome and result.reason), None)
    redactor = Redactor.for_target(session.target).with_known_signatures(session.dispatcher.exchanges)
    texts = [text for result in results if (text := _failure_text(session, result, redactor))]
    reasons = {deviation.requirement: deviation.reason for deviation in session.deviations}
    deviation_reasons = [
        reasons[requirement_id]
        for result in results
        for requirement_id in sorted(result.violated_requirements)
        if requirement_id in reasons
    ]
    return CaseOutcome(
        outcome.value,
        None if reason is None else redactor.redact_and_clip(reason),
        "\n\n".join(texts),
        deviation_reasons[0] if deviation_reasons else None,
    )


def _failure_text(session: EndpointSession, result: CaseResult, redactor: Redactor) -> str:
    """Return the findings of a case as lines of text, without secrets; empty without findings."""
    if not result.judgement.findings:
        return ""
    own_redactor = redactor.with_own_signatures(result.exchanges)
    lines = [clip_text(result.case.title)]
    for finding in result.judgement.findings:
        lines += _finding_lines(session, result, finding, own_redactor)
    return "\n".join(lines)


def _finding_lines(session: EndpointSession, result: CaseResult, finding: Finding, redactor: Redactor) -> Iterator[str]:
    yield finding_with_requirement(session.contract, serialize_finding(finding, redactor))
    if finding.exchange_index < len(result.exchanges):
        exchange = redactor.serialize_exchange(result.exchanges[finding.exchange_index], session.target.endpoint)
        request, response = exchange["request"], exchange["response"]
        yield clip_text(f"sent: {request['method']} {request['url']} {request['body']}")
        yield clip_text(f"received: {response['status']} {response.get('body', response.get('bodyBase64', ''))}")


def has_run_failure(record: RunRecord) -> bool:
    """Return whether something failed that no single test shows: a check of the whole run, or an early end."""
    shown = {
        requirement_id
        for result in record.cases
        if result.outcome is Outcome.FAILED
        for requirement_id in result.violated_requirements
    }
    has_hidden_failure = any(
        result.outcome is Outcome.FAILED and result.requirement.id not in shown for result in record.requirements
    )
    return (
        has_hidden_failure
        or record.stop_reason is not None
        or any(deviation.state.is_failure for deviation in record.deviations)
    )
