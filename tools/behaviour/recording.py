"""Records parts, in several processes, and writes and reads the files."""

from __future__ import annotations

import gc
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir
from fnmatch import fnmatchcase
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import product
from parts import PARTS, Choice, Job

#: A file with more characters is compressed.
_LARGE = 1_000_000

Recorded = dict[str, dict[str, Any]]


def record(directory: Path, names: Sequence[str], jobs: int, choice: Choice) -> None:
    """Record these parts into a directory, one file each, and say how long each took."""
    directory.mkdir(parents=True, exist_ok=True)
    click.echo(f"recording {product.root()}")
    with ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (sys.path,)) as pool:
        for name in names:
            begun = time.monotonic()
            listed = [one for one in PARTS[name].jobs(choice) if fnmatchcase(one[0], choice.subject)]
            if not listed:
                click.echo(f"{name}: no subject is chosen, nothing is written")
                continue
            found = pool.map(_record_one, [(name, *one) for one in listed], chunksize=_chunk(len(listed), jobs))
            recorded: Recorded = {}
            spent = 0.0
            for (subject, _), (value, seconds) in zip(listed, found, strict=True):
                recorded[subject] = value
                spent += seconds
            path = write(directory, name, recorded)
            wall = time.monotonic() - begun
            click.echo(f"{name}: {len(listed)} subjects, {wall:.0f} s, {spent:.0f} s of CPU: {path}")


def _chunk(subjects: int, jobs: int) -> int:
    """Return how many subjects are given to a process at once: few, so that all processes end together."""
    return max(1, min(8, subjects // (jobs * 4)))


def _prepare(path: list[str]) -> None:
    """Prepare a process: nothing of the user's settings, no garbage collection while a subject is recorded."""
    sys.path[:] = path
    gc.disable()
    for name in list(os.environ):
        if name.startswith(("IMAGESEARCH_", "ALIBABA_CLOUD_")):
            del os.environ[name]


def _record_one(job: tuple[str, str, Job]) -> tuple[dict[str, Any], float]:
    """Record one subject in a directory of its own; also return the seconds of CPU."""
    part, subject, words = job
    begun = time.process_time()
    with tempfile.TemporaryDirectory(prefix="behaviour-", ignore_cleanup_errors=True) as directory, chdir(directory):
        try:
            value = PARTS[part].record(*words)
        except Exception as problem:  # noqa: BLE001 that the product breaks is what it does today
            if not product.is_refusal(problem):
                click.echo(f"{part}: {subject}: {type(problem).__name__}: {str(problem)[:200]}", err=True)
            value = {"refused": True} if product.is_refusal(problem) else {"raised": True}
    gc.collect()
    return value, time.process_time() - begun


def write(directory: Path, name: str, recorded: Recorded) -> Path:
    """Write a part as sorted JSON, compressed when it is large."""
    text = json.dumps(recorded, indent=0, sort_keys=True, ensure_ascii=False) + "\n"
    plain, packed = directory / f"{name}.json", directory / f"{name}.json.gz"
    kept, other = (packed, plain) if len(text) > _LARGE else (plain, packed)
    raw = text.encode("utf-8", "surrogatepass")
    kept.write_bytes(gzip.compress(raw, mtime=0) if kept is packed else raw)
    other.unlink(missing_ok=True)
    return kept


def read(directory: Path) -> dict[str, Recorded]:
    """Read all parts of a recording."""
    found = {}
    for path in sorted(directory.glob("*.json*")):
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "surrogatepass")
        found[path.name.partition(".")[0]] = json.loads(text)
    return found
