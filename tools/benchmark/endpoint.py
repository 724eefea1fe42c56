"""Our emulator as an endpoint that counts its requests, in a process of its own.

    python endpoint.py [--fault NAME] [--latency SECONDS] [--signature required|optional]

The first line on standard output is a JSON object with `endpoint` and `profile` (TOML); after that every line on
standard input is answered with the number of requests so far, and the end of standard input ends it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from attrs import define, field, frozen

from imagesearch_conformance.contract import load
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target, format_profile


@define
class Counting:
    """An emulator that counts what it is asked."""

    emulator: Emulator
    asked: int = field(default=0, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    @property
    def settings(self):
        return self.emulator.settings

    def handle(self, request, now):
        with self._lock:
            self.asked += 1
        return self.emulator.handle(request, now)

    def reject_oversized(self, request):
        with self._lock:
            self.asked += 1
        return self.emulator.reject_oversized(request)


@frozen
class Endpoint:
    """A running one: where it is, the profile that fits, and how many requests it has had."""

    address: str
    profile: str
    process: subprocess.Popen

    @property
    def requests(self) -> int:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def endpoint(*, fault: str | None = None, latency: float = 0.0, signature: str = "required") -> Iterator[Endpoint]:
    """A fresh endpoint while the block lasts, without a rate."""
    words = [sys.executable, str(Path(__file__)), "--latency", str(latency), "--signature", signature]
    words += [] if fault is None else ["--fault", fault]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        described = json.loads(process.stdout.readline())
        yield Endpoint(described["endpoint"], described["profile"], process)
        process.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--signature", default="required")
    given = parser.parse_args()
    settings = EmulatorSettings(qps=None, signature=given.signature, faults=tuple(given.fault))
    contract = load()
    counting = Counting(Emulator(contract, settings))
    with serve(counting, latency=lambda: given.latency) as address:
        described = build_target(contract, address, settings)
        print(json.dumps({"endpoint": address, "profile": format_profile(described)}), flush=True)
        for _ in sys.stdin:
            print(counting.asked, flush=True)


if __name__ == "__main__":
    main()
