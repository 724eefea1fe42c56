"""Fixtures that run the command against hostile endpoints."""

import itertools
import json
import os
import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve, frozen
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS
from imagesearch_conformance.emulator.target import build_target, format_profile
from imagesearch_conformance.model.wire import WireRequest

from .raw_server import serve_script
from .run_invariants import TIMEOUT


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Remove the settings of the user, and work in a temporary directory."""
    for name in os.environ:
        if name.startswith(("IMAGESEARCH_", "ALIBABA_CLOUD_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def respond(contract, store):
    """A function that returns the response of the emulator to the bytes of a request."""
    emulator = Emulator(contract, EmulatorSettings(qps=None), store=store)

    def handle(raw: bytes):
        return emulator.handle(_parse_request(raw), datetime.now(UTC))

    return handle


def _parse_request(raw: bytes) -> WireRequest:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    return WireRequest(method, target, tuple(tuple(line.split(": ", 1)) for line in lines), body)


def send_response(connection, response):
    """Send a response of the emulator over a connection."""
    connection.respond(response.body, status=b"%d X" % response.status)


@frozen
class ServedEndpoint:
    """The address of an endpoint and the requests that it received."""

    authority: str
    received: list[bytes]

    @property
    def url(self):
        return f"http://{self.authority}"


@pytest.fixture(scope="session")
def serve_endpoint(respond):
    """Serve an endpoint that runs a script for each request whose number is hostile, and responds well to others."""

    @contextmanager
    def serve(script, is_hostile=lambda number: True):  # noqa: ARG005 every request
        numbers, received = itertools.count(), []

        def run_connection(connection):
            while raw := connection.read_request():
                received.append(raw)
                if is_hostile(next(numbers)):
                    script(connection)
                    return
                send_response(connection, respond(raw))

        with serve_script(run_connection) as server:
            yield ServedEndpoint(server.authority, received)

    return serve


@frozen
class RunOutcome:
    """Exit code, output and reports of a run, with the time and memory that it took."""

    code: int
    output: str
    report: dict
    directory: Path
    seconds: float
    memory_growth: int

    @property
    def outcomes(self):
        return [case["outcome"] for case in self.report["cases"]]

    @property
    def text(self):
        """All output and all reports."""
        return self.output + "".join(path.read_text("utf-8") for path in sorted(self.directory.iterdir()))


@pytest.fixture
def run(contract, tmp_path):
    """Run against an endpoint with a profile that claims every capability."""

    def execute(endpoint, *arguments, timeout=TIMEOUT, qps=None):
        target = build_target(contract, endpoint, EmulatorSettings(qps=qps))
        target = evolve(target, credentials=TEMPORARY_CREDENTIALS)
        Path("hostile.toml").write_text(format_profile(target), encoding="utf-8")
        options = ["--profile", "hostile.toml", "--timeout", str(timeout), "--examples", "0", "--reports", "out"]
        with measure() as measurements:
            result = CliRunner().invoke(main, ["run", *options, *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        out = tmp_path / "out"
        report = json.loads((out / "report.json").read_text("utf-8"))
        return RunOutcome(result.exit_code, result.stdout + result.stderr, report, out, *measurements)

    return execute


@contextmanager
def measure():
    """Fill a list with the seconds of the block and the peak growth of the memory in bytes."""
    measurements, started, before = [], time.monotonic(), _memory("VmRSS")
    _reset_peak()
    yield measurements
    measurements += [time.monotonic() - started, _memory("VmHWM") - before]


def _reset_peak():
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name):
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024


@pytest.fixture(scope="session")
def survey_request_count(serve_endpoint, contract, tmp_path_factory):
    """The number of requests in the survey of a conforming endpoint."""
    with serve_endpoint(None, lambda _: False) as endpoint:
        profile = tmp_path_factory.mktemp("survey") / "good.toml"
        profile.write_text(
            format_profile(build_target(contract, endpoint.url, EmulatorSettings(qps=None))), encoding="utf-8"
        )
        result = CliRunner().invoke(main, ["plan", "--profile", str(profile), "--examples", "0"])
    assert result.exit_code == 0, result.output
    return len(endpoint.received)
