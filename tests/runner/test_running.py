"""A run as a stream of events: order, parallel work, and ends before the end."""

import threading

import pytest

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.runner.events import CaseFinished, RunFinished, RunPlanned

FAULTS = ("num-above-maximum-accepted", "msg-missing", "unsigned-accepted")


def outcomes(record):
    return (
        record.verdict,
        [(one.case.id, one.outcome, one.reason, one.judgement) for one in record.cases],
        [(one.requirement.id, one.outcome, one.cases, one.reason) for one in record.requirements],
    )


def gone_after(requests):
    """Stands before an emulator that stops answering."""
    lock, count = threading.Lock(), iter(range(10**9))

    def around(request, answer):
        with lock:
            gone = next(count) >= requests
        if gone:
            raise Unreachable("no reply: Connection refused", "http://emulator.example")
        return answer(request)

    return around


@pytest.mark.parametrize("jobs", [1, 8])
def test_first_the_plan_then_every_case_once_then_the_record(bench, jobs):
    first, *middle, last = bench().events(jobs=jobs)
    assert isinstance(first, RunPlanned)
    assert all(isinstance(one, CaseFinished) for one in middle)
    assert isinstance(last, RunFinished)
    assert sorted(one.result.case.id for one in middle) == sorted(case.id for case in first.cases)
    assert [one.case.id for one in last.record.cases] == [case.id for case in first.cases]
    assert last.record.complete
    assert last.record.stop_reason is None


def test_every_planned_case_is_heard_of_although_a_budget_ends_it(bench):
    first, *middle, _ = bench().events(budget=30)
    assert len(middle) == len(first.cases)


def test_a_target_that_cannot_be_judged_has_a_record_and_nothing_else(bench):
    (only,) = bench(around=gone_after(0)).events()
    assert isinstance(only, RunFinished)


@pytest.mark.parametrize("faults", [pytest.param((), marks=pytest.mark.long), FAULTS])
def test_parallel_work_changes_nothing(bench, faults):
    assert outcomes(bench(*faults).record(jobs=8)) == outcomes(bench(*faults).record(jobs=1))


def test_a_clean_emulator_conforms(records):
    record = records()
    assert record.verdict is Verdict.CONFORMANT
    assert {one.outcome for one in record.cases} == {Outcome.PASSED, Outcome.NOT_APPLICABLE}


def test_findings_of_several_faults_stand_side_by_side(records):
    failed = {one.requirement.id for one in records(*FAULTS).requirements if one.outcome is Outcome.FAILED}
    assert {"num.maximum", "response.msg.present", "authentication.unsigned"} <= failed


def test_fail_fast_stops_at_the_first_failure_and_says_so(bench):
    made = bench(*FAULTS)
    record = made.record(fail_fast=True)
    failed = [one.case.id for one in record.cases if one.outcome is Outcome.FAILED]
    assert len(failed) == 1
    assert record.verdict is Verdict.NONCONFORMANT
    assert not record.complete
    assert record.stop_reason == f"stopped at the first failure, {failed[0]}"
    skipped = [one for one in record.cases if one.outcome is Outcome.SKIPPED]
    assert {one.reason for one in skipped} == {record.stop_reason}
    assert len(made.received) < 100


@pytest.mark.parametrize("jobs", [1, 8])
def test_a_target_that_stops_answering_ends_the_run_early_and_keeps_what_was_judged(bench, jobs):
    made = bench(around=gone_after(100))
    record = made.record(jobs=jobs)
    assert record.verdict is Verdict.INCONCLUSIVE
    assert not record.complete
    assert record.stop_reason.startswith("the target stopped answering: ")
    # A few cases in a row, what was under way beside them, and one more look whether it is gone.
    assert len(made.received) <= 104 + 3 * jobs
    found = {outcome: [one for one in record.cases if one.outcome is outcome] for outcome in Outcome}
    assert len(found[Outcome.PASSED]) > 50
    assert 3 <= len(found[Outcome.ERRORED]) <= 3 + 2 * jobs
    assert all(one.reason for outcome in (Outcome.ERRORED, Outcome.SKIPPED) for one in found[outcome])
    assert all(one.judgement.exercised and one.exchanges for one in found[Outcome.PASSED])


def test_a_failure_found_before_the_target_went_away_still_counts(bench):
    record = bench("msg-missing", around=gone_after(60)).record()
    assert record.verdict is Verdict.NONCONFORMANT
    assert not record.complete


def test_a_single_loss_is_an_error_of_its_case_and_the_run_goes_on(bench):
    def around(request, answer):
        if len(made.received) == 60:
            raise Unreachable("no reply: reset", "http://emulator.example")
        return answer(request)

    made = bench(around=around)
    record = made.record()
    errored = [one for one in record.cases if one.outcome is Outcome.ERRORED]
    assert [one.reason for one in errored] == ["http://emulator.example: no reply: reset"]
    assert record.complete
    assert record.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("jobs", [1, 4])
def test_an_interrupted_run_keeps_what_was_judged(bench, jobs):
    made = bench()
    record = made.record(lambda: len(made.received) >= 80, jobs=jobs)
    assert record.stop_reason == "the run was interrupted"
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    assert len(made.received) <= 80 + 2 * jobs
    assert {one.outcome for one in record.cases} >= {Outcome.PASSED, Outcome.SKIPPED}


def test_a_seed_changes_made_up_names_and_no_outcome(bench, records):
    one = bench().record(seed=7)
    assert one.verdict is Verdict.CONFORMANT
    sent = {exchange.request.body for result in one.cases for exchange in result.exchanges}
    before = {exchange.request.body for result in records().cases for exchange in result.exchanges}
    assert sent != before
    assert sorted(result.case.id for result in one.cases) == sorted(result.case.id for result in records().cases)
