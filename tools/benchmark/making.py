"""How fast cases are made, and how long the suite needs to test itself."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

from figures import Part, spread
from suite import COMMAND, made_cases, made_examples

from imagesearch_conformance.contract import load

ROUNDS = 9
EXAMPLES = 200

TEXT = (
    "Cases from a loaded contract and a survey, without sending; generated requests drawn, sent to the emulator"
    " in this process and judged; `selfcheck` by its command, with as many processes as there are cores."
)


def part() -> Part:
    contract = load()
    cases, examples = [], []
    made_examples(contract, 1)  # Hypothesis and Schemathesis are imported with the first
    for _ in range(ROUNDS):
        count, seconds = made_cases(contract)
        cases.append(count / seconds)
        begun = time.perf_counter()
        drawn = made_examples(contract, EXAMPLES)
        examples.append(drawn / (time.perf_counter() - begun))
    seconds, found = _selfcheck()
    rows = [
        ("cases made a second", spread(cases, ".0f")),
        ("generated requests a second, sent and judged", spread(examples, ".0f")),
        ("`selfcheck`, seconds", f"{seconds:.1f}"),
        ("faults tried a second by it", f"{found['faults'] / seconds:.1f}"),
        ("faults, of them killed", f"{found['faults']}, {found['killed']}"),
        ("conforming endpoints, of them flagged", f"{found['conforming']}, {found['flagged']}"),
    ]
    return Part("Cases and self-check", TEXT, (f"{ROUNDS} rounds, `selfcheck` once", ""), rows)


def _selfcheck() -> tuple[float, dict[str, int]]:
    with tempfile.TemporaryDirectory() as place:
        begun = time.perf_counter()
        subprocess.run([*COMMAND, "selfcheck", "--quiet", "--reports", place], capture_output=True, check=True)
        seconds = time.perf_counter() - begun
        return seconds, json.loads(Path(place, "selfcheck.json").read_text(encoding="utf-8"))["counts"]
