"""Responses that contradict each other are requested again: a finding, changed data, or undetermined."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.cases.build import assumed_survey, build_cases
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.runner.case_executor import CaseExecutor

CASE = "paging.prefix/odd"


def rename_one(entries):
    entries[3]["PicName"] += "x"


@pytest.fixture
def execute(bench, contract):
    """Executes a case of two pages, with changed entries in some of the responses (by number)."""

    def run(changed, budget=None, lost=(), approximate=False, change=rename_one):  # noqa: FBT002 a claim of the target
        def around(request, answer):
            number = len(endpoint.received)
            if number in lost:
                raise Unreachable("no reply: reset")
            response = answer(request)
            if number not in changed:
                return response
            document = json.loads(response.body)
            change(document["Auctions"])
            return evolve(response, body=json.dumps(document).encode())

        endpoint = bench(around=around)
        target = evolve(endpoint.target, capabilities=evolve(endpoint.target.capabilities, approximate=approximate))
        cases = {case.id: case for case in build_cases(contract, target, assumed_survey(contract, target))}
        return CaseExecutor(contract, target, endpoint.dispatcher(budget), Policy()).execute(cases[CASE])

    return run


def outcome_attempts_exchanges(result):
    return result.outcome, result.attempts, len(result.exchanges)


def test_consistent_responses_are_requested_once(execute):
    assert outcome_attempts_exchanges(execute(set())) == (Outcome.PASSED, 1, 2)


def test_a_violation_in_two_attempts_is_a_finding_of_the_second(execute):
    result = execute({2, 4})
    assert outcome_attempts_exchanges(result) == (Outcome.FAILED, 2, 4)
    prefix = [finding for finding in result.judgement.findings if finding.requirement == "paging.prefix"]
    assert [finding.exchange_index for finding in prefix] == [3]


def test_a_violation_followed_by_two_clean_attempts_is_changed_data(execute):
    assert outcome_attempts_exchanges(execute({2})) == (Outcome.PASSED, 3, 6)


def test_a_violation_within_one_response_stays_a_finding(execute):
    result = execute({2}, change=list.reverse)
    assert (result.outcome, result.attempts) == (Outcome.FAILED, 3)
    assert {finding.requirement for finding in result.judgement.findings} == {"ranking.score"}
    assert {finding.exchange_index for finding in result.judgement.findings} == {1}


def test_violations_in_the_first_and_third_attempt_are_undetermined(execute):
    result = execute({2, 6})
    assert (result.outcome, result.attempts) == (Outcome.ERRORED, 3)
    assert "in one attempt and not in the next" in result.reason


def test_a_budget_without_room_for_a_second_attempt_keeps_the_finding(execute):
    assert outcome_attempts_exchanges(execute({2}, budget=2)) == (Outcome.FAILED, 1, 2)


def test_a_lost_second_attempt_leaves_the_case_undetermined(execute):
    result = execute({2}, lost={3})
    assert outcome_attempts_exchanges(result) == (Outcome.ERRORED, 1, 2)
    assert "the next attempt got none: no reply: reset" in result.reason


def test_a_mere_warning_about_an_approximate_engine_is_not_confirmed(execute):
    assert outcome_attempts_exchanges(execute({2}, approximate=True)) == (Outcome.WARNED, 1, 2)
