"""What a run does about endpoints that change, lead elsewhere, or send more and more."""

import ssl
from contextlib import ExitStack

import pytest
from attrs import evolve
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.runner import endpoint_run

from .conftest import reply_of
from .endpoints import ENDPOINTS
from .holding import sound
from .talking import talking

SMALL = ("--select", "num.m*", "--jobs", "1")


@pytest.mark.parametrize(
    ("status", "header"),
    [
        (b"302 Found", b"Location"),
        (b"307 Temporary", b"Location"),
        *[
            pytest.param(status, header, marks=pytest.mark.long)
            for status in (b"201 Created", b"300 Many", b"301 Moved", b"303 See Other", b"308 Permanent")
            for header in (b"Location", b"Refresh")
        ],
    ],
)
def test_nobody_else_hears_of_a_redirect(status, header, playing, run, contract):
    with ExitStack() as stack:
        elsewhere = stack.enter_context(talking(lambda talk: heard.append(talk.request())))
        heard = []
        to = b"%s: http://%s/?Stolen=1" % (header, elsewhere.authority.encode())
        asked = stack.enter_context(playing(lambda talk: talk.answer(b"{}", to, status=status)))
        ran = run(asked.endpoint, *SMALL)
        assert elsewhere.accepted == []
    sound(ran, contract)
    assert (ran.code, heard) == (1, [])


@pytest.mark.parametrize("name", ["closes-in-the-body", "never-answers", "escapes-and-markup", "bad-chunk"])
def test_good_and_broken_by_turns(name, playing, run, contract, surveyed):
    """What was answered well is judged, what was not is not; and the run is no certificate."""
    broken = {surveyed + number for number in range(0, 200, 2)}
    with playing(ENDPOINTS[name].play, broken.__contains__) as asked:
        ran = run(asked.endpoint, *SMALL)
    sound(ran, contract)
    assert ran.report["complete"]
    assert set(ran.outcomes) == {"passed", "errored" if ENDPOINTS[name].unreachable else "failed"}
    assert ran.code == (3 if ENDPOINTS[name].unreachable else 1)


def test_one_good_reply_in_four_keeps_a_run_going_no_longer_than_it_has_cases(playing, run, contract, surveyed):
    good = {surveyed + number for number in range(3, 200, 4)}
    with playing(ENDPOINTS["closes-at-once"].play, lambda number: number >= surveyed and number not in good) as asked:
        ran = run(asked.endpoint, *SMALL)
    sound(ran, contract)
    assert ran.code == 3
    assert len(asked.received) <= surveyed + 2 * len(ran.outcomes)


def test_an_endpoint_that_is_gone_costs_a_few_requests_of_a_whole_run(playing, run, contract, surveyed):
    with playing(ENDPOINTS["closes-at-once"].play, lambda number: number >= surveyed) as asked:
        ran = run(asked.endpoint, "--jobs", "2")
    sound(ran, contract)
    assert (ran.code, ran.report["verdict"], ran.report["complete"]) == (3, "inconclusive", False)
    assert len(asked.received) <= surveyed + 12
    assert ran.report["counts"]["skipped"] > 300
    assert ran.report["counts"]["errored"] <= 9
    assert ran.said.count("Connection aborted") + ran.said.count("no response") < 30


def test_noise_instead_of_a_secure_connection(playing, run, contract):
    with playing(ENDPOINTS["tls-noise"].play) as asked:
        ran = run(f"https://{asked.authority}", *SMALL)
    sound(ran, contract)
    assert (ran.code, ran.outcomes, asked.received) == (3, [], [])


def test_a_certificate_of_nobody(run, contract, monkeypatch):
    """A server that speaks TLS and has nothing to show: no request goes out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    heard = []

    def script(talk):
        with context.wrap_socket(talk.connected, server_side=True) as secure:
            heard.append(secure.recv(65536))

    monkeypatch.setattr("sys.unraisablehook", lambda _: None)
    with talking(script) as server:
        ran = run(f"https://{server.authority}", *SMALL)
    sound(ran, contract)
    assert (ran.code, heard) == (3, [])


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_replies_are_no_replies(interim, playing, reference, run):
    def play(talk):
        talk.send((b"HTTP/1.1 " + interim + b"\r\nLink: </a>; rel=preload\r\n\r\n") * 2)
        reply_of(talk, reference(talk.heard))

    with playing(play) as asked:
        ran = run(asked.endpoint, *SMALL)
    assert (ran.code, set(ran.outcomes)) == (0, {"passed"})


def test_a_reply_of_many_values_is_told_from_one_that_is_no_json(playing, run, surveyed, tmp_path):
    """What was not looked at is not said to be wrong, by the run or by whoever verifies it."""
    with playing(ENDPOINTS["a-million-lists"].play, lambda number: number >= surveyed) as asked:
        ran = run(asked.endpoint, *SMALL)
    assert ran.code == 3
    reasons = {one["reason"] for one in ran.report["cases"]}
    assert reasons == {"the reply holds more values than are judged of one"}
    verified = CliRunner().invoke(main, ["verify", str(tmp_path / "out")])
    assert verified.exit_code in {0, 3}, verified.output


@pytest.mark.parametrize("jobs", [1, 4])
def test_a_run_keeps_so_many_bytes_and_no_more(bench, monkeypatch, jobs):
    monkeypatch.setattr(endpoint_run, "_MAX_RECEIVED_BYTES", 3 << 20)

    def around(request, answer):
        reply = answer(request)
        return evolve(reply, body=reply.body + b" " * (100 << 10))

    record = bench(around=around).record(jobs=jobs)
    assert record.stop_reason == "the responses of the target exceed 3 megabytes, the maximum that is kept"
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    assert sum(len(one.response.body) for one in record.exchanges) < (4 + jobs) << 20
    assert {one.outcome for one in record.cases} >= {Outcome.PASSED, Outcome.SKIPPED}


def test_of_a_reply_that_was_cut_off_little_is_kept(bench):
    def around(request, answer):
        return evolve(answer(request), body=b" " * (4 << 20), truncated=True)

    record = bench(around=around).record(select=["num.m*"])
    assert sum(len(one.response.body) for one in record.exchanges) < len(record.exchanges) * (129 << 10)


def test_a_survey_that_breaks_has_a_record(bench):
    """Whatever is wrong with ourselves, there are reports that say so."""

    def around(*_):
        raise ZeroDivisionError("of our own making")

    record = bench(around=around).record()
    assert record.stop_reason == "internal error: ZeroDivisionError: of our own making"
    assert record.verdict is Verdict.INCONCLUSIVE


def test_what_breaks_the_library_is_no_fault_of_the_suite(playing, run):
    with playing(ENDPOINTS["negative-chunk"].play) as asked:
        ran = run(asked.endpoint, *SMALL)
    assert "internal error" not in ran.text


#: As the page has it; when to come back is not believed.
DENIAL = WireResponse(
    429,
    (("Content-Type", "application/json"), ("Retry-After", "31536000000")),
    b'{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"1"}',
)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_endpoint_that_refuses_from_some_moment_on_for_the_number_of_requests_costs_a_few(bench, surveyed, jobs):
    made = bench(around=lambda request, answer: DENIAL if len(made.received) > surveyed else answer(request))
    record = made.record(jobs=jobs)
    assert record.stop_reason == "the target still rate-limits after all retries; lower --qps"
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    outcomes = [one.outcome for one in record.cases]
    assert 3 <= outcomes.count(Outcome.ERRORED) <= 9
    assert outcomes.count(Outcome.SKIPPED) > 300
    assert len(made.received) <= surveyed + 40
    assert sum(made.slept) < 100 * jobs


def test_a_case_that_is_refused_for_the_number_of_requests_ends_nothing_while_others_are_answered(bench, surveyed):
    """Whoever asks for many entries is refused, and nobody else."""

    def around(request, answer):
        return DENIAL if b"Num=" in request.body and len(made.received) > surveyed else answer(request)

    made = bench(around=around)
    record = made.record(select=["num.*"])
    assert (record.stop_reason, record.complete, record.verdict) == (None, True, Verdict.INCONCLUSIVE)
    assert [one.outcome for one in record.cases].count(Outcome.ERRORED) > 3
