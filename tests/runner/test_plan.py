"""Plans: which cases run, in which order, and how many requests they cost."""

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
    target = evolve(target, capabilities=evolve(target.capabilities, throttling_qps=5.0))
    return build_cases(contract, target, Survey.from_target(target))


@pytest.fixture(scope="session")
def plan(contract, cases, target):
    """Builds a plan without a priority."""

    def build(**options):
        return build_plan(contract, cases, Options(**options), survey_probes(contract, target, options.get("budget")))

    return build


def ids(cases):
    return [case.id for case in cases]


def test_without_options_every_case_is_planned(plan, cases):
    everything = plan()
    assert sorted(ids(everything.cases)) == sorted(ids(cases))
    assert (everything.unselected, everything.over_budget) == ((), ())


def test_every_requirement_has_a_case_before_a_second_of_any_and_bursts_are_last(plan):
    applicable = [case for case in plan().cases if not case.not_applicable_reason]
    single = [case for case in applicable if case.burst_size is None]
    assert applicable[: len(single)] == single
    turns, counts = [], {}
    for case in single:
        turns.append(counts.setdefault(case.requirements[0], 0))
        counts[case.requirements[0]] += 1
    assert turns == sorted(turns)
    costs = [case.max_requests for case, turn in zip(single, turns, strict=True) if turn == 0]
    assert costs == sorted(costs)


@pytest.mark.parametrize(
    ("select", "deselect", "is_expected"),
    [
        (["num.maximum/above"], [], lambda case, _: case.id == "num.maximum/above"),
        (["num.maximum"], [], lambda case, _: "num.maximum" in case.requirements),
        (["security"], [], lambda _, area: area == "security"),
        (["num.*", "start.*"], [], lambda case, _: case.id.startswith(("num.", "start."))),
        ([], ["security"], lambda _, area: area != "security"),
        (["num.*"], ["*/above"], lambda case, _: case.id.startswith("num.") and not case.id.endswith("/above")),
    ],
)
def test_cases_are_selected_by_id_requirement_area_and_pattern(plan, contract, cases, select, deselect, is_expected):
    selection = plan(select=select, deselect=deselect)
    expected = [case.id for case in cases if is_expected(case, case_area(contract, case))]
    assert expected
    assert set(expected) <= set(ids(selection.cases))
    has_pattern = "*" in "".join(select)
    assert has_pattern or all(case.id in expected or set(case.requirements) & set(select) for case in selection.cases)
    assert sorted(ids(selection.cases) + ids(selection.unselected)) == sorted(ids(cases))


@pytest.mark.parametrize(
    ("options", "where", "hint"),
    [
        ({"select": ["num.maximun"]}, "--select", "'num.maximum'"),
        ({"select": ["num.maximum", "zzz"]}, "--select", "`plan` lists the ids"),
        ({"deselect": ["securty"]}, "--deselect", "'security'"),
        ({"select": ["num.*"], "deselect": ["num.*/*"]}, "--select", ""),
    ],
)
def test_a_pattern_that_matches_nothing_is_an_error(plan, options, where, hint):
    with pytest.raises(InvalidInput) as caught:
        plan(**options)
    assert caught.value.where == where
    assert hint in caught.value.hint


def test_selecting_a_requirement_without_cases_of_its_own_is_an_error_that_says_why(plan):
    with pytest.raises(InvalidInput, match="judged on the responses to all others"):
        plan(select=["response.msg.present"])


def test_cases_come_in_the_order_of_the_priority(contract, cases, target):
    priority = CasePriority(3, {"wire.reserved/dot": 2, "num.maximum/above": 1})
    ranked = [case_id for case_id in priority.kills if case_id in ids(cases)]
    probes = survey_probes(contract, target)
    planned = ids(build_plan(contract, cases, Options(), probes, priority).cases)
    assert "num.maximum/above" in ranked
    assert planned[: len(ranked)] == ranked
    assert sorted(planned) == sorted(ids(cases))
    assert ids(build_plan(contract, cases, Options(budget=20), probes, priority).cases)[0] == ranked[0]


def test_a_case_that_does_not_apply_comes_last_whatever_its_priority(contract, cases, target):
    not_applicable = next(case.id for case in cases if case.not_applicable_reason)
    priority = CasePriority(1, {not_applicable: 1})
    planned = ids(build_plan(contract, cases, Options(), survey_probes(contract, target), priority).cases)
    assert planned.index(not_applicable) > planned.index("num.maximum/above")


@pytest.mark.parametrize("budget", [2, 5, 30, 100, 200])
def test_a_plan_stays_within_its_budget(plan, budget):
    limited = plan(budget=budget)
    assert limited.request_count <= budget
    assert limited.over_budget


@pytest.mark.parametrize("budget", [1, 2, 3, 7, 20, 60, 150])
def test_a_run_never_sends_more_than_its_budget(bench, budget):
    endpoint = bench()
    record = endpoint.record(budget=budget)
    assert len(endpoint.received) == record.request_count <= budget


def test_a_run_that_skips_requirements_is_inconclusive(bench):
    record = bench().record(budget=40)
    assert record.verdict is Verdict.INCONCLUSIVE
    assert Outcome.SKIPPED in {result.outcome for result in record.requirements}


def test_a_budget_includes_retries_after_rate_limits(bench, rate_limit_response):
    endpoint = bench(
        around=lambda request, answer: rate_limit_response if len(endpoint.received) % 5 == 4 else answer(request)
    )
    record = endpoint.record(budget=60)
    assert len(endpoint.received) == record.request_count == 60
    assert {result.outcome for result in record.cases} == {Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_APPLICABLE}
    assert "the budget of 60 requests is used up" in {result.reason for result in record.cases}


def test_a_budget_covers_every_requirement_once_before_any_twice(plan, contract):
    limited = plan(budget=10_000)
    applicable = [case for case in limited.cases if case.burst_size is None and not case.not_applicable_reason]
    first_requirements = list(dict.fromkeys(case.requirements[0] for case in applicable))
    assert [case.requirements[0] for case in applicable[: len(first_requirements)]] == first_requirements
    assert limited.cases[-1].burst_size is not None
    assert contract.requirements.keys() >= set(first_requirements)


def test_a_budget_is_filled_with_cases_that_still_fit(plan):
    limited = plan(budget=50)
    cheapest = min(case.max_requests for case in limited.over_budget if case.max_requests)
    assert limited.request_count + cheapest > 50 or limited.request_count == 50


def test_shared_probes_are_sent_and_counted_once(bench):
    endpoint = bench()
    planned, *_, finished = endpoint.events()
    assert planned.request_count == len(endpoint.received) == finished.record.request_count
    unshared = sum(case.max_requests for case in planned.cases) + len(endpoint.target.instance.images) + 1
    assert planned.request_count < unshared


def test_cases_that_do_not_apply_cost_nothing(plan, cases):
    not_applicable = [case.id for case in cases if case.not_applicable_reason]
    assert set(not_applicable) <= set(ids(plan(budget=2).cases))


def test_the_duration_of_a_plan_follows_from_the_rate(plan):
    selection = plan(select=["num.maximum"])
    assert selection.seconds(None) is None
    assert selection.seconds(2.0) == selection.request_count / 2


def test_unselected_requirements_are_skipped_and_do_not_prevent_a_verdict(bench):
    record = bench().record(select=["num.maximum"])
    assert record.verdict is Verdict.CONFORMANT
    results = {result.requirement.id: result for result in record.requirements}
    unselected = results["start.maximum"]
    assert results["num.maximum"].outcome is Outcome.PASSED
    assert (unselected.outcome, unselected.reason) == (Outcome.SKIPPED, NOT_SELECTED_REASON)


def test_a_requirement_that_is_judged_on_every_response_can_be_deselected(bench):
    fault = "msg-missing"
    assert bench(fault).record(select=["num.*"]).verdict is Verdict.NONCONFORMANT
    record = bench(fault).record(select=["num.*"], deselect=["response.msg.present"])
    assert record.verdict is Verdict.CONFORMANT
    deselected = next(result for result in record.requirements if result.requirement.id == "response.msg.present")
    assert (deselected.outcome, deselected.reason) == (Outcome.SKIPPED, NOT_SELECTED_REASON)
    assert Outcome.FAILED not in {result.outcome for result in record.cases}
