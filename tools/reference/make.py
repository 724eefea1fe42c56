"""Certifies our emulator and implementations of others, and leaves the reports that the repository keeps.

    python tools/reference/make.py DIRECTORY

Needs npx (Node.js) and java; an implementation that does not start is left out, and the script fails in the end.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

#: The contract, as implementations are given it: they repeat the path in what they answer.
SPEC = Path("spec", "openapi.yaml")

#: What the repository keeps of a report; the rest can be made again, and weighs megabytes.
KEPT = ("report.html", "summary.md", "badge.svg")

#: How long an implementation may take to answer, and how often that is tried, in seconds.
_PATIENCE, _PAUSE = 120, 0.5

#: Keys of nobody, for implementations that want a signature and cannot verify one.
_KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "nobody", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "nobodys-secret"}


class Implementation(NamedTuple):
    """What is certified: its command with `{port}` in it (none for the embedded emulator), and how it is asked."""

    name: str
    command: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}


IMPLEMENTATIONS = (
    Implementation("emulator"),
    Implementation("emulator-2026-06", options=("--document", "2026-06")),
    Implementation("prism", ("npx", "--yes", "@stoplight/prism-cli@5.14.2", "mock", str(SPEC), "-p", "{port}")),
    # One request at a time: it is busy for long with each that does not fit.
    Implementation(
        "specmatic",
        ("npx", "--yes", "specmatic@2.55.1", "stub", str(SPEC), "--port", "{port}"),
        ("--jobs", "1"),
        _KEYS,
    ),
)


def main(directory: Path) -> int:
    made = [one for one in IMPLEMENTATIONS if certified(one, directory / one.name)]
    # The two revisions of our emulator stand beside each other: the page says so.
    command("matrix", "--mixed", "--reports", str(directory), *(f"{one.name}={directory / one.name}" for one in made))
    for one in made:
        tidy(directory / one.name)
    return 0 if len(made) == len(IMPLEMENTATIONS) else 1


def certified(one: Implementation, place: Path) -> bool:
    """Whether an implementation could be asked; its reports are in the place then."""
    with started(one) as endpoint:
        if endpoint is None:
            print(f"{one.name} did not start", file=sys.stderr)
            return False
        address = [endpoint] if endpoint else []
        command("run", *address, *one.options, "--quiet", "--reports", str(place), environment=one.environment)
    return (place / "report.json").is_file()


@contextmanager
def started(one: Implementation) -> Iterator[str | None]:
    """The address of an implementation while the block lasts: empty for the embedded one, None for none."""
    if not one.command:
        yield ""
        return
    port = free_port()
    words = [word.format(port=port) for word in one.command]
    with tempfile.TemporaryDirectory() as place, Path(place, "log").open("w") as log:
        shutil.copytree(ROOT / "spec", Path(place, "spec"))
        process = subprocess.Popen(words, cwd=place, stdout=log, stderr=log, start_new_session=True)
        try:
            yield f"http://127.0.0.1:{port}" if listening(port) else None
        finally:
            os.killpg(process.pid, 15)
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(_PAUSE)
    return False


def command(*words: str, environment: Mapping[str, str] | None = None) -> None:
    """One command of ours; exit codes above 1 say that it did not work."""
    print("imagesearch-conformance", *words)
    done = subprocess.run(
        [sys.executable, "-m", "imagesearch_conformance", *words], env=os.environ | dict(environment or {}), check=False
    )
    if done.returncode > 1:
        sys.exit(done.returncode)


def tidy(place: Path) -> None:
    """Leaves only what the repository keeps."""
    for path in place.iterdir():
        if path.name not in KEPT:
            path.unlink()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
