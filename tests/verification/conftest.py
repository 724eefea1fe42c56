"""Runs in this process, on a clock that advances with each request: fast, and with bursts that are fast enough."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target as build_emulator_target
from imagesearch_conformance.runner.dispatcher import Dispatcher
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.selfcheck.trial_runner import SimulatedClock, SimulatedThrottle
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender

#: The rate limit of the emulator, and the seconds by which the clock advances with each request.
QPS, STEP = 10.0, 0.03


@pytest.fixture(scope="session")
def certify(contract, store, later):
    """Run against an emulator with faults and return the record of the run.

    `changes` are changes of the target, `around` is a middleware of the emulator.
    """
    stores = {contract.revision: store, later.revision: Store.from_contract(later)}

    def run(*faults, by=contract, changes=None, around=lambda answer, request: answer(request), **options):
        signature = "required" if (changes or {}).get("credentials", ...) else "optional"
        settings = EmulatorSettings(qps=QPS, faults=faults, signature=signature)
        emulator = Emulator(by, settings, store=stores[by.revision])
        target = evolve(build_emulator_target(by, "http://127.0.0.1:8080", settings), **(changes or {}))
        clock = SimulatedClock(STEP)
        sender = InProcessSender(
            lambda request: around(lambda wire: emulator.handle(wire, clock.current_time), request)
        )
        throttle = SimulatedThrottle(clock, 1 / QPS)
        dispatcher = Dispatcher(
            RequestEncoder(by, target), sender, throttle, clock.runtime_environment(), 10.0, options.get("budget")
        )
        *_, finished = EndpointRun(by, target, Options(**{"jobs": 1, **options}), dispatcher).events()
        return finished.record

    return run
