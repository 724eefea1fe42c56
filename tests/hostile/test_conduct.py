"""Runs against endpoints that redirect, change during the run, or send too much."""

import ssl
from contextlib import ExitStack

import pytest
from attrs import evolve
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.runner import endpoint_run

from .conftest import send_response
from .endpoints import ENDPOINTS
from .raw_server import serve_script
from .run_invariants import check_run

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
def test_redirects_are_not_followed(status, header, serve_endpoint, run, contract):
    with ExitStack() as stack:
        requests = []
        other_server = stack.enter_context(serve_script(lambda connection: requests.append(connection.read_request())))
        location = b"%s: http://%s/?Stolen=1" % (header, other_server.authority.encode())
        endpoint = stack.enter_context(
            serve_endpoint(lambda connection: connection.respond(b"{}", location, status=status))
        )
        outcome = run(endpoint.url, *SMALL)
        assert other_server.accepted == []
    check_run(outcome, contract)
    assert (outcome.code, requests) == (1, [])


@pytest.mark.parametrize("name", ["closes-in-the-body", "never-answers", "escapes-and-markup", "bad-chunk"])
def test_only_complete_responses_are_judged(name, serve_endpoint, run, contract, survey_request_count):
    hostile = {survey_request_count + number for number in range(0, 200, 2)}
    with serve_endpoint(ENDPOINTS[name].script, hostile.__contains__) as endpoint:
        outcome = run(endpoint.url, *SMALL)
    check_run(outcome, contract)
    assert outcome.report["complete"]
    assert set(outcome.outcomes) == {"passed", "errored" if ENDPOINTS[name].unreachable else "failed"}
    assert outcome.code == (3 if ENDPOINTS[name].unreachable else 1)


def test_one_good_response_in_four_does_not_prolong_a_run(serve_endpoint, run, contract, survey_request_count):
    conforming = {survey_request_count + number for number in range(3, 200, 4)}
    with serve_endpoint(
        ENDPOINTS["closes-at-once"].script, lambda number: number >= survey_request_count and number not in conforming
    ) as endpoint:
        outcome = run(endpoint.url, *SMALL)
    check_run(outcome, contract)
    assert outcome.code == 3
    assert len(endpoint.received) <= survey_request_count + 2 * len(outcome.outcomes)


def test_an_endpoint_that_stops_responding_costs_a_few_requests(serve_endpoint, run, contract, survey_request_count):
    with serve_endpoint(ENDPOINTS["closes-at-once"].script, lambda number: number >= survey_request_count) as endpoint:
        outcome = run(endpoint.url, "--jobs", "2")
    check_run(outcome, contract)
    assert (outcome.code, outcome.report["verdict"], outcome.report["complete"]) == (3, "inconclusive", False)
    assert len(endpoint.received) <= survey_request_count + 12
    assert outcome.report["counts"]["skipped"] > 300
    assert outcome.report["counts"]["errored"] <= 9
    assert outcome.output.count("Connection aborted") + outcome.output.count("no response") < 30


def test_noise_instead_of_tls(serve_endpoint, run, contract):
    with serve_endpoint(ENDPOINTS["tls-noise"].script) as endpoint:
        outcome = run(f"https://{endpoint.authority}", *SMALL)
    check_run(outcome, contract)
    assert (outcome.code, outcome.outcomes, endpoint.received) == (3, [], [])


def test_a_tls_server_without_a_certificate_receives_no_request(run, contract, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    requests = []

    def script(connection):
        with context.wrap_socket(connection.socket, server_side=True) as secure:
            requests.append(secure.recv(65536))

    monkeypatch.setattr("sys.unraisablehook", lambda _: None)
    with serve_script(script) as server:
        outcome = run(f"https://{server.authority}", *SMALL)
    check_run(outcome, contract)
    assert (outcome.code, requests) == (3, [])


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_responses_are_skipped(interim, serve_endpoint, respond, run):
    def script(connection):
        connection.send((b"HTTP/1.1 " + interim + b"\r\nLink: </a>; rel=preload\r\n\r\n") * 2)
        send_response(connection, respond(connection.last_request))

    with serve_endpoint(script) as endpoint:
        outcome = run(endpoint.url, *SMALL)
    assert (outcome.code, set(outcome.outcomes)) == (0, {"passed"})


def test_a_response_with_too_many_values_is_not_judged(serve_endpoint, run, survey_request_count, tmp_path):
    """It is no finding, neither of the run nor of `verify`."""
    with serve_endpoint(ENDPOINTS["a-million-lists"].script, lambda number: number >= survey_request_count) as endpoint:
        outcome = run(endpoint.url, *SMALL)
    assert outcome.code == 3
    reasons = {case["reason"] for case in outcome.report["cases"]}
    assert reasons == {"the response exceeds the limit for JSON values"}
    verified = CliRunner().invoke(main, ["verify", str(tmp_path / "out")])
    assert verified.exit_code in {0, 3}, verified.output


@pytest.mark.parametrize("jobs", [1, 4])
def test_a_run_keeps_a_limited_number_of_bytes(bench, monkeypatch, jobs):
    monkeypatch.setattr(endpoint_run, "_MAX_RECEIVED_BYTES", 3 << 20)

    def around(request, handle):
        response = handle(request)
        return evolve(response, body=response.body + b" " * (100 << 10))

    record = bench(around=around).record(jobs=jobs)
    assert record.stop_reason == "the responses of the target exceed 3 megabytes, the maximum that is kept"
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    assert sum(len(exchange.response.body) for exchange in record.exchanges) < (4 + jobs) << 20
    assert {result.outcome for result in record.cases} >= {Outcome.PASSED, Outcome.SKIPPED}


def test_little_is_kept_of_a_truncated_response(bench):
    def around(request, handle):
        return evolve(handle(request), body=b" " * (4 << 20), truncated=True)

    record = bench(around=around).record(select=["num.m*"])
    assert sum(len(exchange.response.body) for exchange in record.exchanges) < len(record.exchanges) * (129 << 10)


def test_an_internal_error_of_the_survey_is_in_the_record(bench):
    def around(*_):
        raise ZeroDivisionError("bug in the suite")

    record = bench(around=around).record()
    assert record.stop_reason == "internal error: ZeroDivisionError: bug in the suite"
    assert record.verdict is Verdict.INCONCLUSIVE


def test_an_error_of_the_http_library_is_not_an_internal_error(serve_endpoint, run):
    with serve_endpoint(ENDPOINTS["negative-chunk"].script) as endpoint:
        outcome = run(endpoint.url, *SMALL)
    assert "internal error" not in outcome.text


#: As documented; the suite does not trust the Retry-After.
RATE_LIMIT = WireResponse(
    429,
    (("Content-Type", "application/json"), ("Retry-After", "31536000000")),
    b'{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"1"}',
)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_endpoint_that_rate_limits_after_the_survey_costs_a_few_requests(bench, survey_request_count, jobs):
    endpoint = bench(
        around=lambda request, handle: RATE_LIMIT if len(endpoint.received) > survey_request_count else handle(request)
    )
    record = endpoint.record(jobs=jobs)
    assert record.stop_reason == "the target still rate-limits after all retries; lower --qps"
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    outcomes = [result.outcome for result in record.cases]
    assert 3 <= outcomes.count(Outcome.ERRORED) <= 9
    assert outcomes.count(Outcome.SKIPPED) > 300
    assert len(endpoint.received) <= survey_request_count + 40
    assert sum(endpoint.slept) < 100 * jobs


def test_rate_limits_of_single_cases_do_not_stop_the_run(bench, survey_request_count):
    """Only requests with Num are rate-limited."""

    def around(request, handle):
        return (
            RATE_LIMIT if b"Num=" in request.body and len(endpoint.received) > survey_request_count else handle(request)
        )

    endpoint = bench(around=around)
    record = endpoint.record(select=["num.*"])
    assert (record.stop_reason, record.complete, record.verdict) == (None, True, Verdict.INCONCLUSIVE)
    assert [result.outcome for result in record.cases].count(Outcome.ERRORED) > 3
