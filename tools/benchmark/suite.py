"""The suite as the benchmark runs it: within this process, or by its command."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen
from endpoint import Endpoint

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.finding import Verdict
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.runner.events import RunFinished, RunRecord
from imagesearch_conformance.runner.survey import run_survey
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender, Sender
from imagesearch_conformance.transport.throttle import NoThrottle

COMMAND = (sys.executable, "-m", "imagesearch_conformance")

# As the command has it: garbage is looked for seldom.
gc.set_threshold(100_000, 50, 50)

#: Where an emulator in this process seems to be.
NOWHERE = "http://127.0.0.1:8080"

#: Exit codes that say something of the endpoint.
JUDGED = (0, 1)


@frozen
class Made:
    """A run within this process: its seconds, and what it sent."""

    seconds: float
    requests: tuple[WireRequest, ...]


def run_here(contract: Contract, address: str, jobs: int = 1) -> Made:
    """From the first request to the verdict: no start of a process, no reports."""
    dispatcher = _dispatcher(contract, address, HttpSender(address))
    begun = time.perf_counter()
    record = _record(contract, dispatcher, Options(jobs=jobs, examples=0))
    seconds = time.perf_counter() - begun
    dispatcher.sender.close()
    assert record.verdict is Verdict.CONFORMANT, record.stop_reason
    return Made(seconds, tuple(one.request for one in sorted(dispatcher.exchanges, key=lambda one: one.sent_at)))


def made_cases(contract: Contract) -> tuple[int, float]:
    """How many cases there are for the emulator, and the seconds it takes to make them once it is surveyed."""
    dispatcher = _in_process(contract)
    described = dispatcher.encoder.target
    learned = run_survey(dispatcher, contract, described)
    begun = time.perf_counter()
    cases = build_cases(contract, described.with_images(learned.discovered_images), learned)
    return len(cases), time.perf_counter() - begun


def made_examples(contract: Contract, count: int) -> int:
    """Makes generated requests of the emulator in this process, after a survey; how many those were."""
    dispatcher = _in_process(contract)
    record = _record(contract, dispatcher, Options(jobs=1, examples=count, select=("generated",)))
    assert record.verdict is Verdict.CONFORMANT, record.stop_reason
    return len(record.generated_examples)


def _record(contract: Contract, dispatcher: Dispatcher, options: Options) -> RunRecord:
    *_, last = EndpointRun(contract, dispatcher.encoder.target, options, dispatcher).events()
    assert isinstance(last, RunFinished), last
    return last.record


def _in_process(contract: Contract) -> Dispatcher:
    emulator = Emulator(contract, EmulatorSettings(qps=None))
    return _dispatcher(contract, NOWHERE, InProcessSender(lambda asked: emulator.handle(asked, datetime.now(UTC))))


def _dispatcher(contract: Contract, address: str, sender: Sender) -> Dispatcher:
    surroundings = RuntimeEnvironment(
        lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex
    )
    envelope = RequestEncoder(contract, build_target(contract, address, EmulatorSettings(qps=None)))
    return Dispatcher(envelope, sender, NoThrottle(), surroundings, 10.0)


@frozen
class Ran:
    """A run by the command: its seconds, requests and exit code."""

    seconds: float
    requests: int
    code: int


def run_command(place: Path, served: Endpoint, *options: str) -> Ran:
    """`run` with the profile of an endpoint, from the start of the process to its end, reports included."""
    profile = place / "profile.toml"
    profile.write_text(served.profile, encoding="utf-8")
    words = [*COMMAND, "run", "--profile", str(profile), "--quiet", "--reports", str(place / "reports"), *options]
    before = served.requests
    begun = time.perf_counter()
    done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    assert done.returncode in JUDGED, done.stderr
    return Ran(seconds, served.requests - before, done.returncode)
