"""Runs the suite against one subject: in process on a clock of its own, or over HTTP in real time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from attrs import field, frozen

from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Emulator
from imagesearch_conformance.emulator.faults import catalogue
from imagesearch_conformance.emulator.serving import serve
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import target
from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.runner.dispatch import Dispatcher, Surroundings
from imagesearch_conformance.runner.events import CaseFinished, Finished, Record
from imagesearch_conformance.runner.running import Run
from imagesearch_conformance.runner.survey import Unsurveyed, survey, survey_probes
from imagesearch_conformance.selfcheck.clock import StandingClock, StandingPace
from imagesearch_conformance.selfcheck.memory import Desk, Memory, SameEnvelope
from imagesearch_conformance.selfcheck.subject import Kind, Subject
from imagesearch_conformance.selfcheck.trial import UNTOLD, Kill, Trial
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.outgoing import Envelope
from imagesearch_conformance.transport.sender import InProcessSender
from imagesearch_conformance.transport.throttle import throttle_of
from imagesearch_conformance.verdicts import CaseResult

#: The rate of subjects in process: low, since a burst needs more requests the higher it is.
_SLOW = 5.0

#: The rate of subjects that are asked over HTTP.
_FAST = 50.0

#: How much of the time between two turns a request takes in process.
_STEP = 0.1

#: Where subjects in process seem to be.
_NOWHERE = "http://127.0.0.1:8080"


@frozen
class Bench:
    """A contract with the data that every subject of it shares."""

    contract: Contract
    store: Store
    memory: Memory = field(factory=Memory, init=False, eq=False, repr=False)

    @classmethod
    def of(cls, spec: Path | None, document: str) -> Bench:
        """The bench of one revision of a contract directory; raises BadInput and BadSpec."""
        contract = load(spec, document)
        return cls(contract, Store.of(contract))

    def learn(self) -> None:
        """Tries the reference, so that whatever comes out as it did there need not be judged again."""
        self.memory.learning = True
        self.tried(self._reference)
        self.memory.learning = False

    def tried(self, subject: Subject, budget: int | None = None, *, http: bool = False) -> Trial:
        """The suite against a subject, everything but generated requests."""
        begun = time.perf_counter()
        kills: list[Kill] = []
        options = Options(jobs=1, budget=budget)
        with (self._over_http if http else self._in_process)(subject, budget) as dispatcher:
            run = Run(
                self.contract, dispatcher.envelope.target, options, dispatcher,
                build=self.memory.build, judge=self.memory.judge,
            )  # fmt: skip
            for event in run.events():
                if isinstance(event, CaseFinished) and event.result.judgement.findings:
                    kills.append(_kill(event.result, dispatcher.sent))
                elif isinstance(event, Finished):
                    return _trial(subject, event.record, kills, time.perf_counter() - begun, budget)
        raise BrokenSuite("a run ended without a record")

    def reference(self) -> tuple[tuple[Case, ...], tuple[Probe, ...]]:
        """The cases that are made of the reference, and the probes of the survey before them."""
        with self._in_process(self._reference, None) as dispatcher:
            described = dispatcher.envelope.target
            learned = survey(dispatcher, self.contract, described)
        if isinstance(learned, Unsurveyed):
            raise BrokenSuite(f"the reference cannot be surveyed: {learned.reason}")
        cases = build(self.contract, described.knowing(learned.relatives), learned)
        return cases, survey_probes(self.contract, described)

    @property
    def _reference(self) -> Subject:
        return Subject(Kind.REFERENCE, "reference", self.contract.document)

    @contextmanager
    def _in_process(self, subject: Subject, most: int | None) -> Iterator[Dispatcher]:
        settings = subject.settings(_SLOW)
        faults = [catalogue(self.contract)[name] for name in settings.faults]
        usual = subject.kind is not Kind.VARIATION and all(fault.late for fault in faults)
        desk = Desk(self.memory, recalling=usual)
        emulator = Emulator(self.contract, settings, store=self.store, ids=desk.id, recall=desk.outcome)
        described = self.memory.target(target(self.contract, _NOWHERE, settings, self.store.dataset))
        clock = StandingClock(_STEP / _SLOW)

        def answer(request: WireRequest) -> WireReply:
            return desk.served(request, lambda received: emulator.answer(received, clock.moment))

        envelope = SameEnvelope(self.contract, described, self.memory, clock.moment)
        pace = StandingPace(clock, 1 / _SLOW)
        yield Dispatcher(envelope, InProcessSender(answer), pace, clock.surroundings(), 10.0, most)

    @contextmanager
    def _over_http(self, subject: Subject, most: int | None) -> Iterator[Dispatcher]:
        settings = subject.settings(_FAST)
        with serve(Emulator(self.contract, settings, store=self.store)) as endpoint:
            described = target(self.contract, endpoint, settings, self.store.dataset)
            surroundings = Surroundings(
                lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex
            )
            pace = throttle_of(described.qps)
            with closing(HttpSender(endpoint)) as sender:
                yield Dispatcher(Envelope(self.contract, described), sender, pace, surroundings, 10.0, most)


def _kill(result: CaseResult, sent: int) -> Kill:
    found = dict.fromkeys(one.requirement for one in result.judgement.findings)
    return Kill(result.case.id, tuple(found), sent)


def _trial(subject: Subject, record: Record, kills: list[Kill], seconds: float, budget: int | None) -> Trial:
    def named(*outcomes: Outcome) -> frozenset[str]:
        return frozenset(one.requirement.id for one in record.requirements if one.outcome in outcomes)

    untold = named(*UNTOLD) if budget is None else frozenset()
    unseen = [one for one in record.requirements if one.outcome is Outcome.NOT_APPLICABLE]
    return Trial(
        subject, record.verdict, named(Outcome.FAILED), named(Outcome.WARNED), untold, tuple(kills),
        record.requests, seconds, {one.requirement.id: one.reason or "" for one in unseen}, record.trouble, budget,
    )  # fmt: skip
