"""Judge recorded traffic as a stream of events like those of a run; nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from attrs import define, evolve, field, frozen

from imagesearch_conformance.checks.whole_run import judge_run
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.target import Instance, SignatureScheme, Target
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.recordings.calls import RecordedCall, SelectedCalls, select_calls
from imagesearch_conformance.recordings.har import HarFile, RecordingSummary
from imagesearch_conformance.runner.events import (
    CaseFinished,
    Event,
    RecordingSubject,
    RunFinished,
    RunPlanned,
    RunRecord,
)
from imagesearch_conformance.runner.recorded_calls import (
    RecordingSelection,
    build_selection,
    judge_recorded_requests,
    judge_recorded_responses,
)
from imagesearch_conformance.runner.run_state import RunStart
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.signing.parse import parse_signature

#: Shown in place of the endpoint of a recording without calls.
_UNKNOWN_ENDPOINT = "unknown"


@frozen
class RecordingSource:
    """A recording, its name, and the endpoint according to a profile or the environment.

    Without a profile the data of the endpoint is unknown: `target` has no more than the keys.
    """

    har: HarFile
    name: str
    target: Target | None
    has_profile: bool


@define
class RecordingRun:
    """Judges one side of a recording: the endpoint, or with the contract for clients the client."""

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
        """Yield a case for each call and relation, then the record; raises `InvalidInput` for invalid options."""
        start = RunStart(self.contract, self.options, self.deviations, self.now(), self.perf_counter)
        selection = build_selection(self.contract, self.options)
        selected = self._select_calls()
        for result in self._judge_calls(selected, start.policy, selection):
            self._results.append(result)
            if self.is_interrupted():
                self._stop_reason = "judging was interrupted"
                break
        # The relations are known only after all calls were judged.
        yield RunPlanned(tuple(result.case for result in self._results), 0)
        yield from map(CaseFinished, self._results)
        yield RunFinished(self._build_record(selected, start, selection))

    def failed_requirements(self) -> tuple[str, ...]:
        """The requirements that fail, for a hint at the other side of the recording."""
        policy = Policy(self.options.level, self.options.strict)
        selection = build_selection(self.contract, evolve(self.options, select=(), deselect=()))
        results = self._judge_calls(self._select_calls(), policy, selection)
        findings = (finding for result in results for finding in result.judgement.findings)
        return tuple(sorted({finding.requirement for finding in findings if policy.is_failure(finding)}))

    def _select_calls(self) -> SelectedCalls | None:
        target = self.source.target
        endpoint = target.endpoint if target is not None and self.source.has_profile else None
        return select_calls(self.contract, self.source.har.entries, endpoint)

    def _judge_calls(
        self, selected: SelectedCalls | None, policy: Policy, selection: RecordingSelection
    ) -> Iterator[CaseResult]:
        if selected is not None:
            judge = judge_recorded_requests if self.judges_client else judge_recorded_responses
            yield from judge(self.contract, self._judged_target(selected), selected.calls, policy, selection)

    def _judged_target(self, selected: SelectedCalls) -> Target:
        """The target as far as it is known: without a profile, its data and its signature scheme are not."""
        known = self.source.target
        if known is not None and self.source.has_profile:
            return evolve(known, endpoint=selected.endpoint)
        keys = None if known is None else known.credentials
        return Target(selected.endpoint, (), SignatureScheme.V3, credentials=keys)

    def _reported_target(self, selected: SelectedCalls | None) -> Target:
        """The target for the report: without a profile, with the most frequent instance and signature scheme."""
        calls = () if selected is None else selected.calls
        known = self.source.target
        endpoint = _UNKNOWN_ENDPOINT if selected is None else selected.endpoint
        if known is not None and self.source.has_profile:
            return evolve(known, endpoint=known.endpoint if selected is None else endpoint)
        names = Counter(call.parsed_request.value(self.contract.instance_parameter) or "" for call in calls)
        schemes = Counter(getattr(parse_signature(call.request), "scheme", SignatureScheme.NONE) for call in calls)
        name = max(names, key=names.__getitem__, default="")
        scheme = max(schemes, key=schemes.__getitem__, default=SignatureScheme.NONE)
        keys = None if known is None else known.credentials
        return Target(endpoint, (Instance(name),), scheme, credentials=keys, without_profile=True)

    def _build_record(
        self, selected: SelectedCalls | None, start: RunStart, selection: RecordingSelection
    ) -> RunRecord:
        calls = () if selected is None else selected.calls
        no_calls_reason = None if self._results else "the recording has no call that can be judged"
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
        """Judge the requirements about a whole run, except the rate limit: the recording may lack requests."""
        if self.judges_client or selected is None:
            return {}
        target = self._judged_target(selected)
        unlimited = evolve(target, capabilities=evolve(target.capabilities, throttling_qps=None))
        judged_cases = [(result.case, result.exchanges) for result in self._results]
        return judge_run(self.contract, unlimited, judged_cases)

    def _recording_summary(self, selected: SelectedCalls | None) -> RecordingSummary:
        har = self.source.har
        judged, elsewhere = (0, 0) if selected is None else (len(selected.calls), selected.calls_elsewhere)
        others = len(har.entries) - judged - elsewhere + har.cached_count
        return RecordingSummary(
            self.source.name, har.creator, har.entry_count, judged, elsewhere, others, len(har.unreadable),
            har.repeated_count,
        )  # fmt: skip


def _client_info(calls: Sequence[RecordedCall]) -> ClientInfo:
    """The most frequent User-Agent."""
    names = Counter(call.request.header("user-agent") or "" for call in calls)
    return ClientInfo(max(names, key=names.__getitem__, default="") or None)
