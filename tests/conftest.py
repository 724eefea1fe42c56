"""Shared fixtures: the contract, its data set, and an emulator in this process with a fixed clock."""

import gc
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path

import pytest
from attrs import define, field
from hypothesis import settings

from imagesearch_conformance.contract import Contract, load, shipped_spec, spec_files
from imagesearch_conformance.emulator import Behaviour, Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.runner.events import Event, RunRecord
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.sender import InProcessSender
from imagesearch_conformance.transport.throttle import NoThrottle

pytest_plugins = ["pytester"]

# No deadline: the time of an example says nothing on a shared machine.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# Runs create millions of short-lived values; searching them for cycles would take a fifth of the time.
gc.set_threshold(1_000_000, 20, 20)

# Every command loads the contract: decode each text once in this process. Nothing changes the decoded values.
spec_files.decode_text = lru_cache(maxsize=1024)(spec_files.decode_text)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Handler = Callable[[WireRequest], WireResponse]

#: Text that would run in a browser, control a terminal, change the direction of writing, end an element or a quotation,
#: become a link or a table, or forge a line of a report; with every control character and lone surrogates.
HOSTILE = (
    "</code></title></script><script>alert(1)</script><img src=x onerror=alert(1)> ]]> --> &lt; `|` ``` "
    "[a](javascript:alert(1)) ![b](http://evil.example/b.png) http://evil.example www.evil.example ~~c~~ **d** "
    "{{ 7*7 }}\x1b[2J\x1b]0;title\x07 \u202e\u2066drow \u2028\u2029 \ufeff\ufffe\uffff\ud800\udfff \u200b\u00ad"
    f"\U000e0001 {''.join(map(chr, range(32)))}\x7f{''.join(map(chr, range(128, 160)))} \r\n\n# heading\n"
    "<!--\n| a | b |\nverdict: conformant\nnum.maximum/above: passed\n"
)


@define
class SimulatedEndpoint:
    """An emulator in this process, with the requests that it received and the delays that were slept.

    `around` is called with a request and the handler of the emulator, and returns the response. Failing examples are
    kept in the directory `kept`.
    """

    contract: Contract
    target: Target
    emulator: Emulator
    around: Callable[[WireRequest, Handler], WireResponse] = lambda request, handle: handle(request)
    kept: Path | None = None
    received: list[WireRequest] = field(factory=list)
    slept: list[float] = field(factory=list)
    nonces: count = field(factory=count)

    @property
    def runtime(self) -> RuntimeEnvironment:
        return RuntimeEnvironment(lambda: NOW, lambda: 0.0, self.slept.append, lambda: f"nonce-{next(self.nonces)}")

    def answer(self, request: WireRequest) -> WireResponse:
        self.received.append(request)
        return self.around(request, lambda forwarded: self.emulator.handle(forwarded, NOW))

    def dispatcher(self, budget: int | None = None) -> Dispatcher:
        encoder = RequestEncoder(self.contract, self.target)
        return Dispatcher(encoder, InProcessSender(self.answer), NoThrottle(), self.runtime, 10.0, budget)

    def events(self, stopped: Callable[[], bool] = lambda: False, **options) -> list[Event]:
        run_options = Options(**{"jobs": 1, **options}).validate()
        dispatcher = self.dispatcher(run_options.budget)
        return list(EndpointRun(self.contract, self.target, run_options, dispatcher, stopped, self.kept).events())

    def record(self, stopped: Callable[[], bool] = lambda: False, **options) -> RunRecord:
        return self.events(stopped, **options)[-1].record


@pytest.fixture(scope="session")
def contract():
    return load()


@pytest.fixture(scope="session")
def later():
    """The contract of the later shipped revision."""
    return load(None, "2026-06")


@define
class SpecCopy:
    """A copy of the contract directory that a test may edit."""

    root: Path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace all occurrences of a text in a file; fail if there is none."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def copied(tmp_path):
    return SpecCopy(Path(shutil.copytree(shipped_spec(), tmp_path / "spec")))


@pytest.fixture(scope="session")
def store(contract):
    return Store.from_contract(contract)


def endpoint_factory(contract: Contract, store: Store) -> Callable[..., SimulatedEndpoint]:
    """Return a factory of simulated endpoints: with faults, a behaviour, and a target changed by `adapt`."""

    def create(*faults, adapt=lambda target: target, behaviour=None, **options):
        settings = EmulatorSettings(qps=None, faults=faults, behaviour=behaviour or Behaviour())
        target = adapt(build_target(contract, "http://emulator.example", settings))
        return SimulatedEndpoint(contract, target, Emulator(contract, settings, store=store), **options)

    return create


@pytest.fixture(scope="session")
def bench(contract, store):
    """A factory of simulated endpoints of the first revision."""
    return endpoint_factory(contract, store)


@pytest.fixture(scope="session")
def later_bench(later):
    """A factory of simulated endpoints of the later revision."""
    return endpoint_factory(later, Store.from_contract(later))


@pytest.fixture(scope="session")
def records(bench):
    """A function that returns the record of a whole run against these faults; runs each only once."""
    records_by_faults = {}

    def record(*faults):
        if faults not in records_by_faults:
            records_by_faults[faults] = bench(*faults).record()
        return records_by_faults[faults]

    return record


@pytest.fixture(scope="session")
def hostile_text():
    return HOSTILE


def _fill_body(text: str, **fields) -> bytes:
    """Return a response body with a text in every string, names included."""
    entry = dict.fromkeys(("ProductId", "PicName", "CategoryId", "Score", "SortExprValues", text), text)
    document = {"Success": True, "Code": 0, "Auctions": [entry], "PicInfo": {"Region": text}, "Head": text}
    return json.dumps(document | dict.fromkeys(("Msg", "Message", "RequestId", text), text) | fields).encode()


@pytest.fixture(scope="session")
def hostile_bodies():
    """Hostile response bodies by name."""
    return {
        "fields": _fill_body(HOSTILE),
        "text": HOSTILE.encode("utf-8", "replace"),
        "refusal": _fill_body(HOSTILE, Code="InvalidInstance", Message=HOSTILE * 1000),
        "code": _fill_body(HOSTILE, Code=HOSTILE),
        "megabytes": _fill_body(HOSTILE + "x" * 1_000_000),
        "not UTF-8": b'{"Code": 0, "Msg": "\xff\xfe\x80\xed\xa0\x80<script>alert(1)</script>\x1b[2J"}',
        "deep": b'{"Auctions": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "deep and open": b'{"a":' * 50_000,
        "numbers": b'{"Code": NaN, "Success": -Infinity, "Auctions": [{"Score": 1e999, "IntAttr": '
        + b"9" * 5000
        + b"}]}",
    }


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def node_packages():
    """The directory in which tools/install_node_packages.py installed npm packages, before the tests began."""
    directory = os.environ.get("NODE_PACKAGES", "")
    if not directory or not Path(directory, "tests", "installed.json").is_file():
        pytest.skip("no npm packages: run tools/install_node_packages.py DIRECTORY and set NODE_PACKAGES to DIRECTORY")
    return Path(directory)
