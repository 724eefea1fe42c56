"""What speaks of many requests: ids that repeat, denials that nobody provoked, and bursts."""

from datetime import timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.whole_run import REQUEST_ID_UNIQUE, THROTTLING_BELOW, judge_run
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Capabilities


@pytest.fixture
def case(shop):
    return shop.success_case("request.minimal/first", "minimal", shop.request())


@pytest.fixture
def answered(case, exchange, sample):
    """An exchange that is answered with success."""

    def made(offset=0.0, seconds=0.0, **change):
        one = exchange(case, sample | change)
        return evolve(one, sent_at=one.sent_at + timedelta(seconds=offset), seconds=seconds)

    return made


@pytest.fixture
def denied(case, contract, exchange):
    """An exchange that is refused for the number of requests."""
    refusal = {"Code": "DeniedRequest", "Message": contract.errors.find("DeniedRequest").message}

    def made(request_id="one", seconds=0.0):
        return evolve(exchange(case, refusal | {"RequestId": request_id}, 403), seconds=seconds)

    return made


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
def test_a_denial_is_wrong_only_if_the_rate_was_kept_for_certain(  # noqa: PLR0913, PLR0917 what a row says
    contract, target, case, answered, denied, rate, seconds, others, accused
):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=rate))
    exchanges = (denied(seconds=seconds), *(answered(offset) for offset in others))
    found = judge_run(contract, claimed, [(case, exchanges)])[THROTTLING_BELOW]
    assert bool(found.findings) is accused
    assert found.exercised == {THROTTLING_BELOW}


def test_only_ids_that_are_texts_are_compared(contract, target, case, answered):
    exchanges = tuple(answered(RequestId=value) for value in (7, 7, "", "", None, None))
    assert judge_run(contract, target, [(case, exchanges)]) == {}


def test_one_run_is_judged_by_its_ids_and_by_its_denials(contract, target, case, answered):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=5))
    exchanges = (answered(RequestId="one"), answered(RequestId="other"))
    assert set(judge_run(contract, claimed, [(case, exchanges)])) == {REQUEST_ID_UNIQUE, THROTTLING_BELOW}


def test_a_few_of_many_departures_are_named(contract, target, case, denied):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=50))
    exchanges = tuple(make() for name in "abcde" for make in (lambda name=name: denied(name),) * 2)
    found = judge_run(contract, claimed, [(case, exchanges)])
    assert (len(found[REQUEST_ID_UNIQUE].findings), len(found[THROTTLING_BELOW].findings)) == (3, 3)
    assert found[REQUEST_ID_UNIQUE].findings[0].message == "the id a came 2 times"


@pytest.fixture
def burst(case, contract, target):
    """Judges three requests as one burst that has to be refused."""
    refusal = Acceptance(403, "DeniedRequest", Grade.DOCUMENTED, "too fast")
    asked = evolve(
        case,
        burst_size=3,
        relation=Relation.RATE_LIMITED_BURST,
        expectation=Expectation((*case.expectation.acceptances, refusal)),
    )
    return lambda *exchanges: judge(contract, target, asked, exchanges)


def test_a_burst_within_just_a_second_tells(burst, answered):
    (finding,) = burst(*(answered(offset, 0.25) for offset in (0.0, 0.5, 0.75))).findings
    assert (finding.actual, finding.where, finding.exchange_index) == ("success each time", "status", 2)
    assert [one for one in finding.expected if "DeniedRequest" in one] == list(finding.expected)
    assert len(finding.expected) == 1


@pytest.mark.parametrize(("last", "seconds"), [(0.75, 0.251), (0.751, 0.25), (1.5, 0.0)])
def test_a_burst_that_took_longer_than_a_second_does_not(burst, answered, last, seconds):
    judged = burst(answered(0.0, 0.0), answered(0.5, 0.0), answered(last, seconds))
    assert isinstance(judged, NotJudged)
    assert judged.reason.startswith("only 2 requests were answered within a second, and 3 are needed")


def test_the_second_of_a_burst_may_begin_with_any_of_its_requests(burst, answered):
    assert not isinstance(burst(*(answered(offset) for offset in (0.0, 1.5, 2.0, 2.5))), NotJudged)


def test_one_refusal_is_enough_however_long_it_took(burst, answered, denied):
    judged = burst(answered(0.0, 5.0), denied(), answered(9.0))
    assert [one for one in judged.findings if one.requirement == "request.minimal"] == []
    assert "request.minimal" in judged.exercised
