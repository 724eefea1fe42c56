"""Runs in this process, on a clock that moves when requests are sent: quick, with bursts that are fast enough."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import target as emulated
from imagesearch_conformance.runner.dispatch import Dispatcher
from imagesearch_conformance.runner.running import Run
from imagesearch_conformance.selfcheck.clock import StandingClock, StandingPace
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.outgoing import Envelope
from imagesearch_conformance.transport.sender import InProcessSender

#: The rate of the emulator, and how far the clock moves with each request.
QPS, STEP = 10.0, 0.03


@pytest.fixture(scope="session")
def certified(contract, store, later):
    """The record of a run against an emulator with faults, in the revision of a contract.

    `changes` are made to the target as it is described, `around` stands before the emulator.
    """
    stores = {contract.document: store, later.document: Store.of(later)}

    def certify(*faults, by=contract, changes=None, around=lambda answer, request: answer(request), **options):
        signature = "required" if (changes or {}).get("credentials", ...) else "optional"
        settings = EmulatorSettings(qps=QPS, faults=faults, signature=signature)
        emulator = Emulator(by, settings, store=stores[by.document])
        target = evolve(emulated(by, "http://127.0.0.1:8080", settings), **(changes or {}))
        clock = StandingClock(STEP)
        sender = InProcessSender(lambda request: around(lambda one: emulator.answer(one, clock.moment), request))
        pace = StandingPace(clock, 1 / QPS)
        dispatcher = Dispatcher(Envelope(by, target), sender, pace, clock.surroundings(), 10.0, options.get("budget"))
        *_, last = Run(by, target, Options(**{"jobs": 1, **options}), dispatcher).events()
        return last.record

    return certify
