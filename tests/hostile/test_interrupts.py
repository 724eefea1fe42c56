"""Ctrl-C, whenever it comes, leaves valid reports that say how far the run got."""

import os
import signal

import pytest

from imagesearch_conformance.reports.write import RENDERERS

from .conftest import reply_of
from .holding import sound


@pytest.fixture
def interrupting(playing, reference):
    """Serves a good endpoint while which answers its request of one number somebody presses Ctrl-C."""

    def served(number):
        def play(talk):
            os.kill(os.getpid(), signal.SIGINT)
            reply_of(talk, reference(talk.heard))

        return playing(play, lambda one: one == number)

    return served


PLACES = {
    "the first request": (0, ["--select", "num.*"], False),
    "the survey": (5, ["--select", "num.*"], True),
    "the first case": (12, ["--select", "num.*"], True),
    "cases side by side": (16, ["--select", "num.*", "--jobs", "4"], True),
    "a burst": (13, ["--select", "throttling.above"], True),
    "generated requests": (20, ["--select", "generated", "--examples", "30"], True),
}


@pytest.mark.parametrize(
    "place",
    [pytest.param(one, marks=pytest.mark.long if one == "generated requests" else ()) for one in PLACES],
)
def test_what_was_judged_so_far_is_reported(place, interrupting, run, contract):
    number, words, planned = PLACES[place]
    with interrupting(number) as asked:
        ran = run(asked.endpoint, *words, timeout=5, qps=40)
    sound(ran, contract)
    assert (ran.code, ran.report["complete"]) == (130, False)
    # Nothing is refused here for the number of requests: once a burst is over, that is a finding.
    assert ran.report["verdict"] == ("nonconformant" if place == "a burst" else "inconclusive")
    assert ran.report["stopReason"] == "the run was interrupted"
    assert bool(ran.report["cases"]) is planned
    assert number < len(asked.received) <= number + 100


def test_while_the_reports_are_written(playing, run, contract, monkeypatch):
    """All was judged: the reports are whole and say so."""
    whole = RENDERERS["summary.md"]

    def interrupted(document):
        os.kill(os.getpid(), signal.SIGINT)
        return whole(document)

    monkeypatch.setitem(RENDERERS, "summary.md", interrupted)
    with playing(None, lambda _: False) as asked:
        ran = run(asked.endpoint, "--select", "num.maximum", timeout=5)
    sound(ran, contract)
    assert (ran.code, ran.report["complete"], ran.report["verdict"]) == (130, True, "conformant")
