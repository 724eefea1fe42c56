"""What the suite adds to each request, over a loop that sends the same bytes and looks at nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

import requests
from endpoint import endpoint
from figures import Aim, Part, median, spread
from suite import run_here

from imagesearch_conformance.contract import load
from imagesearch_conformance.model.wire import WireRequest

PAIRS = 9

#: The most that a request may cost over the loop, in milliseconds.
MOST = 1.5

TEXT = (
    "A whole deterministic run (survey, cases made and judged, relations, verdict; without generated requests,"
    " reports and the start of the process) against the emulator in a process of its own, one request at a time,"
    " in turns with a loop of `requests.Session.send` over the same prepared requests, signatures included,"
    " against an emulator that has not seen them."
)


def part() -> Part:
    contract = load()
    suite, loop, count = [], [], 0
    for number in range(PAIRS + 1):
        with endpoint() as served:
            made = run_here(contract, served.address)
        with endpoint() as served:
            bare = sending(served.address, made.requests)
        if number:  # the first pair warms up
            count = len(made.requests)
            suite.append(1000 * made.seconds / count)
            loop.append(1000 * bare / count)
    over = [ours - theirs for ours, theirs in zip(suite, loop, strict=True)]
    rows = [
        ("the suite", spread(suite)),
        ("a loop of `requests`", spread(loop)),
        ("the suite over the loop", spread(over)),
        ("ratio", spread([ours / theirs for ours, theirs in zip(suite, loop, strict=True)])),
    ]
    aim = Aim(f"less than {MOST} ms over a bare loop for each request", f"{median(over):.2f} ms", median(over) < MOST)
    return Part("Overhead of a request", TEXT, (f"{count} requests, {PAIRS} pairs", "ms a request"), rows, [aim])


def sending(address: str, sent: Sequence[WireRequest]) -> float:
    """The seconds it takes to send them all, one after the other."""
    prepared = [_prepared(address, one) for one in sent]
    with requests.Session() as session:
        begun = time.perf_counter()
        for one in prepared:
            session.send(one, allow_redirects=False)
        return time.perf_counter() - begun


def _prepared(address: str, sent: WireRequest) -> requests.PreparedRequest:
    made = requests.Request(sent.method, address, headers=dict(sent.headers), data=sent.body or None).prepare()
    made.url = address + sent.target  # the host stays what it was: it is signed
    return made
