"""One case: shared exchanges, patience with refusals for the rate, bursts, and replies nobody would think of."""

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
    claiming = evolve(target, capabilities=evolve(target.capabilities, throttling_qps=4.0))
    return {case.id: case for case in build_cases(contract, claiming, Survey.from_target(claiming))}


def executor(made, dispatcher=None):
    return CaseExecutor(made.contract, made.target, dispatcher or made.dispatcher(), Policy())


def test_equal_probes_are_sent_once(bench, cases):
    made = bench()
    working = executor(made)
    case = cases["num.maximum/above"]
    first, again = working.execute(case), working.execute(evolve(case, id="another"))
    assert first.exchanges[0] is again.exchanges[0]
    assert len(made.received) == 1


def test_fresh_probes_are_sent_each_time(bench, cases):
    made = bench()
    result = executor(made).execute(cases["authentication.replay/twice"])
    assert result.outcome is Outcome.PASSED
    first, second = made.received
    assert first.header("x-acs-signature-nonce") == second.header("x-acs-signature-nonce")


def test_a_loss_is_not_shared(bench, cases):
    def around(request, answer):
        if len(made.received) == 1:
            raise Unreachable("no reply: reset")
        return answer(request)

    made = bench(around=around)
    working = executor(made)
    case = cases["num.maximum/above"]
    assert [working.execute(case).outcome for _ in range(2)] == [Outcome.ERRORED, Outcome.PASSED]


def test_a_refusal_for_the_rate_is_waited_out(bench, cases, denial):
    made = bench(around=lambda request, answer: denial if len(made.received) <= 2 else answer(request))
    working = executor(made)
    result = working.execute(cases["num.maximum/above"])
    assert result.outcome is Outcome.PASSED
    assert len(made.slept) == 2
    assert made.slept == sorted(made.slept)
    assert [one.response for _, one in working.rate_limited_exchanges] == [denial, denial]


def test_a_target_that_keeps_refusing_for_the_rate_is_not_judged_by_that(bench, cases, denial):
    made = bench(around=lambda *_: denial)
    result = executor(made).execute(cases["num.maximum/above"])
    assert result.outcome is Outcome.ERRORED
    assert "give a lower --qps" in result.reason
    assert len(made.received) == 3


def test_a_nonce_that_a_refused_request_used_up_is_not_taken_for_the_first_of_two(bench, cases, denial):
    def around(request, answer):
        reply = answer(request)
        return denial if len(made.received) == 1 else reply

    made = bench(around=around)
    result = executor(made).execute(cases["authentication.replay/twice"])
    assert result.outcome is Outcome.PASSED
    nonces = [one.header("x-acs-signature-nonce") for one in made.received]
    assert nonces[0] != nonces[1] == nonces[2]


def test_a_refusal_for_the_rate_that_a_case_asks_for_is_judged(bench, cases, denial):
    case = (
        cases["error.DeniedRequest.status/fault-header"]
        if "error.DeniedRequest.status/fault-header" in cases
        else next(one for name, one in cases.items() if "DeniedRequest" in name and one.burst is None)
    )
    made = bench(around=lambda *_: denial)
    assert executor(made).execute(case).outcome is Outcome.PASSED
    assert made.slept == []


def test_a_burst_ends_with_the_first_refusal(bench, cases, denial):
    case = cases["throttling.above/burst"]
    made = bench(around=lambda request, answer: denial if len(made.received) > 4 else answer(request))
    result = executor(made).execute(case)
    assert result.outcome is Outcome.PASSED
    assert 5 <= len(made.received) <= case.burst_size
    assert made.slept == []


def test_a_burst_that_nobody_refuses_is_a_failure(bench, cases):
    case = cases["throttling.above/burst"]
    made = bench()
    result = executor(made).execute(case)
    assert result.outcome is Outcome.FAILED
    assert len(made.received) == case.burst_size


def test_a_burst_that_was_too_slow_says_nothing(bench, cases):
    made = bench()
    ticking = iter(range(10**6))
    dispatcher = made.dispatcher()
    dispatcher.runtime = evolve(dispatcher.runtime, perf_counter=lambda: next(ticking) / 4)
    result = executor(made, dispatcher).execute(cases["throttling.above/burst"])
    assert result.outcome is Outcome.ERRORED
    assert "within a second, and" in result.reason


def test_a_burst_that_loses_its_target_is_an_error(bench, cases):
    def around(*_):
        raise Unreachable("no reply: reset")

    assert executor(bench(around=around)).execute(cases["throttling.above/burst"]).outcome is Outcome.ERRORED


def test_what_we_did_wrong_is_an_error_and_not_the_target_s(bench, cases):
    def around(*_):
        raise InternalError("a header is too long")

    result = executor(bench(around=around)).execute(cases["num.maximum/above"])
    assert (result.outcome, result.reason) == (Outcome.ERRORED, "a fault of this suite: a header is too long")


def test_a_case_that_cannot_be_asked_sends_nothing(bench, cases):
    made = bench()
    result = executor(made).execute(evolve(cases["num.maximum/above"], not_applicable_reason="no reason to"))
    assert (result.outcome, result.reason, made.received) == (Outcome.NOT_APPLICABLE, "no reason to", [])
