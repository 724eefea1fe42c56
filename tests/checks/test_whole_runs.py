"""What speaks of a whole run: ids that repeat, and denials that nobody provoked."""

from datetime import timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.checks.run import BELOW, UNIQUE, judge_run
from imagesearch_conformance.model.target import Capabilities


@pytest.fixture
def case(shop):
    return shop.accepted("request.minimal/first", "minimal", shop.request())


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
    found = judge_run(contract, claimed, [(case, exchanges)])[BELOW]
    assert bool(found.findings) is accused
    assert found.exercised == {BELOW}


def test_only_ids_that_are_texts_are_compared(contract, target, case, answered):
    exchanges = tuple(answered(RequestId=value) for value in (7, 7, "", "", None, None))
    assert judge_run(contract, target, [(case, exchanges)]) == {}


def test_one_run_is_judged_by_its_ids_and_by_its_denials(contract, target, case, answered):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=5))
    exchanges = (answered(RequestId="one"), answered(RequestId="other"))
    assert set(judge_run(contract, claimed, [(case, exchanges)])) == {UNIQUE, BELOW}


def test_a_few_of_many_departures_are_named(contract, target, case, denied):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=50))
    exchanges = tuple(make() for name in "abcde" for make in (lambda name=name: denied(name),) * 2)
    found = judge_run(contract, claimed, [(case, exchanges)])
    assert (len(found[UNIQUE].findings), len(found[BELOW].findings)) == (3, 3)
    assert found[UNIQUE].findings[0].message == "the id a came 2 times"
