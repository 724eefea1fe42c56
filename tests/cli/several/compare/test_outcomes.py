"""`compare`: results that are no longer judged, missing, new or warned of, and those of generated requests."""

import pytest

from imagesearch_conformance.cases.generated_placeholders import REPORTED_ELSEWHERE_PREFIX

from .comparisons import get_case, get_requirement, ids, notes


def without(document, *names):
    """Return the report without these cases and requirements."""
    for part in ("cases", "requirements"):
        document[part] = [result for result in document[part] if result["id"] not in names]
    return document


@pytest.mark.parametrize("outcome", ["skipped", "errored", "notApplicable"])
def test_a_result_that_is_no_longer_judged_is_a_regression(compare, get_report, store_report, small_directory, outcome):
    document = get_report("again")
    for result in (get_case(document, "num.maximum/above"), get_requirement(document, "num.maximum")):
        result |= {"outcome": outcome, "reason": "for a reason"}
    code, comparison = compare(small_directory("clean"), store_report("new", document))
    assert code == 1
    assert ids(comparison, "notJudged") == ["num.maximum", "num.maximum/above"]
    assert {case["reason"] for case in comparison["cases"]} == {"for a reason"}


@pytest.mark.parametrize("run", ["clean", "faulty"])
def test_a_missing_case_is_a_regression_whatever_it_was(compare, get_report, store_report, run):
    fewer = without(get_report(run), "num.maximum/above", "num.maximum")
    code, comparison = compare(store_report("old", get_report(run)), store_report("new", fewer))
    assert code == 1
    assert ids(comparison, "missing") == ["num.maximum", "num.maximum/above"]


def test_a_missing_case_that_was_never_judged_is_not_a_regression(compare, get_report, store_report):
    old = get_report("clean")
    get_case(old, "num.maximum/above").update(outcome="skipped", reason="for a reason")
    code, comparison = compare(
        store_report("old", old), store_report("new", without(get_report("again"), "num.maximum/above"))
    )
    assert code == 0
    assert [case["regression"] for case in comparison["cases"]] == [False]


def test_a_new_case_that_fails_is_a_new_failure(compare, get_report, store_report, small_directory):
    code, comparison = compare(
        store_report("old", without(get_report("served"), "num.maximum/above")), small_directory("faulty")
    )
    assert code == 1
    assert (get_case(comparison, "num.maximum/above")["old"], "num.maximum/above" in ids(comparison, "newFailure")) == (
        None,
        True,
    )


def test_a_warning_is_a_change_but_neither_regression_nor_fix(compare, get_report, store_report, small_directory):
    document = get_report("again")
    get_case(document, "num.maximum/above")["outcome"] = "warned"
    code, comparison = compare(small_directory("clean"), store_report("warned", document))
    assert (code, ids(comparison, "changedOutcome")) == (0, ["num.maximum/above"])
    get_case(document, "num.maximum/above")["outcome"] = "failed"
    _, comparison = compare(
        store_report("failed", document), store_report("warned", get_report("again") | {"cases": document["cases"]})
    )
    assert ids(comparison, "fixed") == []


def example(get_report, name, *, violated="num.maximum", source="generated.invalid"):
    """Return a failing generated example, built from a failing case."""
    failing = get_case(get_report, "num.maximum/above")
    findings = [{**finding, "requirement": violated} for finding in failing["findings"]]
    return {**failing, "id": f"{source}/generated-{name}", "requirements": [source], "findings": findings}


def test_generated_examples_are_matched_by_their_findings(compare, get_report, store_report):
    old, new = get_report("faulty"), get_report("faulty")
    new["suite"]["seed"] = 3
    old["cases"] += [example(old, "aaaaaaaa"), example(old, "bbbbbbbb", violated="num.minimum")]
    new["cases"] += [example(new, "cccccccc"), example(new, "dddddddd", violated="start.minimum")]
    code, comparison = compare(store_report("old", old), store_report("new", new))
    assert code == 1
    assert ids(comparison, "newFailure") == ["generated.invalid/generated-dddddddd"]
    assert ids(comparison, "missing") == ["generated.invalid/generated-bbbbbbbb"]
    assert get_case(comparison, "generated.invalid/generated-bbbbbbbb")["regression"] is False
    assert "generated.invalid/generated-cccccccc" not in {case["id"] for case in comparison["cases"]}
    assert notes(comparison)["suite.seed"] == (0, 3)


def test_a_generated_example_that_is_not_found_again_is_not_a_regression(
    compare, get_report, store_report, small_directory
):
    old = get_report("served")
    old["cases"].append(example(get_report("faulty"), "aaaaaaaa"))
    code, comparison = compare(store_report("old", old), small_directory("served"))
    assert (code, comparison["result"]) == (0, "noRegression")
    assert ids(comparison, "missing") == ["generated.invalid/generated-aaaaaaaa"]


def only_generated(document, outcome, reason=None):
    """Add a requirement exercised only by generated requests, and the case that summarizes them."""
    requirement = get_requirement(document, "num.minimum")
    summary = "generated.valid/examples"
    requirement |= {"cases": [summary], "outcome": outcome, "reason": reason}
    document["cases"].append(
        {**get_case(document, "num.minimum/below"), "id": summary, "requirements": ["num.minimum"]}
    )
    return document


def test_results_of_generated_requests_alone_depend_on_chance(compare, get_report, store_report):
    old = store_report("old", only_generated(get_report("served"), "passed"))
    new = only_generated(get_report("served"), "notApplicable", "no response showed it")
    code, comparison = compare(old, store_report("new", new))
    assert (code, ids(comparison, "notJudged"), comparison["requirements"][0]["regression"]) == (
        0,
        ["num.minimum"],
        False,
    )
    get_case(new, "generated.valid/examples").update(outcome="notApplicable", reason="no examples (--examples 0)")
    code, comparison = compare(old, store_report("without", new))
    assert (code, ids(comparison, "notJudged")) == (1, ["num.minimum", "generated.valid/examples"])


def test_findings_of_examples_are_compared_where_they_are_reported(compare, get_report, store_report):
    new = only_generated(get_report("served"), "passed")
    get_case(new, "generated.valid/examples").update(
        outcome="notApplicable", reason=f"{REPORTED_ELSEWHERE_PREFIX}: num.maximum"
    )
    code, comparison = compare(
        store_report("old", only_generated(get_report("served"), "passed")), store_report("new", new)
    )
    assert (code, ids(comparison, "notJudged")) == (0, ["generated.valid/examples"])


def test_minimal_reports_are_enough(compare, minimal_report, store_report, small_directory):
    code, comparison = compare(
        store_report("old", minimal_report("served")), store_report("new", minimal_report("faulty"))
    )
    assert (code, ids(comparison, "newFailure")) == (1, ["num.maximum", "num.maximum/above"])
    assert compare(small_directory("served"), store_report("new", minimal_report("again")))[0] == 0
