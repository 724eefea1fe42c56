"""SARIF as code hosts read it; tests/peers validates it against the schema of the standard."""

import json
from collections import Counter

import pytest

from imagesearch_conformance.contract import shipped_spec
from imagesearch_conformance.reports.sarif import render_sarif


@pytest.fixture
def run(report):
    return json.loads(render_sarif(report))["runs"][0]


def render_run(document):
    return json.loads(render_sarif(document))["runs"][0]


def test_each_failed_or_warned_requirement_has_one_result(report, run):
    violated = [
        requirement["id"] for requirement in report["requirements"] if requirement["outcome"] in {"failed", "warned"}
    ]
    assert Counter(result["ruleId"] for result in run["results"]) == Counter(violated)


def test_only_failed_requirements_are_errors(report, run):
    failed = {requirement["id"] for requirement in report["requirements"] if requirement["outcome"] == "failed"}
    assert {result["ruleId"] for result in run["results"] if result["level"] == "error"} == failed


def test_every_rule_index_matches_the_rule_id(run):
    rules = run["tool"]["driver"]["rules"]
    associated = [
        notification["associatedRule"] for notification in notifications(run) if "associatedRule" in notification
    ]
    for index, rule_id in [(result["ruleIndex"], result["ruleId"]) for result in run["results"]] + [
        (rule["index"], rule["id"]) for rule in associated
    ]:
        assert rules[index]["id"] == rule_id
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_driver_does_not_link_to_the_documentation_of_the_vendor(run):
    assert "informationUri" not in run["tool"]["driver"]


def notifications(run):
    return run["invocations"][0].get("toolExecutionNotifications", [])


def test_only_a_complete_run_without_errors_is_successful(report, run):
    errored = [requirement["id"] for requirement in report["requirements"] if requirement["outcome"] == "errored"]
    is_successful = report["complete"] and report["verdict"] != "inconclusive" and not errored
    assert run["invocations"][0]["executionSuccessful"] is is_successful
    assert bool(notifications(run)) is not is_successful
    assert [
        notification["associatedRule"]["id"] for notification in notifications(run) if "associatedRule" in notification
    ] == errored


def test_an_interrupted_run_has_a_notification(get_report):
    first = notifications(render_run(get_report("interrupted")))[0]
    assert first["level"] == "error"
    assert "interrupted" in first["message"]["text"]


def source_line(location):
    region = location["physicalLocation"]
    path = region["artifactLocation"]["uri"].removeprefix("spec/")
    return (shipped_spec() / path).read_text(encoding="utf-8").split("\n")[region["region"]["startLine"] - 1]


def test_a_result_is_located_at_its_requirement_and_constraint(get_report):
    results = {result["ruleId"]: result for result in render_run(get_report("faulty"))["results"]}
    result = results["num.maximum"]
    assert source_line(result["locations"][0]) == "  - each: parameter.maximum"
    assert '"maximum": 100' in source_line(result["relatedLocations"][0])
    assert [
        source_line(result["locations"][0]) for name, result in results.items() if name == "response.requestid.unique"
    ] == ["  - id: response.requestid.unique"]


def test_a_result_has_message_cases_exchange_and_replay(get_report):
    result = next(
        result for result in render_run(get_report("faulty"))["results"] if result["ruleId"] == "response.msg.present"
    )
    count = len([case for case in get_report("faulty")["cases"] if has_finding(case, "response.msg.present")])
    assert count > 1
    assert result["message"]["text"].startswith("response.msg.present (must): Msg is missing\n")
    assert f"({count} cases, " in result["message"]["text"]
    assert result["properties"]["cases"][0] in result["properties"]["replay"]
    assert result["webRequest"]["method"] == "POST"
    assert result["webResponse"]["statusCode"] == 200
    assert result["analysisTarget"]["uri"] == "http://emulator.example"


def has_finding(case, requirement):
    return any(finding["requirement"] == requirement for finding in case["findings"])


def test_fingerprints_are_the_same_in_the_next_run(get_report):
    def fingerprints(run):
        return {result["ruleId"]: result["partialFingerprints"] for result in run["results"]}

    first, second = render_run(get_report("faulty")), render_run(get_report("strict"))
    common = fingerprints(first).keys() & fingerprints(second).keys()
    assert common
    assert all(fingerprints(first)[name] == fingerprints(second)[name] for name in common)
    assert len({str(fingerprint) for fingerprint in fingerprints(first).values()}) == len(fingerprints(first))
    assert first["automationDetails"] == second["automationDetails"]


def test_a_report_of_an_earlier_version_has_no_locations(get_report):
    older = {
        **get_report("faulty"),
        "requirements": [without_locations(requirement) for requirement in get_report("faulty")["requirements"]],
    }
    for result in render_run(older)["results"]:
        assert [list(location) for location in result["locations"]] == [["logicalLocations"]]


def without_locations(requirement):
    return {name: value for name, value in requirement.items() if name != "locations"}


@pytest.mark.parametrize("name", ["hostile", "huge"])
def test_messages_about_hostile_responses_are_printable(get_report, name):
    for result in render_run(get_report(name))["results"]:
        texts = [result["message"]["text"], result.get("webResponse", {}).get("body", {}).get("text", "")]
        assert all(part.isprintable() for text in texts for part in text.split("\n"))
        assert len(json.dumps(result)) < 60_000
