"""`--examples`: generated requests in runs, plans and replays."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import FAULTS, contract_faults
from imagesearch_conformance.filters.ast import DisjunctionNode
from imagesearch_conformance.reports.load import check_report

pytestmark = pytest.mark.full_runs

GENERATED_ONLY = ("--select", "generated", "--seed", "2", "--examples", "150")


def _lose_third(query, _about):
    condition = query.condition
    if isinstance(condition, DisjunctionNode) and isinstance(condition.left, DisjunctionNode):
        return evolve(query, condition=condition.left)
    return query


@pytest.fixture
def defect(monkeypatch):
    """A fault that no fixed case detects."""
    monkeypatch.setitem(
        FAULTS, "third-lost", Fault("third-lost", "Loses one of three alternatives.", query=_lose_third)
    )
    contract_faults.cache_clear()
    yield "third-lost"
    contract_faults.cache_clear()


@pytest.fixture
def failed_run(command, emulating, defect, tmp_path):
    """The profile of a faulty emulator, and the report and result of a run against it."""
    with emulating(defect) as profile:
        result = command("run", "--profile", profile, "--reports", tmp_path / "out", *GENERATED_ONLY)
        yield profile, tmp_path / "out" / "report.json", result


def generated_cases(report):
    return [case for case in json.loads(report.read_text("utf-8"))["cases"] if "/generated-" in case["id"]]


def test_a_generated_failure_can_be_replayed_but_not_the_summary(command, failed_run, contract):
    profile, report, result = failed_run
    assert (result.code, result.err) == (1, "")
    check_report(json.loads(report.read_text("utf-8")), contract, "report.json")
    (case,) = [case for case in generated_cases(report) if case["outcome"] == "failed"]
    assert case["requirements"] == ["generated.filters"]
    assert case["title"].count(" OR ") == 2
    assert f"replay --profile {profile} {report} {case['id']}" in result.out
    again = command("replay", report, case["id"], "--profile", profile)
    assert again.code == 1
    assert again.out.splitlines()[-1] == f"{case['id']}: failed"

    result = command("replay", report, "generated.valid/examples", "--profile", profile)
    assert result.code == 3
    assert "cases of their own" in result.out


@pytest.mark.long
def test_a_failing_example_is_kept_for_the_next_run(command, failed_run, tmp_path):
    profile, report, _ = failed_run
    assert (tmp_path / ".hypothesis" / "examples").is_dir()
    before = {case["id"] for case in generated_cases(report)}
    few = ("--select", "generated", "--seed", "99", "--examples", "3")
    result = command("run", "--profile", profile, "--reports", tmp_path / "again", *few)
    assert result.code == 1
    assert before & {case["id"] for case in generated_cases(tmp_path / "again" / "report.json")}


def test_without_examples_no_database_is_written(process, finished, tmp_path):
    result = finished(process("run", "--select", "num.*", "--examples", "0", "--reports", "out"))
    assert (result.code, result.err) == (0, "")
    assert not (tmp_path / ".hypothesis").exists()


@pytest.mark.long
def test_hypothesis_and_schemathesis_print_nothing(process, finished, tmp_path):
    (tmp_path / "schemathesis.toml").write_text("this is no configuration", encoding="ascii")
    result = finished(process("run", "--select", "generated", "--examples", "60", "--reports", "out"))
    assert (result.code, result.err) == (0, "")
    assert [line for line in result.out.splitlines() if "ypothesis" in line or "chemathesis" in line] == []


def test_a_plan_counts_generated_requests(command, emulating):
    with emulating() as profile:
        arguments = ("plan", "--profile", profile, "--format", "json", "--select", "generated", "--examples")
        few, more = (json.loads(command(*arguments, number).out) for number in (30, 60))
        text = command("plan", "--profile", profile, "--select", "generated", "--examples", "30").out
    assert more["requests"] - few["requests"] == 30
    assert (few["requestsIfExamplesFail"], more["requestsIfExamplesFail"]) == (30, 60)
    assert "plus at most 30 requests to shrink failing examples, if there are any" in text
    assert {case["id"]: case["requests"] for case in few["cases"]}["generated.valid/examples"] == 10


def test_a_run_sends_at_most_the_planned_requests(command, emulating):
    with emulating() as profile:
        options = ("--profile", profile, "--format", "json", "--select", "generated", "--examples", "30")
        planned = json.loads(command("plan", *options).out)["requests"]
        ran = json.loads(command("run", *options).out)["requests"]
    assert ran <= planned


@pytest.mark.parametrize(("options", "origin"), [("--examples 7", "command line"), ("", "profile")])
def test_the_profile_may_set_the_number(command, emulating, options, origin):
    with emulating() as profile:
        profile.write_text(profile.read_text("utf-8") + "\n[run]\nexamples = 5\n", encoding="utf-8")
        result = command(
            "run", "--profile", profile, "--format", "json", "--select", "num.*", *options.split(),
            IMAGESEARCH_CONFORMANCE_EXAMPLES=None,
        )  # fmt: skip
    suite = json.loads(result.out)["suite"]
    assert (suite["examples"], suite["origins"]["examples"]) == (7 if options else 5, origin)


def test_the_default_generates_examples(command, dead_port):
    result = command("plan", dead_port, "--offline", "--format", "json", IMAGESEARCH_CONFORMANCE_EXAMPLES=None)
    cases = {case["id"]: case for case in json.loads(result.out)["cases"]}
    assert sum(case["requests"] for name, case in cases.items() if name.endswith("/examples")) >= 25


@pytest.mark.parametrize("options", [("--examples", "-1"), ("--examples", "many")])
def test_an_invalid_number_is_wrong_usage(command, options):
    assert command("run", *options).code == 2


def test_an_invalid_number_in_the_profile_is_wrong_usage(command, emulating):
    with emulating() as profile:
        profile.write_text(profile.read_text("utf-8") + "\n[run]\nexamples = -1\n", encoding="utf-8")
        result = command("run", "--profile", profile)
    assert result.code == 2
    assert "examples" in result.err
