"""Runs in this process, on a clock that moves when requests are sent: quick, with bursts that are fast enough."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.runner.dispatcher import Dispatcher
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.selfcheck.trial_runner import SimulatedClock, SimulatedThrottle
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender

#: The rate of the emulator, and how far the clock moves with each request.
QPS, STEP = 10.0, 0.03


@pytest.fixture(scope="session")
def certified(contract, store, later):
    """The record of a run against an emulator with faults, in the revision of a contract.

    `changes` are made to the target as it is described, `around` stands before the emulator.
    """
    stores = {contract.revision: store, later.revision: Store.from_contract(later)}

    def certify(*faults, by=contract, changes=None, around=lambda answer, request: answer(request), **options):
        signature = "required" if (changes or {}).get("credentials", ...) else "optional"
        settings = EmulatorSettings(qps=QPS, faults=faults, signature=signature)
        emulator = Emulator(by, settings, store=stores[by.revision])
        target = evolve(emulated(by, "http://127.0.0.1:8080", settings), **(changes or {}))
        clock = SimulatedClock(STEP)
        sender = InProcessSender(lambda request: around(lambda one: emulator.handle(one, clock.current_time), request))
        pace = SimulatedThrottle(clock, 1 / QPS)
        dispatcher = Dispatcher(
            RequestEncoder(by, target), sender, pace, clock.runtime_environment(), 10.0, options.get("budget")
        )
        *_, last = EndpointRun(by, target, Options(**{"jobs": 1, **options}), dispatcher).events()
        return last.record

    return certify
