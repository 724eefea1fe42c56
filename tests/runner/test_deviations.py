"""Departures that are known: accepted until a day, over after it, and gone only where everything was looked at."""

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
from imagesearch_conformance.runner.deviations import DeviationEvidence
from imagesearch_conformance.runner.endpoint_run import EndpointRun
from imagesearch_conformance.settings.options import Options

FAULT, BROKEN = "num-above-maximum-accepted", "num.maximum"


@pytest.fixture
def run(now):
    """The record of a run with deviations from these requirements, which hold `days` longer than the run's first."""

    def made(bench, *requirements, days=30, stopped=lambda: False, **options):
        given = Options(**{"jobs": 1, **options}).validate()
        last = now.date() + timedelta(days=days)
        known = tuple(Deviation(name, "some reason", "https://example.com/1", last) for name in requirements)
        dispatcher = bench.dispatcher(given.budget)
        whole = EndpointRun(bench.contract, bench.target, given, dispatcher, stopped, bench.kept, deviations=known)
        return list(whole.events())[-1].record

    return made


def states(record):
    return {one.deviation.requirement: one.state for one in record.deviations}


def outcome(record, name):
    return next(one.outcome for one in record.requirements if one.requirement.id == name)


@pytest.mark.parametrize(
    ("days", "state", "came_out", "verdict"),
    [
        (1, DeviationState.APPLIED, Outcome.WARNED, Verdict.CONFORMANT),
        (0, DeviationState.APPLIED, Outcome.WARNED, Verdict.CONFORMANT),
        (-1, DeviationState.EXPIRED, Outcome.FAILED, Verdict.NONCONFORMANT),
    ],
)
def test_it_holds_to_the_end_of_its_last_day(bench, run, days, state, came_out, verdict):
    record = run(bench(FAULT), BROKEN, days=days, select=[BROKEN])
    assert states(record) == {BROKEN: state}
    assert outcome(record, BROKEN) is came_out
    assert record.verdict is verdict
    departing = {one.outcome for one in record.cases if BROKEN in one.violated_requirements}
    assert departing == {came_out}


def test_an_expired_one_fails_where_nothing_departs(bench, run):
    record = run(bench(), BROKEN, days=-1, select=[BROKEN])
    assert (states(record), outcome(record, BROKEN)) == ({BROKEN: DeviationState.EXPIRED}, Outcome.PASSED)
    assert record.verdict is Verdict.NONCONFORMANT


def test_an_expired_one_fails_where_nothing_was_exercised(bench, run):
    claims_nothing = bench(
        adapt=lambda target: evolve(target, capabilities=evolve(target.capabilities, fault_header=None))
    )
    name = "error.InternalSwiftError.status"
    for days, state in ((-1, DeviationState.EXPIRED), (1, DeviationState.UNDETERMINED)):
        record = run(claims_nothing, name, days=days, select=[name, BROKEN])
        assert outcome(record, name) is Outcome.NOT_APPLICABLE
        assert states(record) == {name: state}
        assert record.verdict is (Verdict.NONCONFORMANT if state.is_failure else Verdict.CONFORMANT)


def test_others_still_fail(bench, run):
    record = run(bench(FAULT, "msg-missing"), BROKEN, select=["num.*"])
    assert states(record) == {BROKEN: DeviationState.APPLIED}
    assert outcome(record, "response.msg.present") is Outcome.FAILED
    assert record.verdict is Verdict.NONCONFORMANT


def test_those_that_no_longer_occur_in_a_whole_run_are_gone(bench, run):
    names = [BROKEN, "response.msg.present", "error.BadRequest.status", "response.requestid.unique"]
    record = run(bench(), *names)
    assert states(record) == dict.fromkeys(names, DeviationState.RESOLVED)
    assert {outcome(record, name) for name in names} == {Outcome.PASSED}
    assert record.verdict is Verdict.NONCONFORMANT
    assert "remove it from the file" in record.deviations[0].explanation


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        (
            BROKEN,
            {"select": ["num.maximum/at"]},
            "not all that may show it was looked at: num.maximum/inside and 5 more",
        ),
        (
            BROKEN,
            {"deselect": ["num.maximum/far-above"]},
            "not all that may show it was looked at: num.maximum/far-above",
        ),
        ("response.msg.present", {"select": [BROKEN]}, "not all that may show it was looked at: "),
        ("error.BadRequest.status", {"select": ["errors"]}, "not all that may show it was looked at: "),
        ("response.requestid.unique", {"select": [BROKEN]}, "not all that may show it was looked at: "),
        ("window.maximum", {"budget": 40}, ": the budget of 40 requests"),
        (BROKEN, {"select": [BROKEN], "budget": 8}, "not all that may show it was looked at: num.maximum/"),
        ("generated.open", {"select": ["generated", BROKEN]}, "no response of this run exercised"),
        ("generated.valid", {"select": ["generated", BROKEN]}, "no examples are generated"),
    ],
)
def test_one_that_was_not_wholly_looked_for_is_not_told(bench, run, name, options, why):
    record = run(bench(), name, **options)
    assert states(record) == {name: DeviationState.UNDETERMINED}
    assert why in record.deviations[0].explanation
    assert record.verdict is not Verdict.NONCONFORMANT


def test_a_selection_with_all_its_cases_tells_that_it_is_gone(bench, run):
    record = run(bench(), BROKEN, select=["num.*"], budget=400)
    assert states(record) == {BROKEN: DeviationState.RESOLVED}


def test_a_run_that_ended_early_tells_of_none_that_it_is_gone(bench, run):
    looks = iter(range(300))
    record = run(bench(), BROKEN, stopped=lambda: next(looks, None) is None)
    assert outcome(record, BROKEN) is Outcome.PASSED
    assert states(record) == {BROKEN: DeviationState.UNDETERMINED}
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
def test_what_was_not_selected_fails_nothing(bench, run, options, days):
    record = run(bench(), "start.maximum", days=days, **options)
    assert states(record) == {"start.maximum": DeviationState.NOT_SELECTED}
    assert record.verdict is Verdict.CONFORMANT


def test_what_departs_was_looked_at_whatever_was_selected(bench, run):
    record = run(bench("msg-missing"), "response.msg.present", select=["num.maximum/at"])
    assert states(record) == {"response.msg.present": DeviationState.APPLIED}
    assert record.verdict is Verdict.CONFORMANT


def test_what_speaks_of_the_whole_run_is_accepted_too(bench, run):
    name = "response.requestid.unique"
    record = run(bench("requestid-repeated"), name)
    assert (states(record), outcome(record, name)) == ({name: DeviationState.APPLIED}, Outcome.WARNED)
    assert record.verdict is Verdict.CONFORMANT


@pytest.mark.parametrize("strict", [False, True])
def test_what_would_only_warn_occurs_all_the_same(bench, run, strict):
    refused = bench(behaviour=VARIATIONS["gateway-codes"])
    record = run(refused, "num.type", select=["num.type"], strict=strict)
    assert {finding.grade for one in record.cases for finding in one.judgement.findings} == {Grade.TOLERATED}
    assert (states(record), outcome(record, "num.type")) == ({"num.type": DeviationState.APPLIED}, Outcome.WARNED)
    assert record.verdict is Verdict.CONFORMANT


def test_a_run_asks_the_same_with_deviations_and_without(bench, run):
    names = ["paging.concatenation", "num.maximum"]
    faults = ("pages-overlap", FAULT)
    sent = []
    for known in ([], names):
        made = bench(*faults)
        run(made, *known, level=Level.SHOULD, select=["paging", "num.*"])
        sent.append(len(made.received))
    assert sent[0] == sent[1]


@pytest.fixture
def changing(bench):
    """An endpoint of which one entry is another in some of the replies (by number)."""

    def made(changed):
        def around(request, answer):
            number, reply = len(one.received), answer(request)
            if number not in changed:
                return reply
            document = json.loads(reply.body)
            document["Auctions"][3]["PicName"] += "x"
            return evolve(reply, body=json.dumps(document).encode())

        one = bench(around=around)
        return one

    return made


def test_what_departs_in_one_round_only_is_neither_met_nor_gone(bench, changing, run):
    plain = bench()
    assert states(run(plain, "paging.prefix", select=["paging.prefix"])) == {"paging.prefix": DeviationState.RESOLVED}
    record = run(changing({len(plain.received)}), "paging.prefix", select=["paging.prefix"])
    assert {(one.outcome, one.attempts) for one in record.cases} == {(Outcome.PASSED, 1), (Outcome.PASSED, 3)}
    assert states(record) == {"paging.prefix": DeviationState.UNDETERMINED}
    assert "in one round and not in the next" in record.deviations[0].explanation


def test_fail_fast_stops_at_no_departure_that_is_accepted(bench, run):
    record = run(bench(FAULT), BROKEN, select=["num.*"], fail_fast=True)
    assert record.complete
    assert record.verdict is Verdict.CONFORMANT
    stopped = run(bench(FAULT), BROKEN, days=-1, select=[BROKEN], fail_fast=True)
    assert not stopped.complete


def test_generated_requests_that_depart_are_accepted_too(bench, run):
    made = bench("num-one-beyond-maximum-accepted")
    record = run(made, BROKEN, select=["generated", "num.maximum"], examples=30)
    assert states(record) == {BROKEN: DeviationState.APPLIED}
    assert record.verdict is Verdict.CONFORMANT


@pytest.fixture
def told(contract, now):
    """What became of a deviation from a requirement that came out so, in a run that looked at this."""

    def made(came_out, unwanted=(), generated=(), reason=None, examples=None):
        known = Deviation(BROKEN, "some reason", "https://example.com/1", now.date())
        result = RequirementResult(contract.requirements[BROKEN], came_out, reason=reason)
        case = Case(f"{BROKEN}/above", "some", (BROKEN,), (), Expectation(()), examples=examples)
        passed = CaseResult(case, Outcome.PASSED, Judgement(frozenset({BROKEN})))
        look = DeviationEvidence(Options(), now.date(), (), frozenset(unwanted), (passed,), tuple(generated), {}, None)
        return look.evaluate(known, result)

    return made


def test_what_was_deselected_is_so_whatever_came_of_it(told):
    assert told(Outcome.ERRORED, unwanted={BROKEN}, reason="no reply").state is DeviationState.NOT_SELECTED
    assert told(Outcome.ERRORED, reason="no reply").state is DeviationState.UNDETERMINED


def test_what_chance_alone_shows_is_never_gone(told):
    found = told(Outcome.PASSED, examples=25)
    assert found.state is DeviationState.UNDETERMINED
    assert "generated by chance" in found.explanation


def test_what_generated_requests_meet_without_being_reported_is_not_gone(told):
    case = Case("generated.valid/1", "some", ("generated.valid",), (), Expectation(()))
    tolerated = Finding(BROKEN, Level.MUST, "tolerated", grade=Grade.TOLERATED)
    departing = CaseResult(case, Outcome.WARNED, Judgement(frozenset({BROKEN}), (tolerated,)))
    assert told(Outcome.PASSED).state is DeviationState.RESOLVED
    assert told(Outcome.PASSED, generated=[departing]).state is DeviationState.UNDETERMINED
