"""Which faults are noticed, and at what cost: by us and by `schemathesis run`, at the same endpoints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from attrs import define, field, frozen
from endpoint import Endpoint, endpoint
from figures import Aim, Part, median, spread
from suite import run_command

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator.faults import contract_faults

ROOT = Path(__file__).resolve().parents[2]

#: Of so many faults of the catalogue one is tried, from the first on, and the endpoint without a fault this often.
EVERY = 9
CLEAN = 5

#: Half the seconds, twice the kills.
MOST_SECONDS, LEAST_KILLS = 0.5, 2.0

TEXT = (
    "Three ways to test the emulator, a process of its own for each run, which demands no signature since"
    " Schemathesis makes none: `imagesearch-conformance run --examples 0`; `schemathesis run spec/openapi.yaml`"
    " as it comes, told to go on after a failure; and the same with `schemathesis.toml` of this repository, which"
    " gives it values that exist and turns off what contradicts the page. Whole commands, from start to end, in"
    " turns. Every {every}th of the {faults} faults in the order of the catalogue, and the endpoint without one"
    " {clean} times, Schemathesis as it comes with another seed each time. A fault counts as noticed where a kind of"
    " failure is reported that is reported of no endpoint without one. The catalogue was written with the"
    " requirements of this suite: much of it shows in relations between replies, of which an OpenAPI document says"
    " nothing. What has to do with signatures and rates nobody notices at an endpoint that demands neither."
)


@frozen
class Tried:
    """One run: its seconds and requests, and the kinds of failures that it reports."""

    seconds: float
    requests: int
    failures: frozenset[str]


@define
class Way:
    """One way to test, with what it showed: without a fault, and of each fault."""

    name: str
    make: Callable[[Path, Endpoint, int], Tried]
    clean: list[Tried] = field(factory=list)
    faulty: list[Tried] = field(factory=list)

    @property
    def usual(self) -> frozenset[str]:
        """What it reports where there is no fault."""
        return frozenset().union(*(one.failures for one in self.clean))

    @property
    def killed(self) -> int:
        return sum(bool(one.failures - self.usual) for one in self.faulty)

    @property
    def requests_a_kill(self) -> float:
        return sum(one.requests for one in self.faulty) / max(1, self.killed)


def part() -> Part:
    faults = list(contract_faults(load()))
    ways = (Way("this suite", _ours), Way("Schemathesis", _stock), Way("Schemathesis, configured", _configured))
    _try(ways, [None] * CLEAN + faults[::EVERY])
    ours, *others = ways
    best = max(others, key=lambda one: one.killed)
    rows = [_row(one, ours) for one in ways]
    header = ("", "seconds", "ours by theirs", "requests", "noticed", "requests a fault noticed", "reported of none")
    text = TEXT.format(every=EVERY, faults=len(faults), clean=CLEAN)
    figures = {one.name: {"noticed": one.killed / len(one.faulty), "requests": one.requests_a_kill} for one in ways}
    aims = list(_aims(ours, others, best))
    return Part("Beside Schemathesis", text, header, rows, aims, {"ways": figures}, "peers.svg")


def _try(ways: Iterable[Way], faults: Iterable[str | None]) -> None:
    for number, fault in enumerate(faults):
        print(f"  {fault or 'no fault'}", file=sys.stderr)
        for way in ways:
            with tempfile.TemporaryDirectory() as place, endpoint(fault=fault, signature="optional") as served:
                (way.clean if fault is None else way.faulty).append(way.make(Path(place), served, number))


def _row(way: Way, ours: Way) -> tuple[str, ...]:
    return (
        way.name,
        spread([one.seconds for one in way.clean], ".1f"),
        f"{median([one.seconds for one in ours.clean]) / median([one.seconds for one in way.clean]):.2f}",
        f"{median([one.requests for one in way.clean]):.0f}",
        f"{way.killed} of {len(way.faulty)} ({way.killed / len(way.faulty):.0%})",
        f"{way.requests_a_kill:.0f}",
        ", ".join(sorted(way.usual)) or "nothing",
    )


def _aims(ours: Way, others: Iterable[Way], best: Way) -> Iterable[Aim]:
    seconds = median([one.seconds for one in ours.clean])
    for other in others:
        share = seconds / median([one.seconds for one in other.clean])
        yield Aim(f"at most {MOST_SECONDS:.1f} of the seconds of {other.name}", f"{share:.2f}", share <= MOST_SECONDS)
    times = ours.killed / max(1, best.killed)
    found = f"{times:.1f} times ({ours.killed} and {best.killed})"
    text = f"at least {LEAST_KILLS:.0f} times as many faults noticed as by the better of them"
    yield Aim(text, found, times >= LEAST_KILLS)
    fewer = ours.requests_a_kill < min(one.requests_a_kill for one in others)
    found = " and ".join(f"{one.requests_a_kill:.0f}" for one in (ours, *others))
    yield Aim("fewer requests for each fault noticed", found, fewer)


def _ours(place: Path, served: Endpoint, _: int) -> Tried:
    ran = run_command(place, served, "--examples", "0")
    return Tried(ran.seconds, ran.requests, frozenset({"nonconformant"} if ran.code == 1 else ()))


def _stock(place: Path, served: Endpoint, number: int) -> Tried:
    return _schemathesis(place, served, (), "--continue-on-failure", "--seed", str(number))


def _configured(place: Path, served: Endpoint, _: int) -> Tried:
    return _schemathesis(place, served, ("--config-file", str(ROOT / "schemathesis.toml")))


def _schemathesis(place: Path, served: Endpoint, before: tuple[str, ...], *options: str) -> Tried:
    report = place / "report.json"
    words = [sys.executable, "-m", "schemathesis.cli", *before, "run", str(ROOT / "spec" / "openapi.yaml")]
    words += ["--url", served.address, "--report", "json", "--report-json-path", str(report), *options]
    free = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS_")}
    begun = time.perf_counter()
    done = subprocess.run(words, cwd=place, env=free, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    assert report.exists(), done.stdout + done.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    assert not told["errors"], told["errors"]
    return Tried(seconds, served.requests, frozenset(one["type"] for one in told["failures"]))
