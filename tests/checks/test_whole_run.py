"""Checks over many requests: repeated ids, unprovoked rate-limit errors, and bursts."""

from datetime import timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.whole_run import REQUEST_ID_UNIQUE, THROTTLING_BELOW, judge_run
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade, Relation
from imagesearch_conformance.model.target import Capabilities


@pytest.fixture
def case(builder):
    return builder.success_case("request.minimal/first", "minimal", builder.request())


@pytest.fixture
def build_success(case, build_exchange, sample):
    """Build an exchange with a success response."""

    def build(offset=0.0, seconds=0.0, **change):
        exchange = build_exchange(case, sample | change)
        return evolve(exchange, sent_at=exchange.sent_at + timedelta(seconds=offset), seconds=seconds)

    return build


@pytest.fixture
def build_rate_limited(case, contract, build_exchange):
    """Build an exchange with a rate-limit error."""
    refusal = {"Code": "DeniedRequest", "Message": contract.errors.find("DeniedRequest").message}

    def build(request_id="one", seconds=0.0):
        return evolve(build_exchange(case, refusal | {"RequestId": request_id}, 403), seconds=seconds)

    return build


@pytest.mark.parametrize(
    ("rate", "seconds", "others", "accused"),
    [
        (2, 0.0, [-0.5], True),
        (2, 0.0, [-0.5, -0.4], False),
        (2, 0.0, [-0.5, -1.0], False),
        (2, 0.0, [-0.5, -1.001], True),
        (2, 0.25, [-0.5, -1.25], False),
        (2, 0.25, [-0.5, -1.251], True),
        (2, 0.25, [-0.5, 0.25], False),
        (2, 0.25, [-0.5, 0.251], True),
        (0.5, 0.0, [], True),
        (0.5, 0.0, [-0.5], False),
    ],
)
def test_a_rate_limit_error_fails_only_if_the_rate_was_certainly_kept(  # noqa: PLR0913, PLR0917 what a row says
    contract, target, case, build_success, build_rate_limited, rate, seconds, others, accused
):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=rate))
    exchanges = (build_rate_limited(seconds=seconds), *(build_success(offset) for offset in others))
    found = judge_run(contract, claimed, [(case, exchanges)])[THROTTLING_BELOW]
    assert bool(found.findings) is accused
    assert found.exercised == {THROTTLING_BELOW}


def test_only_ids_that_are_texts_are_compared(contract, target, case, build_success):
    exchanges = tuple(build_success(RequestId=value) for value in (7, 7, "", "", None, None))
    assert judge_run(contract, target, [(case, exchanges)]) == {}


def test_a_run_is_judged_by_ids_and_rate_limit_errors(contract, target, case, build_success):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=5))
    exchanges = (build_success(RequestId="one"), build_success(RequestId="other"))
    assert set(judge_run(contract, claimed, [(case, exchanges)])) == {REQUEST_ID_UNIQUE, THROTTLING_BELOW}


def test_findings_are_limited_to_three(contract, target, case, build_rate_limited):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=50))
    exchanges = tuple(make() for name in "abcde" for make in (lambda name=name: build_rate_limited(name),) * 2)
    found = judge_run(contract, claimed, [(case, exchanges)])
    assert (len(found[REQUEST_ID_UNIQUE].findings), len(found[THROTTLING_BELOW].findings)) == (3, 3)
    assert found[REQUEST_ID_UNIQUE].findings[0].message == "the id a occurs 2 times"


@pytest.fixture
def judge_burst(case, contract, target):
    """Judge requests as a burst of three that expects a rate-limit error."""
    refusal = Acceptance(403, "DeniedRequest", Grade.DOCUMENTED, "too fast")
    asked = evolve(
        case,
        burst_size=3,
        relation=Relation.RATE_LIMITED_BURST,
        expectation=Expectation((*case.expectation.acceptances, refusal)),
    )
    return lambda *exchanges: judge(contract, target, asked, exchanges)


def test_a_burst_within_exactly_a_second_is_judged(judge_burst, build_success):
    (finding,) = judge_burst(*(build_success(offset, 0.25) for offset in (0.0, 0.5, 0.75))).findings
    assert (finding.actual, finding.where, finding.exchange_index) == ("success each time", "status", 2)
    assert [text for text in finding.expected if "DeniedRequest" in text] == list(finding.expected)
    assert len(finding.expected) == 1


@pytest.mark.parametrize(("last", "seconds"), [(0.75, 0.251), (0.751, 0.25), (1.5, 0.0)])
def test_a_burst_longer_than_a_second_is_not_judged(judge_burst, build_success, last, seconds):
    judged = judge_burst(build_success(0.0, 0.0), build_success(0.5, 0.0), build_success(last, seconds))
    assert isinstance(judged, NotJudged)
    assert judged.reason.startswith("only 2 requests completed within a second; the rate limit can be judged from 3")


def test_the_window_of_a_burst_may_begin_with_any_request(judge_burst, build_success):
    assert not isinstance(judge_burst(*(build_success(offset) for offset in (0.0, 1.5, 2.0, 2.5))), NotJudged)


def test_one_rate_limit_error_is_enough(judge_burst, build_success, build_rate_limited):
    judged = judge_burst(build_success(0.0, 5.0), build_rate_limited(), build_success(9.0))
    assert [finding for finding in judged.findings if finding.requirement == "request.minimal"] == []
    assert "request.minimal" in judged.exercised
