"""SARIF as code hosts read it; tests/peers holds it against the standard's own schema."""

import json
from collections import Counter

import pytest

from imagesearch_conformance.contract import shipped_spec
from imagesearch_conformance.reports.sarif import render_sarif


@pytest.fixture
def run(report):
    return json.loads(render_sarif(report))["runs"][0]


def of(document):
    return json.loads(render_sarif(document))["runs"][0]


def test_there_is_one_result_for_each_requirement_that_failed_or_warned(report, run):
    departed = [one["id"] for one in report["requirements"] if one["outcome"] in {"failed", "warned"}]
    assert Counter(one["ruleId"] for one in run["results"]) == Counter(departed)


def test_what_fails_is_an_error_and_nothing_else_is(report, run):
    failed = {one["id"] for one in report["requirements"] if one["outcome"] == "failed"}
    assert {one["ruleId"] for one in run["results"] if one["level"] == "error"} == failed


def test_every_index_leads_to_the_rule_that_is_named(run):
    rules = run["tool"]["driver"]["rules"]
    said = [one["associatedRule"] for one in notifications(run) if "associatedRule" in one]
    for number, name in [(one["ruleIndex"], one["ruleId"]) for one in run["results"]] + [
        (one["index"], one["id"]) for one in said
    ]:
        assert rules[number]["id"] == name
    assert len({one["id"] for one in rules}) == len(rules)


def test_driver_does_not_link_to_the_documentation_of_the_vendor(run):
    assert "informationUri" not in run["tool"]["driver"]


def notifications(run):
    return run["invocations"][0].get("toolExecutionNotifications", [])


def test_only_a_run_that_judged_everything_was_successful(report, run):
    errored = [one["id"] for one in report["requirements"] if one["outcome"] == "errored"]
    judged = report["complete"] and report["verdict"] != "inconclusive" and not errored
    assert run["invocations"][0]["executionSuccessful"] is judged
    assert bool(notifications(run)) is not judged
    assert [one["associatedRule"]["id"] for one in notifications(run) if "associatedRule" in one] == errored


def test_an_interrupted_run_says_so(documents):
    first = notifications(of(documents("interrupted")))[0]
    assert first["level"] == "error"
    assert "interrupted" in first["message"]["text"]


def line(place):
    region = place["physicalLocation"]
    path = region["artifactLocation"]["uri"].removeprefix("spec/")
    return (shipped_spec() / path).read_text(encoding="utf-8").split("\n")[region["region"]["startLine"] - 1]


def test_a_result_stands_at_its_entry_and_is_related_to_its_constraint(documents):
    results = {one["ruleId"]: one for one in of(documents("faulty"))["results"]}
    found = results["num.maximum"]
    assert line(found["locations"][0]) == "  - each: parameter.maximum"
    assert '"maximum": 100' in line(found["relatedLocations"][0])
    assert [line(one["locations"][0]) for name, one in results.items() if name == "response.requestid.unique"] == [
        "  - id: response.requestid.unique"
    ]


def test_a_result_says_what_came_in_how_many_cases_and_how_to_see_it_again(documents):
    found = next(one for one in of(documents("faulty"))["results"] if one["ruleId"] == "response.msg.present")
    number = len([case for case in documents("faulty")["cases"] if names(case, "response.msg.present")])
    assert number > 1
    assert found["message"]["text"].startswith("response.msg.present (must): Msg is missing\n")
    assert f"({number} cases, " in found["message"]["text"]
    assert found["properties"]["cases"][0] in found["properties"]["replay"]
    assert found["webRequest"]["method"] == "POST"
    assert found["webResponse"]["statusCode"] == 200
    assert found["analysisTarget"]["uri"] == "http://emulator.example"


def names(case, requirement):
    return any(one["requirement"] == requirement for one in case["findings"])


def test_the_same_departure_is_known_again_in_the_next_run(documents):
    def marks(run):
        return {one["ruleId"]: one["partialFingerprints"] for one in run["results"]}

    first, second = of(documents("faulty")), of(documents("strict"))
    common = marks(first).keys() & marks(second).keys()
    assert common
    assert all(marks(first)[name] == marks(second)[name] for name in common)
    assert len({str(one) for one in marks(first).values()}) == len(marks(first))
    assert first["automationDetails"] == second["automationDetails"]


def test_a_report_without_lines_is_shown_without(documents):
    """One of an earlier version, which did not say them."""
    older = {**documents("faulty"), "requirements": [without(one) for one in documents("faulty")["requirements"]]}
    for one in of(older)["results"]:
        assert [list(place) for place in one["locations"]] == [["logicalLocations"]]


def without(requirement):
    return {name: value for name, value in requirement.items() if name != "locations"}


@pytest.mark.parametrize("name", ["hostile", "huge"])
def test_what_people_read_of_hostile_replies_is_printable(documents, name):
    for result in of(documents(name))["results"]:
        texts = [result["message"]["text"], result.get("webResponse", {}).get("body", {}).get("text", "")]
        assert all(part.isprintable() for text in texts for part in text.split("\n"))
        assert len(json.dumps(result)) < 60_000
