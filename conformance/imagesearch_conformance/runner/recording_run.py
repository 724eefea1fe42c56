"""Judges recorded traffic, as a stream of events like those of a run; nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from attrs import define, evolve, field, frozen

from imagesearch_conformance.checks.whole_run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.target import Instance, SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.recordings.model import HarFile, RecordingSummary
from imagesearch_conformance.recordings.select_calls import RecordedCall, SelectedCalls, select_calls
from imagesearch_conformance.runner.events import (
    CaseFinished,
    Event,
    RecordingSubject,
    RunFinished,
    RunPlanned,
    RunRecord,
)
from imagesearch_conformance.runner.recorded_calls import judge_recorded_requests, judge_recorded_responses
from imagesearch_conformance.runner.recording_selection import RecordingSelection, build_selection
from imagesearch_conformance.runner.run_state import RunStart
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.signing.parse import parse_signature

#: What stands for the address of an endpoint where there is none.
_UNKNOWN_ENDPOINT = "unknown"


@frozen
class RecordingSource:
    """A recording, its name, and what a profile or the environment says of the endpoint that was called.

    Without a profile it is not known what the endpoint holds; `target` then has the keys at most.
    """

    har: HarFile
    name: str
    target: Target | None
    has_profile: bool


@define
class RecordingRun:
    """Judges one side of a recording: the endpoint, or the client with the contract of clients."""

    contract: Contract
    source: RecordingSource
    options: Options
    judges_client: bool
    now: Callable[[], datetime]
    perf_counter: Callable[[], float]
    is_interrupted: Callable[[], bool] = lambda: False
    deviations: tuple[Deviation, ...] = ()
    _results: list[CaseResult] = field(factory=list, init=False)
    _stop_reason: str | None = field(default=None, init=False)

    def events(self) -> Iterator[Event]:
        """One case for each call, and for calls that have to fit together; ends with the record; raises BadInput."""
        start = RunStart(self.contract, self.options, self.deviations, self.now(), self.perf_counter)
        wanted = build_selection(self.contract, self.options)
        sorting = self._select_calls()
        for result in self._judge_calls(sorting, start.policy, wanted):
            self._results.append(result)
            if self.is_interrupted():
                self._stop_reason = "judging was interrupted"
                break
        # Which relations there are is known when every call was looked at.
        yield RunPlanned(tuple(one.case for one in self._results), 0)
        yield from map(CaseFinished, self._results)
        yield RunFinished(self._build_record(sorting, start, wanted))

    def failed_requirements(self) -> tuple[str, ...]:
        """The requirements that fail, without anything written: what is said of the other side."""
        policy = Policy(self.options.level, self.options.strict)
        wanted = build_selection(self.contract, evolve(self.options, select=(), deselect=()))
        found = (one.judgement.findings for one in self._judge_calls(self._select_calls(), policy, wanted))
        return tuple(sorted({one.requirement for many in found for one in many if policy.is_failure(one)}))

    def _select_calls(self) -> SelectedCalls | None:
        named = self.source.target.endpoint if self.source.target is not None and self.source.has_profile else None
        return select_calls(self.contract, self.source.har.entries, named)

    def _judge_calls(
        self, selected: SelectedCalls | None, policy: Policy, selection: RecordingSelection
    ) -> Iterator[CaseResult]:
        if selected is not None:
            judge = judge_recorded_requests if self.judges_client else judge_recorded_responses
            yield from judge(self.contract, self._judged_target(selected), selected.calls, policy, selection)

    def _judged_target(self, selected: SelectedCalls) -> Target:
        """The target as far as it is known: without a profile nobody says what it holds, or how it is to be signed."""
        known = self.source.target
        if known is not None and self.source.has_profile:
            return evolve(known, endpoint=selected.endpoint)
        keys = None if known is None else known.credentials
        return Target(selected.endpoint, (), SignatureScheme.V3, credentials=keys)

    def _reported_target(self, selected: SelectedCalls | None) -> Target:
        """The target for people: what it is called most often stands for what it holds."""
        calls = () if selected is None else selected.calls
        known = self.source.target
        endpoint = _UNKNOWN_ENDPOINT if selected is None else selected.endpoint
        if known is not None and self.source.has_profile:
            return evolve(known, endpoint=known.endpoint if selected is None else endpoint)
        names = Counter(one.parsed_request.value(self.contract.instance_parameter) or "" for one in calls)
        schemes = Counter(getattr(parse_signature(one.request), "scheme", SignatureScheme.NONE) for one in calls)
        name = max(names, key=lambda one: names[one], default="")
        scheme = max(schemes, key=lambda one: schemes[one], default=SignatureScheme.NONE)
        keys = None if known is None else known.credentials
        return Target(endpoint, (Instance(name),), scheme, credentials=keys, without_profile=True)

    def _build_record(
        self, selected: SelectedCalls | None, start: RunStart, selection: RecordingSelection
    ) -> RunRecord:
        calls = () if selected is None else selected.calls
        no_calls_reason = None if self._results else "the recording holds no call that can be judged"
        return start.build_record(
            RecordingSubject(self._recording_summary(selected), _client_info(calls) if self.judges_client else None),
            self._reported_target(selected),
            results=self._results,
            run_judgements=self._judge_whole_run(selected),
            deselected_requirements=selection.deselected_requirements,
            exchanges=[call.exchange for call in calls],
            request_count=len(calls),
            stop_reason=self._stop_reason or no_calls_reason,
            is_complete=self._stop_reason is None,
        )

    def _judge_whole_run(self, selected: SelectedCalls | None) -> Mapping[str, Judgement]:
        """What speaks of all replies together, apart from rates: what else was sent nobody knows."""
        if self.judges_client or selected is None:
            return {}
        target = self._judged_target(selected)
        calm = evolve(target, capabilities=evolve(target.capabilities, throttling_qps=None))
        judged: list[tuple[Case, tuple[Exchange, ...]]] = [(one.case, one.exchanges) for one in self._results]
        return judge_run(self.contract, calm, judged)

    def _recording_summary(self, selected: SelectedCalls | None) -> RecordingSummary:
        archive = self.source.har
        judged, elsewhere = (0, 0) if selected is None else (len(selected.calls), selected.calls_elsewhere)
        others = len(archive.entries) - judged - elsewhere + archive.cached_count
        return RecordingSummary(
            self.source.name, archive.creator, archive.entry_count, judged, elsewhere, others, len(archive.unreadable),
            archive.repeated_count,
        )  # fmt: skip


def _client_info(calls: Sequence[RecordedCall]) -> ClientInfo:
    """What sent most of the requests, as it calls itself."""
    names = Counter(one.request.header("user-agent") or "" for one in calls)
    return ClientInfo(max(names, key=lambda one: names[one], default="") or None)
