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

from imagesearch_conformance.selfcheck.trial import Trial
from imagesearch_conformance.selfcheck.trial_runner import TrialRunner
from imagesearch_conformance.selfcheck.variant import Variant


@frozen
class TrialSpec:
    """One trial to be made: of which subject, by which contract directory, with how many requests, how."""

    variant: Variant
    spec: Path | None = None
    budget: int | None = None
    http: bool = False


def run_trials(specs: Sequence[TrialSpec], processes: int) -> Iterator[Trial]:
    """The trials, in the order of the attempts."""
    if processes == 1:
        yield from map(_run_trial, specs)
        return
    # Workers begin with nothing: what this process holds, threads included, is none of their business.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _initialize_worker)
    try:
        yield from pool.map(_run_trial, specs)
    finally:
        pool.shutdown(cancel_futures=True)


def _initialize_worker() -> None:
    """Leaves Ctrl-C to the process that waits, and collects nothing: a worker does not live long enough to need it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def _run_trial(spec: TrialSpec) -> Trial:
    bench = _trial_runner(spec.spec, spec.variant.document, use_cache=not spec.http)
    return bench.run_trial(spec.variant, spec.budget, http=spec.http)


@cache
def _trial_runner(spec: Path | None, document: str, *, use_cache: bool) -> TrialRunner:
    bench = TrialRunner.from_spec(spec, document)
    if use_cache:
        bench.fill_cache()
    return bench
