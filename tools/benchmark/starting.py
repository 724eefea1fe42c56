"""How long it takes until something happens."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time

from figures import Part, spread
from suite import COMMAND

ROUNDS = 9

TEXT = (
    "`--help` from the start of the process to its end; `run` from the start of the process to the connection of"
    " its first request; and, to compare, a Python that does nothing. In turns."
)


def part() -> Part:
    found: dict[str, list[float]] = {"python -c pass": [], "--help": [], "run, to its first request": []}
    for number in range(ROUNDS + 1):
        made = (_ended(sys.executable, "-c", "pass"), _ended(*COMMAND, "--help"), _first_request())
        if number:  # the first round fills caches
            for name, seconds in zip(found, made, strict=True):
                found[name].append(seconds)
    rows = [(name, spread(seconds)) for name, seconds in found.items()]
    return Part("Start", TEXT, (f"{ROUNDS} rounds", "seconds"), rows)


def _ended(*words: str) -> float:
    begun = time.perf_counter()
    subprocess.run(words, capture_output=True, check=True)
    return time.perf_counter() - begun


def _first_request() -> float:
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as place:
        server.settimeout(60)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        begun = time.perf_counter()
        words = [*COMMAND, "run", address, "--quiet", "--timeout", "1"]
        with subprocess.Popen(words, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            connection, _ = server.accept()
            seconds = time.perf_counter() - begun
            connection.close()
            process.kill()
        return seconds
