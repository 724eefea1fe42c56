"""Which cases are made, in which order, and what they cost."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.outcomes import NOT_SELECTED_REASON
from imagesearch_conformance.runner.case_priority import CasePriority
from imagesearch_conformance.runner.plan import build_plan, case_area
from imagesearch_conformance.runner.survey import survey_probes
from imagesearch_conformance.settings.options import Options


@pytest.fixture(scope="session")
def target(bench):
    return bench().target


@pytest.fixture(scope="session")
def cases(contract, target):
    return build_cases(
        contract,
        evolve(target, capabilities=evolve(target.capabilities, throttling_qps=5.0)),
        Survey.from_target(target),
    )


@pytest.fixture(scope="session")
def planned(contract, cases, target):
    def make(**options):
        return build_plan(contract, cases, Options(**options), survey_probes(contract, target, options.get("budget")))

    return make


def ids(some):
    return [case.id for case in some]


def test_without_options_every_case_is_made(planned, cases):
    made = planned()
    assert (sorted(ids(made.cases)), made.unselected, made.over_budget) == (sorted(ids(cases)), (), ())


def test_every_requirement_has_a_case_before_any_has_a_second_and_bursts_come_last(planned):
    made = [case for case in planned().cases if not case.not_applicable_reason]
    calm = [case for case in made if case.burst_size is None]
    assert made[: len(calm)] == calm
    turns, seen = [], {}
    for case in calm:
        turns.append(seen.setdefault(case.requirements[0], 0))
        seen[case.requirements[0]] += 1
    assert turns == sorted(turns)
    costs = [case.max_requests for case, turn in zip(calm, turns, strict=True) if turn == 0]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("select", "deselect", "expected"),
    [
        (["num.maximum/above"], [], lambda case, _: case.id == "num.maximum/above"),
        (["num.maximum"], [], lambda case, _: "num.maximum" in case.requirements),
        (["security"], [], lambda _, where: where == "security"),
        (["num.*", "start.*"], [], lambda case, _: case.id.startswith(("num.", "start."))),
        ([], ["security"], lambda _, where: where != "security"),
        (["num.*"], ["*/above"], lambda case, _: case.id.startswith("num.") and not case.id.endswith("/above")),
    ],
)
def test_selection(planned, contract, cases, select, deselect, expected):
    made = planned(select=select, deselect=deselect)
    wanted = [case.id for case in cases if expected(case, case_area(contract, case))]
    assert wanted
    assert set(wanted) <= set(ids(made.cases))
    assert all(case.id in wanted or set(case.requirements) & set(select) for case in made.cases) or "*" in "".join(
        select
    )
    assert sorted(ids(made.cases) + ids(made.unselected)) == sorted(ids(cases))


@pytest.mark.parametrize(
    ("options", "where", "hint"),
    [
        ({"select": ["num.maximun"]}, "--select", "'num.maximum'"),
        ({"select": ["num.maximum", "zzz"]}, "--select", "`plan` lists the ids"),
        ({"deselect": ["securty"]}, "--deselect", "'security'"),
        ({"select": ["num.*"], "deselect": ["num.*/*"]}, "--select", ""),
    ],
)
def test_a_pattern_that_selects_nothing_is_an_error(planned, options, where, hint):
    with pytest.raises(InvalidInput) as caught:
        planned(**options)
    assert caught.value.where == where
    assert hint in caught.value.hint


def test_a_requirement_that_every_reply_is_judged_by_cannot_be_selected_and_that_is_said(planned):
    with pytest.raises(InvalidInput, match="judged by the replies to all others"):
        planned(select=["response.msg.present"])


def test_what_notices_most_comes_first(contract, cases, target):
    worth = CasePriority(3, {"wire.reserved/dot": 2, "num.maximum/above": 1})
    known = [name for name in worth.kills if name in ids(cases)]
    spent = survey_probes(contract, target)
    made = build_plan(contract, cases, Options(), spent, worth)
    assert "num.maximum/above" in known
    assert ids(made.cases)[: len(known)] == known
    assert sorted(ids(made.cases)) == sorted(ids(cases))
    assert ids(build_plan(contract, cases, Options(budget=20), spent, worth).cases)[0] == known[0]


def test_what_cannot_be_made_comes_last_whatever_it_is_worth(contract, cases, target):
    missing = next(case.id for case in cases if case.not_applicable_reason)
    made = ids(
        build_plan(contract, cases, Options(), survey_probes(contract, target), CasePriority(1, {missing: 1})).cases
    )
    assert made.index(missing) > made.index("num.maximum/above")


@pytest.mark.parametrize("budget", [2, 5, 30, 100, 200])
def test_a_budget_is_never_exceeded(planned, budget):
    made = planned(budget=budget)
    assert made.request_count <= budget
    assert made.over_budget


@pytest.mark.parametrize("budget", [1, 2, 3, 7, 20, 60, 150])
def test_a_run_never_sends_more_than_its_budget(bench, budget):
    made = bench()
    record = made.record(budget=budget)
    assert len(made.received) == record.request_count <= budget


def test_a_verdict_needs_every_requirement_exercised(bench):
    record = bench().record(budget=40)
    assert record.verdict is Verdict.INCONCLUSIVE
    assert Outcome.SKIPPED in {one.outcome for one in record.requirements}


def test_a_budget_holds_although_requests_are_repeated(bench, denial):
    made = bench(around=lambda request, answer: denial if len(made.received) % 5 == 4 else answer(request))
    record = made.record(budget=60)
    assert len(made.received) == record.request_count == 60
    assert {one.outcome for one in record.cases} == {Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_APPLICABLE}
    assert "the budget of 60 requests was used up" in {one.reason for one in record.cases}


def test_a_budget_takes_one_case_of_every_requirement_before_a_second_of_any(planned, contract):
    made = planned(budget=10_000)
    applicable = [case for case in made.cases if case.burst_size is None and not case.not_applicable_reason]
    firsts = list(dict.fromkeys(case.requirements[0] for case in applicable))
    assert [case.requirements[0] for case in applicable[: len(firsts)]] == firsts
    assert made.cases[-1].burst_size is not None
    assert contract.requirements.keys() >= set(firsts)


def test_a_budget_takes_what_still_fits(planned):
    made = planned(budget=50)
    cheapest = min(case.max_requests for case in made.over_budget if case.max_requests)
    assert made.request_count + cheapest > 50 or made.requests == 50


def test_shared_probes_count_once(bench):
    made = bench()
    events = made.events()
    assert events[0].request_count == len(made.received) == events[-1].record.request_count
    assert (
        events[0].request_count
        < sum(case.max_requests for case in events[0].cases) + len(made.target.instance.images) + 1
    )


def test_cases_that_cannot_be_made_cost_nothing(planned, cases):
    without = [case.id for case in cases if case.not_applicable_reason]
    made = planned(budget=2)
    assert set(without) <= set(ids(made.cases))


def test_the_time_a_plan_takes_at_a_rate(planned):
    made = planned(select=["num.maximum"])
    assert made.seconds(None) is None
    assert made.seconds(2.0) == made.request_count / 2


def test_what_is_not_selected_is_skipped_and_keeps_no_verdict_open(bench):
    record = bench().record(select=["num.maximum"])
    assert record.verdict is Verdict.CONFORMANT
    outcomes = {one.requirement.id: one for one in record.requirements}
    assert outcomes["num.maximum"].outcome is Outcome.PASSED
    assert (outcomes["start.maximum"].outcome, outcomes["start.maximum"].reason) == (
        Outcome.SKIPPED,
        NOT_SELECTED_REASON,
    )


def test_a_requirement_that_every_reply_is_judged_by_can_be_left_out(bench):
    faulty = ("msg-missing",)
    assert bench(*faulty).record(select=["num.*"]).verdict is Verdict.NONCONFORMANT
    record = bench(*faulty).record(select=["num.*"], deselect=["response.msg.present"])
    assert record.verdict is Verdict.CONFORMANT
    left = next(one for one in record.requirements if one.requirement.id == "response.msg.present")
    assert (left.outcome, left.reason) == (Outcome.SKIPPED, NOT_SELECTED_REASON)
    assert Outcome.FAILED not in {one.outcome for one in record.cases}
