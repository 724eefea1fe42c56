"""What users wait for: whole commands, as the README has them."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

from endpoint import endpoint
from figures import Part, spread
from suite import COMMAND, run_command

ROUNDS = 5

TEXT = (
    "From the start of the process to its end, eight reports written. The first is the command of the quick"
    " start: the emulator in the same process, at its own 100 requests a second; the others ask an emulator in a"
    " process of its own, as fast as it goes."
)


def part() -> Part:
    seconds: dict[str, list[float]] = {}
    requests: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, (taken, count) in _round():
            seconds.setdefault(name, []).append(taken)
            requests[name] = count
    rows = [(name, f"{requests[name]}", spread(taken, ".1f")) for name, taken in seconds.items()]
    return Part("A full run", TEXT, (f"{ROUNDS} rounds", "requests", "seconds"), rows)


def _round() -> list[tuple[str, tuple[float, int]]]:
    with tempfile.TemporaryDirectory() as folder, endpoint() as served:
        place = Path(folder)
        embedded = _embedded(place)
        whole = run_command(place, served)
        fixed = run_command(place, served, "--examples", "0")
    assert (whole.code, fixed.code) == (0, 0)
    return [
        ("`run`", embedded),
        ("`run --profile FILE`", (whole.seconds, whole.requests)),
        ("`run --profile FILE --examples 0`", (fixed.seconds, fixed.requests)),
    ]


def _embedded(place: Path) -> tuple[float, int]:
    reports = place / "embedded"
    begun = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, "run", "--quiet", "--reports", str(reports)], cwd=place, capture_output=True, check=False
    )
    seconds = time.perf_counter() - begun
    assert done.returncode == 0, done.stderr
    return seconds, json.loads((reports / "report.json").read_text(encoding="utf-8"))["requests"]
