"""Ctrl-C at any time leaves valid reports of what was judged."""

import os
import signal

import pytest

from imagesearch_conformance.reports.write import RENDERERS

from .conftest import send_response
from .run_invariants import check_run


@pytest.fixture
def serve_and_interrupt(serve_endpoint, respond):
    """Serve a conforming endpoint; interrupt the run at its request of this number."""

    def serve(number):
        def script(connection):
            os.kill(os.getpid(), signal.SIGINT)
            send_response(connection, respond(connection.last_request))

        return serve_endpoint(script, lambda current: current == number)

    return serve


STAGES = {
    "the first request": (0, ["--select", "num.*"], False),
    "the survey": (5, ["--select", "num.*"], True),
    "the first case": (12, ["--select", "num.*"], True),
    "parallel cases": (16, ["--select", "num.*", "--jobs", "4"], True),
    "a burst": (13, ["--select", "throttling.above"], True),
    "generated requests": (20, ["--select", "generated", "--examples", "30"], True),
}


@pytest.mark.parametrize(
    "stage",
    [pytest.param(stage, marks=pytest.mark.long if stage == "generated requests" else ()) for stage in STAGES],
)
def test_an_interrupted_run_reports_what_it_judged(stage, serve_and_interrupt, run, contract):
    number, arguments, is_planned = STAGES[stage]
    with serve_and_interrupt(number) as endpoint:
        outcome = run(endpoint.url, *arguments, timeout=5, qps=40)
    check_run(outcome, contract)
    assert (outcome.code, outcome.report["complete"]) == (130, False)
    # This endpoint has no rate limit: after a complete burst, that is a finding.
    assert outcome.report["verdict"] == ("nonconformant" if stage == "a burst" else "inconclusive")
    assert outcome.report["stopReason"] == "the run was interrupted"
    assert bool(outcome.report["cases"]) is is_planned
    assert number < len(endpoint.received) <= number + 100


def test_an_interrupt_during_the_reports_leaves_complete_reports(serve_endpoint, run, contract, monkeypatch):
    render = RENDERERS["summary.md"]

    def interrupt(document):
        os.kill(os.getpid(), signal.SIGINT)
        return render(document)

    monkeypatch.setitem(RENDERERS, "summary.md", interrupt)
    with serve_endpoint(None, lambda _: False) as endpoint:
        outcome = run(endpoint.url, "--select", "num.maximum", timeout=5)
    check_run(outcome, contract)
    assert (outcome.code, outcome.report["complete"], outcome.report["verdict"]) == (130, True, "conformant")
