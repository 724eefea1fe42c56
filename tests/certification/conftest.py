"""The whole suite against the emulator, in process and on a clock that only moves when requests are sent."""

import itertools
import time
from datetime import UTC, datetime

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.selfcheck.simulated_clock import SimulatedClock, SimulatedThrottle
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender


@pytest.fixture(scope="session")
def certified(contract, store):
    """Certifies an emulator with these settings and gives the record.

    `data` is another store than the usual, `document` another revision.
    """
    opened = {None: (contract, store)}

    def certify(  # noqa: PLR0913, PLR0917 each test gives what it is about
        settings=None, options=None, adapt=lambda target: target, judged_by=None, around=None, data=None, document=None
    ):
        if document not in opened:
            revised = load(None, document)
            opened[document] = (revised, Store.from_contract(revised))
        contract, store = opened[document]
        given = settings or EmulatorSettings(qps=20.0)
        emulator = Emulator(contract, given, store=data or store)
        by = judged_by or contract
        target = adapt(emulated(contract, "http://127.0.0.1:8080", given))
        spacing = 0.0 if given.qps is None else 1 / given.qps
        # A request takes a third of the spacing, and waiting for its turn the rest and a little more.
        clock = SimulatedClock(spacing / 3)

        def answer(request):
            return emulator.handle(request, clock.current_time)

        sender = InProcessSender(answer if around is None else lambda request: around(answer, request))
        dispatcher = Dispatcher(
            RequestEncoder(by, target), sender, SimulatedThrottle(clock, spacing), clock.runtime_environment(), 10.0
        )
        *_, last = EndpointRun(by, target, options or Options(jobs=1), dispatcher).events()
        return last.record

    return certify


@pytest.fixture
def surroundings():
    """The real clock, for runs over a socket."""
    nonces = itertools.count()
    return RuntimeEnvironment(lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: f"nonce-{next(nonces)}")
