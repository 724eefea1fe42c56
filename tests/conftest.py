"""What most tests need: the contract, its data set, and an emulator in this process on a clock that stands still."""

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
from imagesearch_conformance.emulator.target import build_target as emulated
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

# Examples are held to what they show, not to how long they take: machines are shared.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# Runs make millions of short-lived values: looking for cycles among them takes a fifth of the time.
gc.set_threshold(1_000_000, 20, 20)

# Every command reads the contract anew: in this process the same text is decoded once. Nobody changes what it holds.
spec_files.decode_text = lru_cache(maxsize=1024)(spec_files.decode_text)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Answer = Callable[[WireRequest], WireResponse]

#: Text that would run in a browser, drive a terminal, turn the direction of writing, end what it stands in, become a
#: link or a table, or forge a line of ours: with every control character, and what no file should hold.
HOSTILE = (
    "</code></title></script><script>alert(1)</script><img src=x onerror=alert(1)> ]]> --> &lt; `|` ``` "
    "[a](javascript:alert(1)) ![b](http://evil.example/b.png) http://evil.example www.evil.example ~~c~~ **d** "
    "{{ 7*7 }}\x1b[2J\x1b]0;title\x07 \u202e\u2066drow \u2028\u2029 \ufeff\ufffe\uffff\ud800\udfff \u200b\u00ad"
    f"\U000e0001 {''.join(map(chr, range(32)))}\x7f{''.join(map(chr, range(128, 160)))} \r\n\n# heading\n"
    "<!--\n| a | b |\nverdict: conformant\nnum.maximum/above: passed\n"
)


@define
class Bench:
    """An emulator in this process, everything that is sent to it, and how long was slept.

    `around` stands between the suite and the emulator: it is given a request and the emulator's
    own answer to call. `kept` is where failing examples are kept.
    """

    contract: Contract
    target: Target
    emulator: Emulator
    around: Callable[[WireRequest, Answer], WireResponse] = lambda request, answer: answer(request)
    kept: Path | None = None
    received: list[WireRequest] = field(factory=list)
    slept: list[float] = field(factory=list)
    nonces: count = field(factory=count)

    @property
    def surroundings(self) -> RuntimeEnvironment:
        return RuntimeEnvironment(lambda: NOW, lambda: 0.0, self.slept.append, lambda: f"nonce-{next(self.nonces)}")

    def answer(self, request: WireRequest) -> WireResponse:
        self.received.append(request)
        return self.around(request, lambda asked: self.emulator.handle(asked, NOW))

    def dispatcher(self, most: int | None = None) -> Dispatcher:
        envelope = RequestEncoder(self.contract, self.target)
        return Dispatcher(envelope, InProcessSender(self.answer), NoThrottle(), self.surroundings, 10.0, most)

    def events(self, stopped: Callable[[], bool] = lambda: False, **options) -> list[Event]:
        given = Options(**{"jobs": 1, **options}).validate()
        return list(
            EndpointRun(self.contract, self.target, given, self.dispatcher(given.budget), stopped, self.kept).events()
        )

    def record(self, stopped: Callable[[], bool] = lambda: False, **options) -> RunRecord:
        return self.events(stopped, **options)[-1].record


@pytest.fixture(scope="session")
def contract():
    return load()


@pytest.fixture(scope="session")
def later():
    """The contract of the later revision that ships."""
    return load(None, "2026-06")


@define
class Copy:
    """A contract directory of its own, free to be edited."""

    root: Path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces a text, everywhere in a file, which has to be there."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def copied(tmp_path):
    return Copy(Path(shutil.copytree(shipped_spec(), tmp_path / "spec")))


@pytest.fixture(scope="session")
def store(contract):
    return Store.from_contract(contract)


def benches(contract: Contract, store: Store) -> Callable[..., Bench]:
    """Makes benches: with faults, with something `around`, with a target that is changed by `adapt`."""

    def made(*faults, adapt=lambda target: target, behaviour=None, **given):
        settings = EmulatorSettings(qps=None, faults=faults, behaviour=behaviour or Behaviour())
        target = adapt(emulated(contract, "http://emulator.example", settings))
        return Bench(contract, target, Emulator(contract, settings, store=store), **given)

    return made


@pytest.fixture(scope="session")
def bench(contract, store):
    """Makes benches of the first revision."""
    return benches(contract, store)


@pytest.fixture(scope="session")
def later_bench(later):
    """Makes benches of the later revision."""
    return benches(later, Store.from_contract(later))


@pytest.fixture(scope="session")
def records(bench):
    """Whole runs by their faults, each made once."""
    made = {}

    def record(*faults):
        if faults not in made:
            made[faults] = bench(*faults).record()
        return made[faults]

    return record


@pytest.fixture(scope="session")
def hostile_text():
    return HOSTILE


def _filled(text: str, **others) -> bytes:
    """A reply that has a text wherever there is room for one, in names too."""
    entry = dict.fromkeys(("ProductId", "PicName", "CategoryId", "Score", "SortExprValues", text), text)
    named = {"Success": True, "Code": 0, "Auctions": [entry], "PicInfo": {"Region": text}, "Head": text}
    return json.dumps(named | dict.fromkeys(("Msg", "Message", "RequestId", text), text) | others).encode()


@pytest.fixture(scope="session")
def hostile_bodies():
    """Bodies of replies that mean harm, by what they do."""
    return {
        "fields": _filled(HOSTILE),
        "text": HOSTILE.encode("utf-8", "replace"),
        "refusal": _filled(HOSTILE, Code="InvalidInstance", Message=HOSTILE * 1000),
        "code": _filled(HOSTILE, Code=HOSTILE),
        "megabytes": _filled(HOSTILE + "x" * 1_000_000),
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
