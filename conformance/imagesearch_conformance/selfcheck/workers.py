"""Tries subjects side by side, in processes of their own."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from attrs import frozen

from imagesearch_conformance.selfcheck.subject import Subject
from imagesearch_conformance.selfcheck.trial import Trial
from imagesearch_conformance.selfcheck.trying import Bench


@frozen
class Attempt:
    """One trial to be made: of which subject, by which contract directory, with how many requests, how."""

    subject: Subject
    spec: Path | None = None
    budget: int | None = None
    http: bool = False


def trials(attempts: Sequence[Attempt], processes: int) -> Iterator[Trial]:
    """The trials, in the order of the attempts."""
    if processes == 1:
        yield from map(_tried, attempts)
        return
    # Workers begin with nothing: what this process holds, threads included, is none of their business.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _settle)
    try:
        yield from pool.map(_tried, attempts)
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    """Leaves Ctrl-C to the process that waits, and collects nothing: a worker does not live long enough to need it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _tried(attempt: Attempt) -> Trial:
    bench = _bench(attempt.spec, attempt.subject.document, learned=not attempt.http)
    return bench.tried(attempt.subject, attempt.budget, http=attempt.http)


@cache
def _bench(spec: Path | None, document: str, *, learned: bool) -> Bench:
    bench = Bench.of(spec, document)
    if learned:
        bench.learn()
    return bench
