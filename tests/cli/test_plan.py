"""`plan`: the requests of a run, and the time that it would take."""

import json

import pytest


def test_a_plan_counts_the_requests_of_the_run(command, emulating):
    with emulating() as profile:
        planned = json.loads(command("plan", "--profile", profile, "--format", "json", "--select", "num.*").out)
        ran = json.loads(command("run", "--profile", profile, "--format", "json", "--select", "num.*").out)
    assert planned["requests"] == ran["requests"]
    assert [case["id"] for case in planned["cases"]] == [case["id"] for case in ran["cases"]]
    assert planned["seconds"] is None
    assert all(case["accepted"] and case["requirements"] for case in planned["cases"])


def test_offline_sends_nothing(command, dead_port, web_page):
    endpoint, received = web_page
    for address in (dead_port, endpoint):
        result = command("plan", address, "--offline")
        assert result.code == 0
        assert "num.maximum/above" in result.out
    assert received == []


def test_a_plan_for_an_unreachable_target_suggests_offline(command, dead_port):
    result = command("plan", dead_port)
    assert (result.code, result.out) == (3, "")
    assert "the target could not be reached" in result.err
    assert "--offline" in result.err


def test_a_plan_shows_cases_requests_and_time(command, emulating):
    with emulating(qps=100.0) as profile:
        result = command("plan", "--profile", profile, "--select", "num.*")
        whole = json.loads(command("plan", "--profile", profile, "--select", "num.*", "--format", "json").out)
    assert result.code == 0
    assert f"{len(whole['cases'])} cases, at most {whole['requests']} requests, survey included" in result.out
    assert result.out.splitlines()[-1] == f"about {whole['seconds']:.0f} s at 80 requests per second"


def test_a_case_that_does_not_apply_shows_the_reason(command, dead_port):
    result = command("plan", dead_port, "--offline", "--select", "authentication.*")
    assert (
        "authentication.unsigned/no-signature  not applicable: the profile does not claim authentication" in result.out
    )


def test_a_plan_shows_the_share_of_detected_faults(command, dead_port):
    def detected(*options):
        return json.loads(command("plan", dead_port, "--offline", "--format", "json", *options).out)["faultsDetected"]

    whole, small = detected(), detected("--budget", 10)
    assert whole["faults"] == small["faults"] >= 120
    assert 0 < small["share"] < whole["share"] <= 1
    result = command("plan", dead_port, "--offline").out
    share = int(whole["share"] * 100)
    assert f"these cases detect at least {share} % of the {whole['faults']} known faults of the emulator" in result


@pytest.mark.parametrize("budget", [10, 50])
def test_a_budget_shows_the_cases_over_it(command, dead_port, budget):
    result = command("plan", dead_port, "--offline", "--budget", budget)
    whole = json.loads(command("plan", dead_port, "--offline", "--budget", budget, "--format", "json").out)
    assert whole["requests"] <= budget
    assert f"{len(whole['overBudget'])} cases are over the budget" in result.out


def test_a_plan_for_the_embedded_emulator(command):
    assert command("plan").code == 0
