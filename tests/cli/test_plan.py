"""`plan`: what a run would send, and how long it would take."""

import json

import pytest


def test_a_plan_counts_what_a_run_then_sends(command, emulating):
    with emulating() as profile:
        planned = json.loads(command("plan", "--profile", profile, "--format", "json", "--select", "num.*").out)
        ran = json.loads(command("run", "--profile", profile, "--format", "json", "--select", "num.*").out)
    assert planned["requests"] == ran["requests"]
    assert [one["id"] for one in planned["cases"]] == [one["id"] for one in ran["cases"]]
    assert planned["seconds"] is None
    assert all(one["accepted"] and one["requirements"] for one in planned["cases"])


def test_offline_sends_nothing(command, dead_port, web_page):
    endpoint, received = web_page
    for address in (dead_port, endpoint):
        said = command("plan", address, "--offline")
        assert said.code == 0
        assert "num.maximum/above" in said.out
    assert received == []


def test_a_plan_for_nobody_is_inconclusive_and_says_how_to_plan_without_asking(command, dead_port):
    said = command("plan", dead_port)
    assert (said.code, said.out) == (3, "")
    assert "the target could not be reached" in said.err
    assert "--offline" in said.err


def test_a_plan_for_people_says_cases_requests_and_time(command, emulating):
    with emulating(qps=100.0) as profile:
        said = command("plan", "--profile", profile, "--select", "num.*")
        whole = json.loads(command("plan", "--profile", profile, "--select", "num.*", "--format", "json").out)
    assert said.code == 0
    assert f"{len(whole['cases'])} cases, at most {whole['requests']} requests, survey included" in said.out
    assert said.out.splitlines()[-1] == f"about {whole['seconds']:.0f} s at 80 requests per second"


def test_what_does_not_apply_says_why(command, dead_port):
    said = command("plan", dead_port, "--offline", "--select", "authentication.*")
    assert "authentication.unsigned/no-signature  not applicable: the profile does not claim authentication" in said.out


def test_a_plan_says_which_share_of_the_known_faults_it_notices(command, dead_port):
    def noticed(*words):
        return json.loads(command("plan", dead_port, "--offline", "--format", "json", *words).out)["faultsDetected"]

    whole, small = noticed(), noticed("--budget", 10)
    assert whole["faults"] == small["faults"] >= 120
    assert 0 < small["share"] < whole["share"] <= 1
    said = command("plan", dead_port, "--offline").out
    share = int(whole["share"] * 100)
    assert f"these cases detect at least {share} % of the {whole['faults']} known faults of the emulator" in said


@pytest.mark.parametrize("budget", [10, 50])
def test_a_budget_shows_what_is_left_out(command, dead_port, budget):
    said = command("plan", dead_port, "--offline", "--budget", budget)
    whole = json.loads(command("plan", dead_port, "--offline", "--budget", budget, "--format", "json").out)
    assert whole["requests"] <= budget
    assert f"{len(whole['overBudget'])} cases are over the budget" in said.out


def test_the_embedded_emulator_can_be_planned_for(command):
    assert command("plan").code == 0
