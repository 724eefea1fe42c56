"""What departs between replies is asked for again: a finding, changed data, or nothing that can be told."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.cases.assumed_survey import assumed_survey
from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.runner.case_executor import CaseExecutor

CASE = "paging.prefix/odd"


def renamed(entries):
    entries[3]["PicName"] += "x"


@pytest.fixture
def result(bench, contract):
    """The result of a case of two pages, where in some replies (by number) one entry is another."""

    def make(changed, most=None, lost=(), approximate=False, change=renamed):  # noqa: FBT002 a claim of the target
        def around(request, answer):
            number = len(made.received)
            if number in lost:
                raise Unreachable("no reply: reset")
            reply = answer(request)
            if number not in changed:
                return reply
            document = json.loads(reply.body)
            change(document["Auctions"])
            return evolve(reply, body=json.dumps(document).encode())

        made = bench(around=around)
        target = evolve(made.target, capabilities=evolve(made.target.capabilities, approximate=approximate))
        cases = {case.id: case for case in build_cases(contract, target, assumed_survey(contract, target))}
        return CaseExecutor(contract, target, made.dispatcher(most), Policy()).execute(cases[CASE])

    return make


def told(result):
    return result.outcome, result.attempts, len(result.exchanges)


def test_replies_that_fit_are_asked_for_once(result):
    assert told(result(set())) == (Outcome.PASSED, 1, 2)


def test_what_departs_twice_is_a_finding_and_points_at_the_second_round(result):
    found = result({2, 4})
    assert told(found) == (Outcome.FAILED, 2, 4)
    prefix = [one for one in found.judgement.findings if one.requirement == "paging.prefix"]
    assert [one.exchange_index for one in prefix] == [3]


def test_what_departs_once_and_then_fits_twice_has_changed(result):
    assert told(result({2})) == (Outcome.PASSED, 3, 6)


def test_what_needs_no_other_reply_stays_a_finding(result):
    found = result({2}, change=list.reverse)
    assert (found.outcome, found.attempts) == (Outcome.FAILED, 3)
    assert {one.requirement for one in found.judgement.findings} == {"ranking.score"}
    assert {one.exchange_index for one in found.judgement.findings} == {1}


def test_what_departs_now_and_then_cannot_be_told(result):
    found = result({2, 6})
    assert told(found)[:2] == (Outcome.ERRORED, 3)
    assert "in one round and not in the next" in found.reason


def test_a_budget_without_room_for_a_second_round_leaves_the_finding(result):
    assert told(result({2}, most=2)) == (Outcome.FAILED, 1, 2)


def test_a_second_round_that_is_lost_leaves_nothing_to_tell(result):
    found = result({2}, lost={3})
    assert told(found) == (Outcome.ERRORED, 1, 2)
    assert "and then there was none: no reply: reset" in found.reason


def test_what_may_depart_is_not_asked_for_again(result):
    """An approximate engine only warns."""
    assert told(result({2}, approximate=True)) == (Outcome.WARNED, 1, 2)
