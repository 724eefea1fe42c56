"""A run as a stream of events: order, parallel cases, and early ends."""

import threading

import pytest

from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.runner.events import CaseFinished, RunFinished, RunPlanned

FAULTS = ("num-above-maximum-accepted", "msg-missing", "unsigned-accepted")


def outcomes(record):
    return (
        record.verdict,
        [(result.case.id, result.outcome, result.reason, result.judgement) for result in record.cases],
        [(result.requirement.id, result.outcome, result.cases, result.reason) for result in record.requirements],
    )


def unreachable_after(requests):
    """Return an `around` of an emulator that stops responding."""
    lock, numbers = threading.Lock(), iter(range(10**9))

    def around(request, answer):
        with lock:
            is_gone = next(numbers) >= requests
        if is_gone:
            raise Unreachable("no reply: Connection refused", "http://emulator.example")
        return answer(request)

    return around


@pytest.mark.parametrize("jobs", [1, 8])
def test_events_are_the_plan_then_every_case_once_then_the_record(bench, jobs):
    first, *middle, last = bench().events(jobs=jobs)
    assert isinstance(first, RunPlanned)
    assert all(isinstance(event, CaseFinished) for event in middle)
    assert isinstance(last, RunFinished)
    assert sorted(event.result.case.id for event in middle) == sorted(case.id for case in first.cases)
    assert [result.case.id for result in last.record.cases] == [case.id for case in first.cases]
    assert last.record.complete
    assert last.record.stop_reason is None


def test_every_planned_case_has_an_event_although_the_budget_skips_it(bench):
    first, *middle, _ = bench().events(budget=30)
    assert len(middle) == len(first.cases)


def test_a_failed_survey_yields_the_record_only(bench):
    (event,) = bench(around=unreachable_after(0)).events()
    assert isinstance(event, RunFinished)


@pytest.mark.parametrize("faults", [pytest.param((), marks=pytest.mark.long), FAULTS])
def test_parallel_jobs_change_no_outcome(bench, faults):
    assert outcomes(bench(*faults).record(jobs=8)) == outcomes(bench(*faults).record(jobs=1))


def test_the_reference_conforms(records):
    record = records()
    assert record.verdict is Verdict.CONFORMANT
    assert {result.outcome for result in record.cases} == {Outcome.PASSED, Outcome.NOT_APPLICABLE}


def test_several_faults_are_all_found(records):
    failed = {result.requirement.id for result in records(*FAULTS).requirements if result.outcome is Outcome.FAILED}
    assert {"num.maximum", "response.msg.present", "authentication.unsigned"} <= failed


def test_fail_fast_stops_at_the_first_failure_and_says_so(bench):
    endpoint = bench(*FAULTS)
    record = endpoint.record(fail_fast=True)
    failed = [result.case.id for result in record.cases if result.outcome is Outcome.FAILED]
    assert len(failed) == 1
    assert record.verdict is Verdict.NONCONFORMANT
    assert not record.complete
    assert record.stop_reason == f"stopped at the first failure, {failed[0]}"
    skipped = [result for result in record.cases if result.outcome is Outcome.SKIPPED]
    assert {result.reason for result in skipped} == {record.stop_reason}
    assert len(endpoint.received) < 100


@pytest.mark.parametrize("jobs", [1, 8])
def test_a_target_that_stops_responding_ends_the_run_early(bench, jobs):
    endpoint = bench(around=unreachable_after(100))
    record = endpoint.record(jobs=jobs)
    assert record.verdict is Verdict.INCONCLUSIVE
    assert not record.complete
    assert record.stop_reason.startswith("the target stopped responding: ")
    # A few cases in a row, those in flight beside them, and one more search to see whether the target is gone.
    assert len(endpoint.received) <= 104 + 3 * jobs
    results = {outcome: [result for result in record.cases if result.outcome is outcome] for outcome in Outcome}
    assert len(results[Outcome.PASSED]) > 50
    assert 3 <= len(results[Outcome.ERRORED]) <= 3 + 2 * jobs
    assert all(result.reason for outcome in (Outcome.ERRORED, Outcome.SKIPPED) for result in results[outcome])
    assert all(result.judgement.exercised and result.exchanges for result in results[Outcome.PASSED])


def test_a_failure_before_the_target_stopped_responding_decides(bench):
    record = bench("msg-missing", around=unreachable_after(60)).record()
    assert record.verdict is Verdict.NONCONFORMANT
    assert not record.complete


def test_a_single_lost_response_errors_its_case_only(bench):
    def around(request, answer):
        if len(endpoint.received) == 60:
            raise Unreachable("no reply: reset", "http://emulator.example")
        return answer(request)

    endpoint = bench(around=around)
    record = endpoint.record()
    errored = [result for result in record.cases if result.outcome is Outcome.ERRORED]
    assert [result.reason for result in errored] == ["http://emulator.example: no reply: reset"]
    assert record.complete
    assert record.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("jobs", [1, 4])
def test_an_interrupted_run_keeps_its_results(bench, jobs):
    endpoint = bench()
    record = endpoint.record(lambda: len(endpoint.received) >= 80, jobs=jobs)
    assert record.stop_reason == "the run was interrupted"
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    assert len(endpoint.received) <= 80 + 2 * jobs
    assert {result.outcome for result in record.cases} >= {Outcome.PASSED, Outcome.SKIPPED}


def test_a_seed_changes_invented_names_and_no_outcome(bench, records):
    def bodies(record):
        return {exchange.request.body for result in record.cases for exchange in result.exchanges}

    seeded, usual = bench().record(seed=7), records()
    assert seeded.verdict is Verdict.CONFORMANT
    assert bodies(seeded) != bodies(usual)
    assert sorted(result.case.id for result in seeded.cases) == sorted(result.case.id for result in usual.cases)
