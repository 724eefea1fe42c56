"""Generated requests in a run: nothing is found where nothing is wrong, and what is wrong is found and made small."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import LATER_VARIATIONS, VARIATIONS, EmulatorSettings
from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Capabilities, InstanceType, SignatureScheme

ONLY = {"select": ["generated"]}


def reported(record):
    return {one.case.id.partition("/")[0]: one for one in record.cases if "/generated-" in one.case.id}


def bad(record):
    return [
        (one.case.id, one.outcome, one.reason, one.judgement.findings)
        for one in record.cases
        if one.outcome in {Outcome.FAILED, Outcome.ERRORED, Outcome.SKIPPED, Outcome.WARNED}
    ]


def varied(bench, behaviour):
    made = bench()
    settings = EmulatorSettings(qps=None, behaviour=behaviour)
    return evolve(made, emulator=Emulator(made.contract, settings, store=made.emulator.store))


@pytest.mark.long
@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_clean_emulator_fails_no_example(bench, scheme, seed):
    record = bench(adapt=lambda one: evolve(one, signature=scheme)).record(examples=150, seed=seed, **ONLY)
    assert bad(record) == []
    assert record.verdict is Verdict.CONFORMANT


@pytest.mark.long
@pytest.mark.parametrize("name", [one for one in sorted(VARIATIONS) if not one.startswith(("media", "body"))][::2])
def test_a_conforming_variation_fails_no_example(bench, name):
    record = varied(bench, VARIATIONS[name]).record(examples=40, seed=3, **ONLY)
    assert reported(record) == {}
    assert record.verdict is Verdict.CONFORMANT


@pytest.mark.long
def test_a_clean_emulator_of_the_later_revision_fails_no_example(later_bench):
    made = later_bench(adapt=lambda one: evolve(one, signature=SignatureScheme.V2))
    record = made.record(examples=120, seed=1, **ONLY)
    assert bad(record) == []
    assert record.verdict is Verdict.CONFORMANT
    summaries = {one.case.id: one for one in record.cases if one.case.examples}
    assert {one.outcome for one in summaries.values()} == {Outcome.PASSED}
    assert len(summaries) == 3


@pytest.mark.long
@pytest.mark.parametrize("name", ["filter-parentheses-refused", "truth-in-lower-case"])
def test_a_variation_of_the_later_revision_fails_no_example(later_bench, name):
    behaviour = {**VARIATIONS, **LATER_VARIATIONS}[name]
    record = later_bench(behaviour=behaviour).record(examples=40, seed=3, **ONLY)
    assert bad(record) == []
    assert record.verdict is Verdict.CONFORMANT


def generic_only(target):
    return evolve(target, instances=tuple(one for one in target.instances if one.type is InstanceType.GENERIC))


def modest(target):
    first = evolve(target.instance, images=target.instance.images[:1])
    return evolve(target, instances=(first,), capabilities=Capabilities(), without_profile=True)


@pytest.mark.parametrize("adapt", [generic_only, modest])
def test_a_target_that_claims_little_fails_no_example(bench, adapt):
    assert bad(bench(adapt=adapt).record(examples=60, **ONLY)) == []


def test_without_examples_nothing_is_generated_and_that_is_no_gap(bench):
    record = bench().record(**ONLY)
    assert {one.outcome for one in record.cases} == {Outcome.NOT_APPLICABLE}
    assert {one.reason for one in record.cases} == {"no examples are generated (--examples 0)"}
    whole = bench().record()
    assert whole.verdict is Verdict.CONFORMANT
    own = {one.outcome for one in whole.requirements if one.requirement.area == "generated"}
    assert own == {Outcome.NOT_APPLICABLE}


def test_with_examples_every_requirement_of_theirs_is_exercised(bench):
    record = bench().record(examples=40)
    assert record.verdict is Verdict.CONFORMANT
    assert {one.outcome for one in record.requirements if one.requirement.area == "generated"} == {Outcome.PASSED}


@pytest.mark.long
@pytest.mark.parametrize(
    ("defect", "seed", "requirement", "small"),
    [
        ("num-with-filter-refused", 2, "generated.valid", {"Num": "37"}),
        ("apostrophe-refused", 2, "generated.filters", {}),
        ("fourth-or-lost", 3, "generated.filters", {}),
    ],
)
def test_a_defect_that_only_generated_requests_find_is_found_and_made_small(bench, defect, seed, requirement, small):
    assert bad(bench(defect).record()) == []
    record = bench(defect).record(examples=150, seed=seed)
    assert record.verdict is Verdict.NONCONFORMANT
    found = reported(record)[requirement]
    assert found.outcome is Outcome.FAILED
    changes = dict(found.case.probes[-1].request.parameters)
    assert {name: changes[name] for name in small} == small
    condition = changes["Filter"]
    assert " AND " not in condition
    assert condition.count(" OR ") == (3 if defect == "fourth-or-lost" else 0)
    assert len(condition) < 70
    assert set(changes) - {"InstanceName", "ProductId", "PicName", "Filter", "Start", *small} <= {"Num"}


@pytest.mark.long
def test_a_defect_of_the_later_revision_is_found_and_made_small(later_bench):
    assert bad(later_bench("distinct-from-ten-refused").record()) == []
    found = reported(later_bench("distinct-from-ten-refused").record(examples=200, seed=3, **ONLY))["generated.valid"]
    assert found.outcome is Outcome.FAILED
    changes = dict(found.case.probes[-1].request.parameters)
    assert set(changes) - {"InstanceName", "ProductId", "PicName"} == {"DistinctProductId", "Start"}
    assert (changes["DistinctProductId"], changes["Start"]) == ("true", "10")


@pytest.mark.long
def test_a_list_that_is_cut_is_found_and_made_small(later_bench):
    assert bad(later_bench("fourth-of-list-lost").record()) == []
    record = later_bench("fourth-of-list-lost").record(examples=150, seed=5, **ONLY)
    assert record.verdict is Verdict.CONFORMANT
    (found,) = reported(record).values()
    assert found.outcome is Outcome.WARNED
    (requirement,) = found.case.requirements
    assert requirement.endswith(("in", "not-in"))
    condition = dict(found.case.probes[-1].request.parameters)["Filter"]
    assert (condition.count(","), condition.count(" AND ") + condition.count(" OR ")) == (3, 0)


@pytest.mark.long
def test_what_other_cases_found_is_not_found_again(bench):
    record = bench("empty-names-accepted").record(examples=150, seed=1)
    assert record.verdict is Verdict.NONCONFORMANT
    assert "instancename.minlength" not in reported(record)
    summary = next(one for one in record.cases if one.case.id == "generated.invalid/examples")
    assert summary.outcome is Outcome.NOT_APPLICABLE
    assert "instancename.minlength" in summary.reason


def sent(made):
    """What was sent after the survey, without what differs from run to run."""
    return [request.body for request in made.received]


def test_the_same_seed_sends_the_same_and_another_seed_something_else(bench):
    bodies = []
    for seed in (5, 5, 6):
        made = bench()
        made.record(examples=40, seed=seed, **ONLY)
        bodies.append(sent(made))
    assert bodies[0] == bodies[1]
    assert set(bodies[0]) != set(bodies[2])


@pytest.mark.long
def test_the_same_seed_finds_the_same_small_case(bench):
    ids = [set(reported(bench("apostrophe-refused").record(examples=90, seed=2, **ONLY))) for _ in range(2)]
    assert ids[0] == ids[1] != set()


@pytest.mark.long
def test_a_failure_that_was_found_before_is_tried_first(bench, tmp_path):
    def first_failure(seed, kept):
        made = bench("num-with-filter-refused", kept=kept)
        found = reported(made.record(examples=150, seed=seed, **ONLY))["generated.valid"]
        failing = [b"Filter" in body and b"Num=" in body and fails(body) for body in sent(made)]
        return failing.index(True), found.case.id

    def fails(body):
        number = dict(pair.split(b"=") for pair in body.split(b"&"))[b"Num"]
        return number.isdigit() and 37 <= int(number) < 99

    late, case = first_failure(2, tmp_path / "examples")
    soon, again = first_failure(2, tmp_path / "examples")
    assert soon < late
    assert again == case
    assert (tmp_path / "examples").is_dir()


def test_nothing_is_kept_where_no_place_is_named(bench, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bench().record(**ONLY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("budget", [30, 40, 60])
def test_a_budget_holds_for_generated_requests(bench, budget):
    made = bench("num-with-filter-refused")
    record = made.record(examples=20, budget=budget, select=["generated.valid", "generated.invalid", "num.*"])
    assert len(made.received) == record.request_count <= budget


def test_a_run_that_is_stopped_generates_no_more(bench):
    made = bench()
    record = made.record(lambda: len(made.received) >= 20, examples=300, **ONLY)
    assert len(made.received) <= 21
    assert record.verdict is Verdict.INCONCLUSIVE
    assert record.stop_reason == "the run was interrupted"


@pytest.mark.long
def test_making_small_costs_no_more_than_it_may(bench):
    made = bench("num-with-filter-refused")
    made.record(examples=90, seed=4, **ONLY)
    assert len(made.received) <= 90 + 90 + 12


def test_the_first_failure_ends_the_run_where_that_is_wanted(bench):
    record = bench("fourth-or-lost", "apostrophe-refused").record(examples=150, seed=2, fail_fast=True, **ONLY)
    assert sum(one.outcome is Outcome.FAILED for one in record.cases) == 1
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
    assert {one.case.requirements[0] for one in record.cases if one.case.examples} == expected


def test_a_requirement_that_is_left_out_fails_no_example(bench):
    record = bench("num-with-filter-refused").record(
        examples=60, seed=2, select=["generated"], deselect=["generated.valid"]
    )
    assert "generated.valid" not in reported(record)


def test_an_endpoint_that_hangs_up_on_an_example_is_not_certified(bench):
    from imagesearch_conformance.errors import Unreachable

    def around(request, answer):
        if b"Num=" in request.body and b"CategoryId=" in request.body and b"Start=" in request.body:
            raise Unreachable("no reply: reset")
        return answer(request)

    record = bench(around=around).record(examples=60, **ONLY)
    assert record.complete
    assert record.verdict is Verdict.INCONCLUSIVE
    (lost,) = [one for one in record.cases if one.outcome is Outcome.ERRORED]
    assert "no reply: reset" in lost.reason
    assert "/generated-" in lost.case.id


def test_an_example_that_cannot_be_judged_fails_nothing(bench, monkeypatch):
    from imagesearch_conformance.checks.judge import NotJudged
    from imagesearch_conformance.checks.judge import judge as judged
    from imagesearch_conformance.runner.endpoint_run import EndpointRun

    made = EndpointRun.__init__

    def judge(contract, target, case, exchanges):
        return (
            NotJudged("it is not")
            if "/generated-" in case.id and "Start" in case.title
            else judged(contract, target, case, exchanges)
        )

    monkeypatch.setattr(
        EndpointRun, "__init__", lambda self, *given, **named: made(self, *given, **{**named, "judge": judge})
    )
    record = bench().record(examples=60, **ONLY)
    assert record.verdict is Verdict.CONFORMANT
    assert any("not judged" in one.case.title for one in record.cases)


def test_a_source_that_breaks_is_an_error_and_not_the_target_s(bench, monkeypatch):
    from imagesearch_conformance.runner import generated_run

    def broken(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(generated_run.GeneratedCaseBuilder, "build_case", broken)
    record = bench().record(examples=12, **ONLY)
    assert {one.outcome for one in record.cases} == {Outcome.ERRORED}
    assert {one.reason for one in record.cases} == {"internal error: RuntimeError: no"}
    assert record.verdict is Verdict.INCONCLUSIVE
