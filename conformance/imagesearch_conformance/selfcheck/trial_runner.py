"""Runs the suite against one subject: in process on a clock of its own, or over HTTP in real time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from attrs import field, frozen

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Emulator
from imagesearch_conformance.emulator.faults import contract_faults
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
from imagesearch_conformance.selfcheck.simulated_clock import SimulatedClock, SimulatedThrottle
from imagesearch_conformance.selfcheck.trial import OUTCOMES_WITHOUT_JUDGEMENT, Kill, Trial
from imagesearch_conformance.selfcheck.trial_cache import CachingResponder, DeterministicRequestEncoder, TrialCache
from imagesearch_conformance.selfcheck.variant import Variant, VariantKind
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender
from imagesearch_conformance.transport.throttle import create_throttle

#: The rate of subjects in process: low, since a burst needs more requests the higher it is.
_IN_PROCESS_QPS = 5.0

#: The rate of subjects that are asked over HTTP.
_HTTP_QPS = 50.0

#: How much of the time between two turns a request takes in process.
_REQUEST_DURATION_SHARE = 0.1

#: Where subjects in process seem to be.
_IN_PROCESS_ENDPOINT = "http://127.0.0.1:8080"


@frozen
class TrialRunner:
    """A contract with the data that every subject of it shares."""

    contract: Contract
    store: Store
    cache: TrialCache = field(factory=TrialCache, init=False, eq=False, repr=False)

    @classmethod
    def from_spec(cls, spec: Path | None, document: str) -> TrialRunner:
        """The bench of one revision of a contract directory; raises BadInput and BadSpec."""
        contract = load(spec, document)
        return cls(contract, Store.from_contract(contract))

    def fill_cache(self) -> None:
        """Tries the reference, so that whatever comes out as it did there need not be judged again."""
        self.cache.is_learning = True
        self.run_trial(self._reference_variant)
        self.cache.is_learning = False

    def run_trial(self, variant: Variant, budget: int | None = None, *, http: bool = False) -> Trial:
        """The suite against a subject, everything but generated requests."""
        begun = time.perf_counter()
        kills: list[Kill] = []
        options = Options(jobs=1, budget=budget)
        with (self._http_dispatcher if http else self._in_process_dispatcher)(variant, budget) as dispatcher:
            run = EndpointRun(
                self.contract, dispatcher.encoder.target, options, dispatcher,
                build_cases=self.cache.build_cases, judge=self.cache.judge,
            )  # fmt: skip
            for event in run.events():
                if isinstance(event, CaseFinished) and event.result.judgement.findings:
                    kills.append(_build_kill(event.result, dispatcher.sent_count))
                elif isinstance(event, RunFinished):
                    return _build_trial(variant, event.record, kills, time.perf_counter() - begun, budget)
        raise InternalError("a run ended without a record")

    def build_reference_cases(self) -> tuple[tuple[Case, ...], tuple[Probe, ...]]:
        """The cases that are made of the reference, and the probes of the survey before them."""
        with self._in_process_dispatcher(self._reference_variant, None) as dispatcher:
            described = dispatcher.encoder.target
            learned = run_survey(dispatcher, self.contract, described)
        if isinstance(learned, SurveyFailed):
            raise InternalError(f"the reference cannot be surveyed: {learned.reason}")
        cases = build_cases(self.contract, described.with_images(learned.discovered_images), learned)
        return cases, survey_probes(self.contract, described)

    @property
    def _reference_variant(self) -> Variant:
        return Variant(VariantKind.REFERENCE, "reference", self.contract.revision)

    @contextmanager
    def _in_process_dispatcher(self, variant: Variant, budget: int | None) -> Iterator[Dispatcher]:
        settings = variant.emulator_settings(_IN_PROCESS_QPS)
        faults = [contract_faults(self.contract)[name] for name in settings.faults]
        usual = variant.kind is not VariantKind.VARIATION and all(fault.affects_response_only for fault in faults)
        desk = CachingResponder(self.cache, reuse_outcomes=usual)
        emulator = Emulator(
            self.contract, settings, store=self.store, new_request_id=desk.request_id, memoize=desk.cached_outcome
        )
        described = self.cache.intern_target(
            build_target(self.contract, _IN_PROCESS_ENDPOINT, settings, self.store.dataset)
        )
        clock = SimulatedClock(_REQUEST_DURATION_SHARE / _IN_PROCESS_QPS)

        def handle(request: WireRequest) -> WireResponse:
            return desk.handle(request, lambda received: emulator.handle(received, clock.current_time))

        envelope = DeterministicRequestEncoder(self.contract, described, self.cache, clock.current_time)
        pace = SimulatedThrottle(clock, 1 / _IN_PROCESS_QPS)
        yield Dispatcher(envelope, InProcessSender(handle), pace, clock.runtime_environment(), 10.0, budget)

    @contextmanager
    def _http_dispatcher(self, variant: Variant, budget: int | None) -> Iterator[Dispatcher]:
        settings = variant.emulator_settings(_HTTP_QPS)
        with serve(Emulator(self.contract, settings, store=self.store)) as endpoint:
            described = build_target(self.contract, endpoint, settings, self.store.dataset)
            surroundings = RuntimeEnvironment(
                lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex
            )
            pace = create_throttle(described.qps)
            with closing(HttpSender(endpoint)) as sender:
                yield Dispatcher(RequestEncoder(self.contract, described), sender, pace, surroundings, 10.0, budget)


def _build_kill(result: CaseResult, sent_count: int) -> Kill:
    found = dict.fromkeys(one.requirement for one in result.judgement.findings)
    return Kill(result.case.id, tuple(found), sent_count)


def _build_trial(variant: Variant, record: RunRecord, kills: list[Kill], seconds: float, budget: int | None) -> Trial:
    def requirement_ids(*outcomes: Outcome) -> frozenset[str]:
        return frozenset(one.requirement.id for one in record.requirements if one.outcome in outcomes)

    untold = requirement_ids(*OUTCOMES_WITHOUT_JUDGEMENT) if budget is None else frozenset()
    unseen = [one for one in record.requirements if one.outcome is Outcome.NOT_APPLICABLE]
    return Trial(
        variant, record.verdict, requirement_ids(Outcome.FAILED), requirement_ids(Outcome.WARNED), untold, tuple(kills),
        record.request_count, seconds, {one.requirement.id: one.reason or "" for one in unseen}, record.stop_reason, budget,
    )  # fmt: skip
