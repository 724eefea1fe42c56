"""Generated requests in a run: conforming targets have no failures, and failures are found and shrunk."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import LATER_VARIATIONS, VARIATIONS
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.target import Capabilities, InstanceType, SignatureScheme

ONLY = {"select": ["generated"]}


def reported_examples(record):
    """Return the results of reported examples by requirement."""
    results = (result for result in record.cases if "/generated-" in result.case.id)
    return {result.case.id.partition("/")[0]: result for result in results}


def problems(record):
    return [
        (result.case.id, result.outcome, result.reason, result.judgement.findings)
        for result in record.cases
        if result.outcome in {Outcome.FAILED, Outcome.ERRORED, Outcome.SKIPPED, Outcome.WARNED}
    ]


def generated_outcomes(record):
    return {result.outcome for result in record.requirements if result.requirement.area == "generated"}


@pytest.mark.long
@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_clean_emulator_fails_no_example(bench, scheme, seed):
    signing_bench = bench(adapt=lambda target: evolve(target, signature=scheme))
    record = signing_bench.record(examples=150, seed=seed, **ONLY)
    assert problems(record) == []
    assert record.verdict is Verdict.CONFORMANT


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in sorted(VARIATIONS) if not name.startswith(("media", "body"))])
def test_a_conforming_variation_fails_no_example(bench, name):
    record = bench(behaviour=VARIATIONS[name]).record(examples=40, seed=3, **ONLY)
    assert reported_examples(record) == {}
    assert record.verdict is Verdict.CONFORMANT


@pytest.mark.long
def test_a_clean_emulator_of_the_later_revision_fails_no_example(later_bench):
    signing_bench = later_bench(adapt=lambda target: evolve(target, signature=SignatureScheme.V2))
    record = signing_bench.record(examples=120, seed=1, **ONLY)
    assert problems(record) == []
    assert record.verdict is Verdict.CONFORMANT
    summaries = {result.case.id: result for result in record.cases if result.case.examples}
    assert {result.outcome for result in summaries.values()} == {Outcome.PASSED}
    assert len(summaries) == 3


@pytest.mark.long
@pytest.mark.parametrize("name", ["filter-parentheses-refused", "truth-in-lower-case"])
def test_a_variation_of_the_later_revision_fails_no_example(later_bench, name):
    behaviour = {**VARIATIONS, **LATER_VARIATIONS}[name]
    record = later_bench(behaviour=behaviour).record(examples=40, seed=3, **ONLY)
    assert problems(record) == []
    assert record.verdict is Verdict.CONFORMANT


def generic_only(target):
    generic = (instance for instance in target.instances if instance.type is InstanceType.GENERIC)
    return evolve(target, instances=tuple(generic))


def modest(target):
    first = evolve(target.instance, images=target.instance.images[:1])
    return evolve(target, instances=(first,), capabilities=Capabilities(), without_profile=True)


@pytest.mark.parametrize("adapt", [generic_only, modest])
def test_a_target_with_few_claims_fails_no_example(bench, adapt):
    assert problems(bench(adapt=adapt).record(examples=60, **ONLY)) == []


def test_without_examples_their_requirements_do_not_apply(bench):
    record = bench().record(**ONLY)
    assert {result.outcome for result in record.cases} == {Outcome.NOT_APPLICABLE}
    assert {result.reason for result in record.cases} == {"no examples are generated (--examples 0)"}
    complete_record = bench().record()
    assert complete_record.verdict is Verdict.CONFORMANT
    assert generated_outcomes(complete_record) == {Outcome.NOT_APPLICABLE}


def test_with_examples_their_requirements_are_exercised(bench):
    record = bench().record(examples=40)
    assert record.verdict is Verdict.CONFORMANT
    assert generated_outcomes(record) == {Outcome.PASSED}


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "seed", "requirement", "smallest"),
    [
        ("num-with-filter", 2, "generated.valid", {"Num": "37"}),
        ("apostrophe", 2, "generated.filters", {}),
        ("fourth-alternative", 3, "generated.filters", {}),
    ],
)
def test_a_fault_that_only_generated_requests_detect_is_shrunk(bench, fault, seed, requirement, smallest):
    assert problems(bench(fault).record()) == []
    record = bench(fault).record(examples=150, seed=seed)
    assert record.verdict is Verdict.NONCONFORMANT
    result = reported_examples(record)[requirement]
    assert result.outcome is Outcome.FAILED
    parameters = dict(result.case.probes[-1].request.parameters)
    assert {name: parameters[name] for name in smallest} == smallest
    condition = parameters["Filter"]
    assert " AND " not in condition
    assert condition.count(" OR ") == (3 if fault == "fourth-alternative" else 0)
    assert len(condition) < 70
    assert set(parameters) - {"InstanceName", "ProductId", "PicName", "Filter", "Start", *smallest} <= {"Num"}


@pytest.mark.long
def test_a_fault_of_the_later_revision_is_shrunk(later_bench):
    assert problems(later_bench("distinct-from-ten").record()) == []
    record = later_bench("distinct-from-ten").record(examples=200, seed=3, **ONLY)
    result = reported_examples(record)["generated.valid"]
    assert result.outcome is Outcome.FAILED
    parameters = dict(result.case.probes[-1].request.parameters)
    assert set(parameters) - {"InstanceName", "ProductId", "PicName"} == {"DistinctProductId", "Start"}
    assert (parameters["DistinctProductId"], parameters["Start"]) == ("true", "10")


@pytest.mark.long
def test_a_truncated_list_is_found_and_shrunk(later_bench):
    assert problems(later_bench("fourth-of-list").record()) == []
    record = later_bench("fourth-of-list").record(examples=150, seed=5, **ONLY)
    assert record.verdict is Verdict.CONFORMANT
    (result,) = reported_examples(record).values()
    assert result.outcome is Outcome.WARNED
    (requirement,) = result.case.requirements
    assert requirement.endswith(("in", "not-in"))
    condition = dict(result.case.probes[-1].request.parameters)["Filter"]
    assert (condition.count(","), condition.count(" AND ") + condition.count(" OR ")) == (3, 0)


@pytest.mark.long
def test_a_violation_that_other_cases_report_is_not_reported_again(bench):
    record = bench("empty-names-accepted").record(examples=150, seed=1)
    assert record.verdict is Verdict.NONCONFORMANT
    assert "instancename.minlength" not in reported_examples(record)
    summary = next(result for result in record.cases if result.case.id == "generated.invalid/examples")
    assert summary.outcome is Outcome.NOT_APPLICABLE
    assert "instancename.minlength" in summary.reason


def received_bodies(used_bench):
    """Return the bodies of all requests; unlike headers, they do not differ from run to run."""
    return [request.body for request in used_bench.received]


def test_the_seed_determines_the_requests(bench):
    bodies = []
    for seed in (5, 5, 6):
        new_bench = bench()
        new_bench.record(examples=40, seed=seed, **ONLY)
        bodies.append(received_bodies(new_bench))
    assert bodies[0] == bodies[1]
    assert set(bodies[0]) != set(bodies[2])


@pytest.mark.long
def test_the_same_seed_finds_the_same_smallest_example(bench):
    ids = [set(reported_examples(bench("apostrophe").record(examples=90, seed=2, **ONLY))) for _ in range(2)]
    assert ids[0] == ids[1] != set()


@pytest.mark.long
def test_a_failure_of_an_earlier_run_is_tried_first(bench, tmp_path):
    directory = tmp_path / "examples"

    def find_first_failure():
        new_bench = bench("num-with-filter", kept=directory)
        result = reported_examples(new_bench.record(examples=150, seed=2, **ONLY))["generated.valid"]
        is_failing = [b"Filter" in body and b"Num=" in body and fails(body) for body in received_bodies(new_bench)]
        return is_failing.index(True), result.case.id

    def fails(body):
        number = dict(pair.split(b"=") for pair in body.split(b"&"))[b"Num"]
        return number.isdigit() and 37 <= int(number) < 99

    first_index, case_id = find_first_failure()
    second_index, second_case_id = find_first_failure()
    assert second_index < first_index
    assert second_case_id == case_id
    assert directory.is_dir()


def test_without_a_database_directory_nothing_is_saved(bench, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bench().record(**ONLY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("budget", [30, 40, 60])
def test_generated_requests_keep_within_the_budget(bench, budget):
    faulty_bench = bench("num-with-filter")
    record = faulty_bench.record(examples=20, budget=budget, select=["generated.valid", "generated.invalid", "num.*"])
    assert len(faulty_bench.received) == record.request_count <= budget


def test_an_interrupted_run_generates_no_more_requests(bench):
    new_bench = bench()
    record = new_bench.record(lambda: len(new_bench.received) >= 20, examples=300, **ONLY)
    assert len(new_bench.received) <= 21
    assert record.verdict is Verdict.INCONCLUSIVE
    assert record.stop_reason == "the run was interrupted"


@pytest.mark.long
def test_shrinking_keeps_within_its_budget(bench):
    faulty_bench = bench("num-with-filter")
    faulty_bench.record(examples=90, seed=4, **ONLY)
    assert len(faulty_bench.received) <= 90 + 90 + 12


def test_fail_fast_stops_at_the_first_failing_example(bench):
    record = bench("fourth-alternative", "apostrophe").record(examples=150, seed=2, fail_fast=True, **ONLY)
    assert sum(result.outcome is Outcome.FAILED for result in record.cases) == 1
    assert record.stop_reason.startswith("stopped at the first failure, ")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"select": ["generated"]}, {"generated.valid", "generated.invalid", "generated.filters"}),
        ({"select": ["generated.valid"]}, {"generated.valid"}),
        ({"select": ["generated.filters/*"]}, {"generated.filters"}),
        ({"select": ["generated"], "deselect": ["generated.invalid"]}, {"generated.valid", "generated.filters"}),
        ({"select": ["num.*"]}, set()),
    ],
)
def test_sources_are_selected_like_other_cases(bench, options, expected):
    record = bench().record(examples=12, **options)
    assert {result.case.requirements[0] for result in record.cases if result.case.examples} == expected


def test_a_deselected_requirement_fails_no_example(bench):
    record = bench("num-with-filter").record(examples=60, seed=2, select=["generated"], deselect=["generated.valid"])
    assert "generated.valid" not in reported_examples(record)


def test_an_example_without_a_response_makes_the_run_inconclusive(bench):
    from imagesearch_conformance.errors import Unreachable

    def around(request, answer):
        if b"Num=" in request.body and b"CategoryId=" in request.body and b"Start=" in request.body:
            raise Unreachable("no reply: reset")
        return answer(request)

    record = bench(around=around).record(examples=60, **ONLY)
    assert record.complete
    assert record.verdict is Verdict.INCONCLUSIVE
    (errored,) = [result for result in record.cases if result.outcome is Outcome.ERRORED]
    assert "no reply: reset" in errored.reason
    assert "/generated-" in errored.case.id


def test_an_example_that_is_not_judged_does_not_fail(bench, monkeypatch):
    from imagesearch_conformance.checks.judge import NotJudged, judge
    from imagesearch_conformance.runner.endpoint_run import EndpointRun

    initialize = EndpointRun.__init__

    def judge_some(contract, target, case, exchanges):
        if "/generated-" in case.id and "Start" in case.title:
            return NotJudged("it is not")
        return judge(contract, target, case, exchanges)

    monkeypatch.setattr(
        EndpointRun,
        "__init__",
        lambda self, *args, **kwargs: initialize(self, *args, **{**kwargs, "judge": judge_some}),
    )
    record = bench().record(examples=60, **ONLY)
    assert record.verdict is Verdict.CONFORMANT
    assert any("not judged" in result.case.title for result in record.cases)


def test_an_error_in_a_source_is_an_internal_error(bench, monkeypatch):
    from imagesearch_conformance.runner import generated_run

    def broken(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(generated_run.GeneratedCaseBuilder, "build_case", broken)
    record = bench().record(examples=12, **ONLY)
    assert {result.outcome for result in record.cases} == {Outcome.ERRORED}
    assert {result.reason for result in record.cases} == {"internal error: RuntimeError: no"}
    assert record.verdict is Verdict.INCONCLUSIVE
