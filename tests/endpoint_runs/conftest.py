"""Runs of the whole suite against the emulator, in this process and with a simulated clock."""

import itertools
import time
from datetime import UTC, datetime

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.selfcheck.trial_runner import SimulatedClock, SimulatedThrottle
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender


@pytest.fixture(scope="session")
def run_suite(contract, store):
    """Runs the suite against an emulator with these settings; returns the record.

    `document` is the revision that the emulator serves, `data` its store, `judged_by` another contract for the suite.
    `adapt` changes the target; `around` gets the emulator's handler and each request, and returns the response.
    """
    opened = {None: (contract, store)}

    def run(  # noqa: PLR0913, PLR0917 each test passes what it is about
        settings=None, options=None, adapt=lambda target: target, judged_by=None, around=None, data=None, document=None
    ):
        if document not in opened:
            later = load(None, document)
            opened[document] = (later, Store.from_contract(later))
        served_contract, default_store = opened[document]
        settings = settings or EmulatorSettings(qps=20.0)
        emulator = Emulator(served_contract, settings, store=data or default_store)
        judging_contract = judged_by or served_contract
        target = adapt(build_target(served_contract, "http://127.0.0.1:8080", settings))
        interval = 0.0 if settings.qps is None else 1 / settings.qps
        # A request takes a third of the interval, and the throttle waits the whole interval.
        clock = SimulatedClock(interval / 3)

        def handle(request):
            return emulator.handle(request, clock.current_time)

        sender = InProcessSender(handle if around is None else lambda request: around(handle, request))
        throttle = SimulatedThrottle(clock, interval)
        dispatcher = Dispatcher(
            RequestEncoder(judging_contract, target), sender, throttle, clock.runtime_environment(), 10.0
        )
        *_, finished = EndpointRun(judging_contract, target, options or Options(jobs=1), dispatcher).events()
        return finished.record

    return run


@pytest.fixture
def real_time():
    """The environment of runs over a socket."""
    nonces = itertools.count()
    return RuntimeEnvironment(lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: f"nonce-{next(nonces)}")
