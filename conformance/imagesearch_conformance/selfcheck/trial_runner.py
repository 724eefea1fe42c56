"""Run the suite against one variant: in this process with a simulated clock, or over HTTP in real time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from attrs import define, field, frozen

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Emulator
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.outcomes import CaseResult
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.runner.events import CaseFinished, RunFinished, RunRecord
from imagesearch_conformance.runner.survey import SurveyFailed, run_survey, survey_probes
from imagesearch_conformance.selfcheck.trial import Kill, Trial, Variant, VariantKind
from imagesearch_conformance.selfcheck.trial_cache import DeterministicRequestEncoder, RequestIdSource, TrialCache
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender
from imagesearch_conformance.transport.throttle import create_throttle

#: Rate limit of variants in this process: low, since a burst needs more requests the higher it is.
_IN_PROCESS_QPS = 5.0

#: Rate limit of variants over HTTP.
_HTTP_QPS = 50.0

#: Duration of a request in this process, as a share of the interval between two requests.
_REQUEST_DURATION_SHARE = 0.1

#: Address that variants in this process have.
_IN_PROCESS_ENDPOINT = "http://127.0.0.1:8080"

#: Start of every run in this process.
_START_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@define
class SimulatedClock:
    """A clock that only requests and waiting move, so that runs in this process are reproducible.

    `step` is the duration of a request in seconds.
    """

    step: float
    current_time: datetime = _START_TIME
    _nonces: Iterator[int] = field(factory=count, init=False)

    def now(self) -> datetime:
        """Return the time of the next request."""
        self.current_time += timedelta(seconds=self.step)
        return self.current_time

    def sleep(self, seconds: float) -> None:
        self.current_time += timedelta(seconds=seconds)

    def runtime_environment(self) -> RuntimeEnvironment:
        """Return an environment with this clock and numbered nonces."""
        return RuntimeEnvironment(self.now, self._perf_counter, self.sleep, lambda: f"nonce-{next(self._nonces)}")

    def _perf_counter(self) -> float:
        return self.current_time.timestamp()


@define
class SimulatedThrottle:
    """A throttle that moves the clock by `interval` seconds instead of waiting."""

    clock: SimulatedClock
    interval: float

    def wait(self) -> None:
        self.clock.sleep(self.interval)


@frozen
class TrialRunner:
    """Runs trials of one contract; all variants share the data set."""

    contract: Contract
    store: Store
    cache: TrialCache = field(factory=TrialCache, init=False, eq=False, repr=False)

    @classmethod
    def from_spec(cls, spec: Path | None, document: str) -> TrialRunner:
        """Return the runner for one revision of a contract directory; raise InvalidInput and InvalidSpec."""
        contract = load(spec, document)
        return cls(contract, Store.from_contract(contract))

    def fill_cache(self) -> None:
        """Run the reference, so that equal exchanges of other variants need not be judged again."""
        self.cache.is_learning = True
        self.run_trial(self._reference_variant)
        self.cache.is_learning = False

    def run_trial(self, variant: Variant, budget: int | None = None, *, http: bool = False) -> Trial:
        """Run the suite, without generated requests, against a variant."""
        start = time.perf_counter()
        kills: list[Kill] = []
        options = Options(jobs=1, budget=budget)
        with (self._http_dispatcher if http else self._in_process_dispatcher)(variant, budget) as dispatcher:
            run = EndpointRun(self.contract, dispatcher.encoder.target, options, dispatcher, judge=self.cache.judge)
            for event in run.events():
                if isinstance(event, CaseFinished) and event.result.judgement.findings:
                    kills.append(_build_kill(event.result, dispatcher.sent_count))
                elif isinstance(event, RunFinished):
                    return _build_trial(variant, event.record, kills, time.perf_counter() - start, budget)
        raise InternalError("a run ended without a record")

    def build_reference_cases(self) -> tuple[tuple[Case, ...], tuple[Probe, ...]]:
        """Return the cases for the reference, and the probes of the survey before them."""
        with self._in_process_dispatcher(self._reference_variant, None) as dispatcher:
            target = dispatcher.encoder.target
            survey = run_survey(dispatcher, self.contract, target)
        if isinstance(survey, SurveyFailed):
            raise InternalError(f"the survey of the reference failed: {survey.reason}")
        cases = build_cases(self.contract, target.with_images(survey.discovered_images), survey)
        return cases, survey_probes(self.contract, target)

    @property
    def _reference_variant(self) -> Variant:
        return Variant(VariantKind.REFERENCE, "reference", self.contract.revision)

    @contextmanager
    def _in_process_dispatcher(self, variant: Variant, budget: int | None) -> Iterator[Dispatcher]:
        settings = variant.emulator_settings(_IN_PROCESS_QPS)
        ids = RequestIdSource(self.cache)
        emulator = Emulator(self.contract, settings, store=self.store, new_request_id=ids.request_id)
        target = self.cache.intern_target(
            build_target(self.contract, _IN_PROCESS_ENDPOINT, settings, self.store.dataset)
        )
        clock = SimulatedClock(_REQUEST_DURATION_SHARE / _IN_PROCESS_QPS)

        def handle(request: WireRequest) -> WireResponse:
            return ids.handle(request, lambda received: emulator.handle(received, clock.current_time))

        encoder = DeterministicRequestEncoder(self.contract, target, self.cache, clock.current_time)
        throttle = SimulatedThrottle(clock, 1 / _IN_PROCESS_QPS)
        yield Dispatcher(encoder, InProcessSender(handle), throttle, clock.runtime_environment(), 10.0, budget)

    @contextmanager
    def _http_dispatcher(self, variant: Variant, budget: int | None) -> Iterator[Dispatcher]:
        settings = variant.emulator_settings(_HTTP_QPS)
        with serve(Emulator(self.contract, settings, store=self.store)) as endpoint:
            target = build_target(self.contract, endpoint, settings, self.store.dataset)
            runtime = RuntimeEnvironment(
                lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex
            )
            throttle = create_throttle(target.qps)
            with closing(HttpSender(endpoint)) as sender:
                yield Dispatcher(RequestEncoder(self.contract, target), sender, throttle, runtime, 10.0, budget)


def _build_kill(result: CaseResult, sent_count: int) -> Kill:
    requirement_ids = dict.fromkeys(finding.requirement for finding in result.judgement.findings)
    return Kill(result.case.id, tuple(requirement_ids), sent_count)


def _build_trial(variant: Variant, record: RunRecord, kills: list[Kill], seconds: float, budget: int | None) -> Trial:
    def requirement_ids(*outcomes: Outcome) -> frozenset[str]:
        return frozenset(result.requirement.id for result in record.requirements if result.outcome in outcomes)

    return Trial(
        variant=variant,
        verdict=record.verdict,
        failed=requirement_ids(Outcome.FAILED),
        warned=requirement_ids(Outcome.WARNED),
        undetermined=requirement_ids(Outcome.ERRORED, Outcome.SKIPPED) if budget is None else frozenset(),
        kills=tuple(kills),
        request_count=record.request_count,
        seconds=seconds,
        not_exercised={
            result.requirement.id: result.reason or ""
            for result in record.requirements
            if result.outcome is Outcome.NOT_APPLICABLE
        },
        stop_reason=record.stop_reason,
        budget=budget,
    )
