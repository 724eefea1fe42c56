"""Execution of one case: shared exchanges, retries after rate limits, bursts, and lost responses."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.errors import InternalError, Unreachable
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.runner.case_executor import CaseExecutor


@pytest.fixture(scope="session")
def cases(bench, contract):
    target = bench().target
    target = evolve(target, capabilities=evolve(target.capabilities, throttling_qps=4.0))
    return {case.id: case for case in build_cases(contract, target, Survey.from_target(target))}


def executor(endpoint, dispatcher=None):
    return CaseExecutor(endpoint.contract, endpoint.target, dispatcher or endpoint.dispatcher(), Policy())


def test_equal_probes_are_sent_once(bench, cases):
    endpoint = bench()
    case_executor = executor(endpoint)
    case = cases["num.maximum/above"]
    first, again = case_executor.execute(case), case_executor.execute(evolve(case, id="another"))
    assert first.exchanges[0] is again.exchanges[0]
    assert len(endpoint.received) == 1


def test_fresh_probes_are_sent_each_time(bench, cases):
    endpoint = bench()
    result = executor(endpoint).execute(cases["authentication.replay/twice"])
    assert result.outcome is Outcome.PASSED
    first, second = endpoint.received
    assert first.header("x-acs-signature-nonce") == second.header("x-acs-signature-nonce")


def test_a_lost_response_is_not_shared(bench, cases):
    def around(request, answer):
        if len(endpoint.received) == 1:
            raise Unreachable("no reply: reset")
        return answer(request)

    endpoint = bench(around=around)
    case_executor, case = executor(endpoint), cases["num.maximum/above"]
    assert [case_executor.execute(case).outcome for _ in range(2)] == [Outcome.ERRORED, Outcome.PASSED]


def test_a_rate_limited_request_is_retried(bench, cases, rate_limit_response):
    endpoint = bench(
        around=lambda request, answer: rate_limit_response if len(endpoint.received) <= 2 else answer(request)
    )
    case_executor = executor(endpoint)
    result = case_executor.execute(cases["num.maximum/above"])
    assert result.outcome is Outcome.PASSED
    assert len(endpoint.slept) == 2
    assert endpoint.slept == sorted(endpoint.slept)
    responses = [exchange.response for _, exchange in case_executor.rate_limited_exchanges]
    assert responses == [rate_limit_response, rate_limit_response]


def test_a_case_that_stays_rate_limited_is_errored(bench, cases, rate_limit_response):
    endpoint = bench(around=lambda *_: rate_limit_response)
    result = executor(endpoint).execute(cases["num.maximum/above"])
    assert result.outcome is Outcome.ERRORED
    assert "lower --qps" in result.reason
    assert len(endpoint.received) == 3


def test_a_replay_uses_the_nonce_of_the_request_that_was_not_rate_limited(bench, cases, rate_limit_response):
    def around(request, answer):
        response = answer(request)
        return rate_limit_response if len(endpoint.received) == 1 else response

    endpoint = bench(around=around)
    result = executor(endpoint).execute(cases["authentication.replay/twice"])
    assert result.outcome is Outcome.PASSED
    nonces = [request.header("x-acs-signature-nonce") for request in endpoint.received]
    assert nonces[0] != nonces[1] == nonces[2]


def test_a_rate_limit_that_the_case_provokes_is_judged(bench, cases, rate_limit_response):
    case = (
        cases["error.DeniedRequest.status/fault-header"]
        if "error.DeniedRequest.status/fault-header" in cases
        else next(case for name, case in cases.items() if "DeniedRequest" in name and case.burst_size is None)
    )
    endpoint = bench(around=lambda *_: rate_limit_response)
    assert executor(endpoint).execute(case).outcome is Outcome.PASSED
    assert endpoint.slept == []


def test_a_burst_ends_with_the_first_rate_limit(bench, cases, rate_limit_response):
    case = cases["throttling.above/burst"]
    endpoint = bench(
        around=lambda request, answer: rate_limit_response if len(endpoint.received) > 4 else answer(request)
    )
    result = executor(endpoint).execute(case)
    assert result.outcome is Outcome.PASSED
    assert 5 <= len(endpoint.received) <= case.burst_size
    assert endpoint.slept == []


def test_a_burst_without_a_rate_limit_is_a_failure(bench, cases):
    case = cases["throttling.above/burst"]
    endpoint = bench()
    result = executor(endpoint).execute(case)
    assert result.outcome is Outcome.FAILED
    assert len(endpoint.received) == case.burst_size


def test_a_burst_that_is_too_slow_is_errored(bench, cases):
    endpoint = bench()
    ticks = iter(range(10**6))
    dispatcher = endpoint.dispatcher()
    dispatcher.runtime = evolve(dispatcher.runtime, perf_counter=lambda: next(ticks) / 4)
    result = executor(endpoint, dispatcher).execute(cases["throttling.above/burst"])
    assert result.outcome is Outcome.ERRORED
    assert "requests completed within a second" in result.reason


def test_a_burst_that_loses_its_target_is_errored(bench, cases):
    def around(*_):
        raise Unreachable("no reply: reset")

    assert executor(bench(around=around)).execute(cases["throttling.above/burst"]).outcome is Outcome.ERRORED


def test_an_internal_error_is_not_held_against_the_target(bench, cases):
    def around(*_):
        raise InternalError("a header is too long")

    result = executor(bench(around=around)).execute(cases["num.maximum/above"])
    assert (result.outcome, result.reason) == (Outcome.ERRORED, "internal error: a header is too long")


def test_a_case_that_does_not_apply_sends_nothing(bench, cases):
    endpoint = bench()
    result = executor(endpoint).execute(evolve(cases["num.maximum/above"], not_applicable_reason="no reason to"))
    assert (result.outcome, result.reason, endpoint.received) == (Outcome.NOT_APPLICABLE, "no reason to", [])
