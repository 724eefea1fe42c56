"""Known deviations: accepted until a day, expired after it, and resolved only if every relevant case ran."""

import json
from datetime import timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import VARIATIONS
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation, Grade
from imagesearch_conformance.model.finding import Finding, Judgement, Outcome, Verdict
from imagesearch_conformance.model.requirement import Deviation, DeviationState, Level
from imagesearch_conformance.outcomes import CaseResult, RequirementResult
from imagesearch_conformance.runner.aggregate import RunEvidence
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.settings.options import Options

FAULT, VIOLATED = "num-above-maximum-accepted", "num.maximum"


@pytest.fixture
def run(now):
    """Runs with deviations from requirements, which expire `days` after the first day of the run."""

    def record(bench, *requirements, days=30, is_interrupted=lambda: False, **options):
        options = Options(**{"jobs": 1, **options}).validate()
        expires = now.date() + timedelta(days=days)
        deviations = tuple(Deviation(name, "some reason", "https://example.com/1", expires) for name in requirements)
        dispatcher = bench.dispatcher(options.budget)
        endpoint_run = EndpointRun(
            bench.contract, bench.target, options, dispatcher, is_interrupted, bench.kept, deviations=deviations
        )
        return list(endpoint_run.events())[-1].record

    return record


def states(record):
    return {result.deviation.requirement: result.state for result in record.deviations}


def outcome(record, name):
    return next(result.outcome for result in record.requirements if result.requirement.id == name)


@pytest.mark.parametrize(
    ("days", "state", "expected_outcome", "verdict"),
    [
        (1, DeviationState.APPLIED, Outcome.WARNED, Verdict.CONFORMANT),
        (0, DeviationState.APPLIED, Outcome.WARNED, Verdict.CONFORMANT),
        (-1, DeviationState.EXPIRED, Outcome.FAILED, Verdict.NONCONFORMANT),
    ],
)
def test_a_deviation_is_accepted_to_the_end_of_its_last_day(bench, run, days, state, expected_outcome, verdict):
    record = run(bench(FAULT), VIOLATED, days=days, select=[VIOLATED])
    assert states(record) == {VIOLATED: state}
    assert outcome(record, VIOLATED) is expected_outcome
    assert record.verdict is verdict
    violating = {result.outcome for result in record.cases if VIOLATED in result.violated_requirements}
    assert violating == {expected_outcome}


def test_an_expired_deviation_fails_although_nothing_is_violated(bench, run):
    record = run(bench(), VIOLATED, days=-1, select=[VIOLATED])
    assert (states(record), outcome(record, VIOLATED)) == ({VIOLATED: DeviationState.EXPIRED}, Outcome.PASSED)
    assert record.verdict is Verdict.NONCONFORMANT


def test_an_expired_deviation_fails_although_nothing_was_exercised(bench, run):
    without_fault_header = bench(
        adapt=lambda target: evolve(target, capabilities=evolve(target.capabilities, fault_header=None))
    )
    name = "error.InternalSwiftError.status"
    for days, state in ((-1, DeviationState.EXPIRED), (1, DeviationState.UNDETERMINED)):
        record = run(without_fault_header, name, days=days, select=[name, VIOLATED])
        assert outcome(record, name) is Outcome.NOT_APPLICABLE
        assert states(record) == {name: state}
        assert record.verdict is (Verdict.NONCONFORMANT if state.is_failure else Verdict.CONFORMANT)


def test_violations_of_other_requirements_still_fail(bench, run):
    record = run(bench(FAULT, "msg-missing"), VIOLATED, select=["num.*"])
    assert states(record) == {VIOLATED: DeviationState.APPLIED}
    assert outcome(record, "response.msg.present") is Outcome.FAILED
    assert record.verdict is Verdict.NONCONFORMANT


def test_deviations_that_a_complete_run_does_not_observe_are_resolved(bench, run):
    names = [VIOLATED, "response.msg.present", "error.BadRequest.status", "response.requestid.unique"]
    record = run(bench(), *names)
    assert states(record) == dict.fromkeys(names, DeviationState.RESOLVED)
    assert {outcome(record, name) for name in names} == {Outcome.PASSED}
    assert record.verdict is Verdict.NONCONFORMANT
    assert "remove it from the file" in record.deviations[0].explanation


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        (
            VIOLATED,
            {"select": ["num.maximum/at"]},
            "not every relevant case was judged: num.maximum/inside and 5 more",
        ),
        (
            VIOLATED,
            {"deselect": ["num.maximum/far-above"]},
            "not every relevant case was judged: num.maximum/far-above",
        ),
        ("response.msg.present", {"select": [VIOLATED]}, "not every relevant case was judged: "),
        ("error.BadRequest.status", {"select": ["errors"]}, "not every relevant case was judged: "),
        ("response.requestid.unique", {"select": [VIOLATED]}, "not every relevant case was judged: "),
        ("window.maximum", {"budget": 40}, ": the budget of 40 requests"),
        (VIOLATED, {"select": [VIOLATED], "budget": 8}, "not every relevant case was judged: num.maximum/"),
        ("generated.open", {"select": ["generated", VIOLATED]}, "no response of this run exercised the requirement"),
        ("generated.valid", {"select": ["generated", VIOLATED]}, "no examples are generated"),
    ],
)
def test_a_deviation_is_undetermined_if_not_every_relevant_case_was_judged(bench, run, name, options, reason):
    record = run(bench(), name, **options)
    assert states(record) == {name: DeviationState.UNDETERMINED}
    assert reason in record.deviations[0].explanation
    assert record.verdict is not Verdict.NONCONFORMANT


def test_a_selection_with_every_relevant_case_resolves_a_deviation(bench, run):
    record = run(bench(), VIOLATED, select=["num.*"], budget=400)
    assert states(record) == {VIOLATED: DeviationState.RESOLVED}


def test_a_run_that_stops_early_resolves_no_deviation(bench, run):
    ticks = iter(range(300))
    record = run(bench(), VIOLATED, is_interrupted=lambda: next(ticks, None) is None)
    assert outcome(record, VIOLATED) is Outcome.PASSED
    assert states(record) == {VIOLATED: DeviationState.UNDETERMINED}
    assert "the run was interrupted" in record.deviations[0].explanation
    assert record.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "options",
    [
        {"select": ["num.*"]},
        {"select": ["num.*", "start.*"], "deselect": ["start.maximum"]},
        {"select": ["num.*", "start.*"], "deselect": ["start.maximum/*"]},
    ],
)
@pytest.mark.parametrize("days", [-1, 1])
def test_a_deviation_from_an_unselected_requirement_fails_nothing(bench, run, options, days):
    record = run(bench(), "start.maximum", days=days, **options)
    assert states(record) == {"start.maximum": DeviationState.NOT_SELECTED}
    assert record.verdict is Verdict.CONFORMANT


def test_a_violation_applies_the_deviation_whatever_was_selected(bench, run):
    record = run(bench("msg-missing"), "response.msg.present", select=["num.maximum/at"])
    assert states(record) == {"response.msg.present": DeviationState.APPLIED}
    assert record.verdict is Verdict.CONFORMANT


def test_a_deviation_from_a_whole_run_requirement_is_accepted(bench, run):
    name = "response.requestid.unique"
    record = run(bench("requestid-repeated"), name)
    assert (states(record), outcome(record, name)) == ({name: DeviationState.APPLIED}, Outcome.WARNED)
    assert record.verdict is Verdict.CONFORMANT


@pytest.mark.parametrize("strict", [False, True])
def test_a_tolerated_violation_applies_the_deviation(bench, run, strict):
    endpoint = bench(behaviour=VARIATIONS["gateway-codes"])
    record = run(endpoint, "num.type", select=["num.type"], strict=strict)
    assert {finding.grade for result in record.cases for finding in result.judgement.findings} == {Grade.TOLERATED}
    assert (states(record), outcome(record, "num.type")) == ({"num.type": DeviationState.APPLIED}, Outcome.WARNED)
    assert record.verdict is Verdict.CONFORMANT


def test_deviations_change_no_request(bench, run):
    deviating = ["paging.concatenation", "num.maximum"]
    request_counts = set()
    for requirements in ([], deviating):
        endpoint = bench("pages-overlap", FAULT)
        run(endpoint, *requirements, level=Level.SHOULD, select=["paging", "num.*"])
        request_counts.add(len(endpoint.received))
    assert len(request_counts) == 1


@pytest.fixture
def changing_bench(bench):
    """Builds an endpoint with one entry changed in some of the responses (by number)."""

    def build(changed):
        def around(request, answer):
            number, response = len(endpoint.received), answer(request)
            if number not in changed:
                return response
            document = json.loads(response.body)
            document["Auctions"][3]["PicName"] += "x"
            return evolve(response, body=json.dumps(document).encode())

        endpoint = bench(around=around)
        return endpoint

    return build


def test_a_violation_in_one_attempt_only_leaves_a_deviation_undetermined(bench, changing_bench, run):
    name = "paging.prefix"
    steady = bench()
    assert states(run(steady, name, select=[name])) == {name: DeviationState.RESOLVED}
    record = run(changing_bench({len(steady.received)}), name, select=[name])
    assert {(result.outcome, result.attempts) for result in record.cases} == {(Outcome.PASSED, 1), (Outcome.PASSED, 3)}
    assert states(record) == {name: DeviationState.UNDETERMINED}
    assert "in one attempt and not in the next" in record.deviations[0].explanation


def test_fail_fast_does_not_stop_at_an_accepted_deviation(bench, run):
    record = run(bench(FAULT), VIOLATED, select=["num.*"], fail_fast=True)
    assert record.complete
    assert record.verdict is Verdict.CONFORMANT
    stopped = run(bench(FAULT), VIOLATED, days=-1, select=[VIOLATED], fail_fast=True)
    assert not stopped.complete


def test_violations_by_generated_requests_are_accepted_too(bench, run):
    endpoint = bench("num-one-beyond-maximum-accepted")
    record = run(endpoint, VIOLATED, select=["generated", "num.maximum"], examples=30)
    assert states(record) == {VIOLATED: DeviationState.APPLIED}
    assert record.verdict is Verdict.CONFORMANT


@pytest.fixture
def evaluate(contract, now):
    """Evaluates a deviation from a requirement with this outcome, in a run of one passed case."""

    def result(outcome, deselected=(), generated=(), reason=None, examples=None):
        deviation = Deviation(VIOLATED, "some reason", "https://example.com/1", now.date())
        requirement_result = RequirementResult(contract.requirements[VIOLATED], outcome, reason=reason)
        case = Case(f"{VIOLATED}/above", "some", (VIOLATED,), (), Expectation(()), examples=examples)
        evidence = RunEvidence(
            options=Options(),
            day=now.date(),
            results=(CaseResult(case, Outcome.PASSED, Judgement(frozenset({VIOLATED}))),),
            run_judgements={},
            deselected_requirements=frozenset(deselected),
            stop_reason=None,
            generated_results=tuple(generated),
        )
        return evidence.evaluate(deviation, requirement_result)

    return result


def test_a_deselected_requirement_is_not_selected_whatever_its_outcome(evaluate):
    deselected = evaluate(Outcome.ERRORED, deselected={VIOLATED}, reason="no reply")
    assert deselected.state is DeviationState.NOT_SELECTED
    assert evaluate(Outcome.ERRORED, reason="no reply").state is DeviationState.UNDETERMINED


def test_a_requirement_that_only_random_requests_exercise_is_never_resolved(evaluate):
    result = evaluate(Outcome.PASSED, examples=25)
    assert result.state is DeviationState.UNDETERMINED
    assert "only randomly generated requests" in result.explanation


def test_a_tolerated_violation_by_generated_requests_is_not_resolved(evaluate):
    case = Case("generated.valid/1", "some", ("generated.valid",), (), Expectation(()))
    tolerated = Finding(VIOLATED, Level.MUST, "tolerated", grade=Grade.TOLERATED)
    violating = CaseResult(case, Outcome.WARNED, Judgement(frozenset({VIOLATED}), (tolerated,)))
    assert evaluate(Outcome.PASSED).state is DeviationState.RESOLVED
    assert evaluate(Outcome.PASSED, generated=[violating]).state is DeviationState.UNDETERMINED
