"""`--examples`: generated requests through the door a user uses."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import FAULTS, contract_faults
from imagesearch_conformance.filters.ast import DisjunctionNode
from imagesearch_conformance.reports.load import check_report

pytestmark = pytest.mark.full_runs

ONLY = ("--select", "generated", "--seed", "2", "--examples", "150")


def _third_lost(query, _about):
    condition = query.condition
    if isinstance(condition, DisjunctionNode) and isinstance(condition.left, DisjunctionNode):
        return evolve(query, condition=condition.left)
    return query


@pytest.fixture
def defect(monkeypatch):
    """A defect that no fixed case finds."""
    monkeypatch.setitem(
        FAULTS, "third-lost", Fault("third-lost", "Of three alternatives one is lost.", query=_third_lost)
    )
    contract_faults.cache_clear()
    yield "third-lost"
    contract_faults.cache_clear()


@pytest.fixture
def found(command, emulating, defect, tmp_path):
    """A faulty emulator, the report of a run, and what the run printed."""
    with emulating(defect) as profile:
        said = command("run", "--profile", profile, "--reports", tmp_path / "out", *ONLY)
        yield profile, tmp_path / "out" / "report.json", said


def generated(report):
    return [one for one in json.loads(report.read_text("utf-8"))["cases"] if "/generated-" in one["id"]]


def test_a_small_failure_is_in_the_report_and_can_be_made_again_and_a_summary_cannot(command, found, contract):
    profile, report, said = found
    assert (said.code, said.err) == (1, "")
    check_report(json.loads(report.read_text("utf-8")), contract, "report.json")
    (case,) = [one for one in generated(report) if one["outcome"] == "failed"]
    assert case["requirements"] == ["generated.filters"]
    assert case["title"].count(" OR ") == 2
    assert f"replay --profile {profile} {report} {case['id']}" in said.out
    again = command("replay", report, case["id"], "--profile", profile)
    assert again.code == 1
    assert again.out.splitlines()[-1] == f"{case['id']}: failed"

    said = command("replay", report, "generated.valid/examples", "--profile", profile)
    assert said.code == 3
    assert "cases of their own" in said.out


@pytest.mark.long
def test_the_failure_is_kept_for_the_next_run(command, found, tmp_path):
    profile, report, _ = found
    assert (tmp_path / ".hypothesis" / "examples").is_dir()
    before = {one["id"] for one in generated(report)}
    few = ("--select", "generated", "--seed", "99", "--examples", "3")
    said = command("run", "--profile", profile, "--reports", tmp_path / "again", *few)
    assert said.code == 1
    assert before & {one["id"] for one in generated(tmp_path / "again" / "report.json")}


def test_nothing_is_kept_and_nothing_heavy_imported_without_examples(process, finished, tmp_path):
    said = finished(process("run", "--select", "num.*", "--examples", "0", "--reports", "out"))
    assert (said.code, said.err) == (0, "")
    assert not (tmp_path / ".hypothesis").exists()


@pytest.mark.long
def test_nothing_of_the_tools_reaches_the_terminal(process, finished, tmp_path):
    (tmp_path / "schemathesis.toml").write_text("this is no configuration", encoding="ascii")
    said = finished(process("run", "--select", "generated", "--examples", "60", "--reports", "out"))
    assert (said.code, said.err) == (0, "")
    assert [line for line in said.out.splitlines() if "ypothesis" in line or "chemathesis" in line] == []


def test_a_plan_counts_what_is_generated(command, emulating):
    with emulating() as profile:
        words = ("plan", "--profile", profile, "--format", "json", "--select", "generated", "--examples")
        few, more = (json.loads(command(*words, number).out) for number in (30, 60))
        text = command("plan", "--profile", profile, "--select", "generated", "--examples", "30").out
    assert more["requests"] - few["requests"] == 30
    assert (few["requestsIfExamplesFail"], more["requestsIfExamplesFail"]) == (30, 60)
    assert "and at most 30 more to make examples smaller, if some fail" in text
    assert {one["id"]: one["requests"] for one in few["cases"]}["generated.valid/examples"] == 10


def test_a_run_sends_no_more_than_was_planned(command, emulating):
    with emulating() as profile:
        words = ("--profile", profile, "--format", "json", "--select", "generated", "--examples", "30")
        planned = json.loads(command("plan", *words).out)["requests"]
        ran = json.loads(command("run", *words).out)["requests"]
    assert ran <= planned


@pytest.mark.parametrize(("given", "origin"), [("--examples 7", "command line"), ("", "profile")])
def test_the_number_may_stand_in_the_profile(command, emulating, given, origin):
    with emulating() as profile:
        profile.write_text(profile.read_text("utf-8") + "\n[run]\nexamples = 5\n", encoding="utf-8")
        said = command(
            "run", "--profile", profile, "--format", "json", "--select", "num.*", *given.split(),
            IMAGESEARCH_CONFORMANCE_EXAMPLES=None,
        )  # fmt: skip
    suite = json.loads(said.out)["suite"]
    assert (suite["examples"], suite["origins"]["examples"]) == (7 if given else 5, origin)


def test_by_default_some_are_generated(command, dead_port):
    said = command("plan", dead_port, "--offline", "--format", "json", IMAGESEARCH_CONFORMANCE_EXAMPLES=None)
    cases = {one["id"]: one for one in json.loads(said.out)["cases"]}
    assert sum(one["requests"] for name, one in cases.items() if name.endswith("/examples")) >= 25


@pytest.mark.parametrize("words", [("--examples", "-1"), ("--examples", "many")])
def test_a_wrong_number_is_wrong_usage(command, words):
    assert command("run", *words).code == 2


def test_a_wrong_number_in_the_profile_is_wrong_usage(command, emulating):
    with emulating() as profile:
        profile.write_text(profile.read_text("utf-8") + "\n[run]\nexamples = -1\n", encoding="utf-8")
        said = command("run", "--profile", profile)
    assert said.code == 2
    assert "examples" in said.err
