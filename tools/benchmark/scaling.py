"""What several requests at once save where each takes a while."""

from __future__ import annotations

from endpoint import endpoint
from figures import Aim, Part, median, spread
from suite import run_here

from imagesearch_conformance.contract import load

ROUNDS = 3
LATENCY = 0.020
JOBS = (1, 2, 4, 8)

#: How much faster the most jobs have to be than one.
LEAST = 6.0

MILLISECONDS = round(1000 * LATENCY)

TEXT = f"The same run as above with `--jobs`, against the emulator that holds each reply back for {MILLISECONDS} ms."


def part() -> Part:
    contract = load()
    seconds: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    count = 0
    for _ in range(ROUNDS):
        for jobs in JOBS:
            with endpoint(latency=LATENCY) as served:
                made = run_here(contract, served.address, jobs)
            seconds[jobs].append(made.seconds)
            count = len(made.requests)
    faster = {jobs: median(seconds[1]) / median(seconds[jobs]) for jobs in JOBS}
    rows = [(str(jobs), spread(seconds[jobs]), f"{faster[jobs]:.1f}") for jobs in JOBS]
    most = JOBS[-1]
    aim = Aim(
        f"at {MILLISECONDS} ms, `--jobs {most}` at least {LEAST:.0f} times as fast as one",
        f"{faster[most]:.1f} times",
        faster[most] >= LEAST,
    )
    header = (f"jobs ({count} requests, {ROUNDS} rounds)", "seconds", "times as fast as one")
    return Part("Several requests at once", TEXT, header, rows, [aim], {"faster": faster}, "scaling.svg")
