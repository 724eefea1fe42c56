"""Runs as users start them, against endpoints that mean harm."""

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
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile
from imagesearch_conformance.model.wire import WireRequest

from .holding import TIMEOUT
from .talking import talking


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Nothing of the user's own settings, and a directory of one's own."""
    for name in os.environ:
        if name.startswith(("IMAGESEARCH_", "ALIBABA_CLOUD_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def reference(contract, store):
    """The emulator's core, asked with the bytes that came over a socket."""
    emulator = Emulator(contract, EmulatorSettings(qps=None), store=store)

    def answer(raw: bytes):
        return emulator.handle(_parsed(raw), datetime.now(UTC))

    return answer


def _parsed(raw: bytes) -> WireRequest:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    return WireRequest(method, target, tuple(tuple(line.split(": ", 1)) for line in lines), body)


def reply_of(talk, reply):
    """Sends a reply of the emulator over a connection."""
    talk.answer(reply.body, status=b"%d X" % reply.status)


@frozen
class Asked:
    """An endpoint as a run sees it."""

    authority: str
    received: list[bytes]

    @property
    def endpoint(self):
        return f"http://{self.authority}"


@pytest.fixture(scope="session")
def playing(reference):
    """Serves an endpoint that plays itself, after so many good replies, or whenever a function of their number says."""

    @contextmanager
    def served(play, bad=lambda number: True):  # noqa: ARG005 every reply is bad
        numbers, received = itertools.count(), []

        def script(talk):
            while raw := talk.request():
                received.append(raw)
                if bad(next(numbers)):
                    play(talk)
                    return
                reply_of(talk, reference(raw))

        with talking(script) as server:
            yield Asked(server.authority, received)

    return served


@frozen
class Ran:
    """What a run left."""

    code: int
    said: str
    report: dict
    directory: Path
    seconds: float
    grown: int

    @property
    def outcomes(self):
        return [one["outcome"] for one in self.report["cases"]]

    @property
    def text(self):
        """Everything that was printed and written."""
        return self.said + "".join(path.read_text("utf-8") for path in sorted(self.directory.iterdir()))


@pytest.fixture
def run(contract, tmp_path):
    """Makes a run against an endpoint with a profile that claims everything, and reads what it left."""

    def ran(endpoint, *words, timeout=TIMEOUT, qps=None):
        described = emulated(contract, endpoint, EmulatorSettings(qps=qps))
        described = evolve(described, credentials=TEMPORARY_CREDENTIALS)
        Path("hostile.toml").write_text(format_profile(described), encoding="utf-8")
        options = ["--profile", "hostile.toml", "--timeout", str(timeout), "--examples", "0", "--reports", "out"]
        with measured() as spent:
            result = CliRunner().invoke(main, ["run", *options, *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        out = tmp_path / "out"
        report = json.loads((out / "report.json").read_text("utf-8"))
        return Ran(result.exit_code, result.stdout + result.stderr, report, out, *spent)

    return ran


@contextmanager
def measured():
    """Fills a list with the seconds that a block took and the bytes by which its memory grew at the most."""
    spent, begun, before = [], time.monotonic(), _memory("VmRSS")
    _forget_peak()
    yield spent
    spent += [time.monotonic() - begun, _memory("VmHWM") - before]


def _forget_peak():
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name):
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024


@pytest.fixture(scope="session")
def surveyed(playing, contract, tmp_path_factory):
    """How many requests the survey of a good endpoint takes."""
    with playing(None, lambda _: False) as asked:
        profile = tmp_path_factory.mktemp("survey") / "good.toml"
        profile.write_text(
            format_profile(emulated(contract, asked.endpoint, EmulatorSettings(qps=None))), encoding="utf-8"
        )
        result = CliRunner().invoke(main, ["plan", "--profile", str(profile), "--examples", "0"])
    assert result.exit_code == 0, result.output
    return len(asked.received)
