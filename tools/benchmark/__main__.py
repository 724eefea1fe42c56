"""Measures the suite and the emulator, and what they are compared with: a page, its plots and the figures.

    python tools/benchmark DIRECTORY [PART...]

Writes DIRECTORY/benchmark.md, and the plots and figures into DIRECTORY/benchmark/; with the names of parts it measures
those alone, prints them and writes nothing. Needs wrk, and npx for Prism, which is left out without. Exit code 1 if
something that is aimed at is missed.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import making
import overhead
import peer
import scaling
import starting
import throughput
import whole
from attrs import asdict
from figures import Part, markdown
from plots import draw_peers, draw_scaling

PARTS: dict[str, Callable[[], Part]] = {
    "whole": whole.part,
    "overhead": overhead.part,
    "scaling": scaling.part,
    "throughput": throughput.part,
    "peer": peer.part,
    "making": making.part,
    "starting": starting.part,
}


def main(directory: Path, *names: str) -> int:
    made = {}
    for name in names or PARTS:
        print(name, file=sys.stderr)
        made[name] = PARTS[name]()
    text = markdown(list(made.values()), _machine(), "tox -e bench")
    if names:
        print(text)
    else:
        _write(made, text, directory)
    return 0 if all(one.met for part in made.values() for one in part.aims) else 1


def _write(made: dict[str, Part], text: str, directory: Path) -> None:
    beside = directory / "benchmark"
    beside.mkdir(parents=True, exist_ok=True)
    (directory / "benchmark.md").write_text(text, encoding="utf-8")
    figures = {name: asdict(part) for name, part in made.items()}
    (beside / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    draw_scaling(made["scaling"].figures["faster"], beside / "scaling.svg")
    draw_peers(made["peer"].figures["ways"], beside / "peers.svg")


def _machine() -> str:
    return f"{os.cpu_count()} cores with Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
