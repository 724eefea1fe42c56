"""`compare`: cases that are lost, vanish, are new or only warned of, and those that chance made."""

import pytest

from imagesearch_conformance.cases.generated_placeholders import REPORTED_ELSEWHERE_PREFIX

from .comparisons import case_of, ids, notes, requirement_of


def without(document, *names):
    """The report without these cases and requirements."""
    for part in ("cases", "requirements"):
        document[part] = [one for one in document[part] if one["id"] not in names]
    return document


@pytest.mark.parametrize("outcome", ["skipped", "errored", "notApplicable"])
def test_what_is_not_judged_any_more_is_lost(compared, report, stored, small, outcome):
    document = report("again")
    for one in (case_of(document, "num.maximum/above"), requirement_of(document, "num.maximum")):
        one |= {"outcome": outcome, "reason": "for a reason"}
    code, found = compared(small("clean"), stored("new", document))
    assert code == 1
    assert ids(found, "lost") == ["num.maximum", "num.maximum/above"]
    assert {one["why"] for one in found["cases"]} == {"for a reason"}


@pytest.mark.parametrize("run", ["clean", "faulty"])
def test_a_case_that_vanished_is_no_pass_whatever_it_was(compared, report, stored, run):
    fewer = without(report(run), "num.maximum/above", "num.maximum")
    code, found = compared(stored("old", report(run)), stored("new", fewer))
    assert code == 1
    assert ids(found, "vanished") == ["num.maximum", "num.maximum/above"]


def test_what_never_was_judged_is_not_lost(compared, report, stored):
    old = report("clean")
    case_of(old, "num.maximum/above").update(outcome="skipped", reason="for a reason")
    code, found = compared(stored("old", old), stored("new", without(report("again"), "num.maximum/above")))
    assert code == 0
    assert [one["regression"] for one in found["cases"]] == [False]


def test_a_new_case_that_fails_is_a_new_failure(compared, report, stored, small):
    code, found = compared(stored("old", without(report("served"), "num.maximum/above")), small("faulty"))
    assert code == 1
    assert (case_of(found, "num.maximum/above")["old"], "num.maximum/above" in ids(found, "newFailure")) == (None, True)


def test_a_warning_is_a_change_and_neither_a_regression_nor_a_repair(compared, report, stored, small):
    document = report("again")
    case_of(document, "num.maximum/above")["outcome"] = "warned"
    code, found = compared(small("clean"), stored("warned", document))
    assert (code, ids(found, "changedOutcome")) == (0, ["num.maximum/above"])
    case_of(document, "num.maximum/above")["outcome"] = "failed"
    _, found = compared(stored("failed", document), stored("warned", report("again") | {"cases": document["cases"]}))
    assert ids(found, "fixed") == []


def example(report, name, *, departed="num.maximum", source="generated.invalid"):
    """A generated example that fails, made of a case that does."""
    failing = case_of(report, "num.maximum/above")
    findings = [{**one, "requirement": departed} for one in failing["findings"]]
    return {**failing, "id": f"{source}/generated-{name}", "requirements": [source], "findings": findings}


def test_generated_examples_are_recognised_by_what_they_show(compared, report, stored):
    old, new = report("faulty"), report("faulty")
    new["suite"]["seed"] = 3
    old["cases"] += [example(old, "aaaaaaaa"), example(old, "bbbbbbbb", departed="num.minimum")]
    new["cases"] += [example(new, "cccccccc"), example(new, "dddddddd", departed="start.minimum")]
    code, found = compared(stored("old", old), stored("new", new))
    assert code == 1
    assert ids(found, "newFailure") == ["generated.invalid/generated-dddddddd"]
    assert ids(found, "vanished") == ["generated.invalid/generated-bbbbbbbb"]
    assert case_of(found, "generated.invalid/generated-bbbbbbbb")["regression"] is False
    assert "generated.invalid/generated-cccccccc" not in {one["id"] for one in found["cases"]}
    assert notes(found)["suite.seed"] == (0, 3)


def test_a_generated_example_that_is_not_found_again_is_no_loss(compared, report, stored, small):
    old = report("served")
    old["cases"].append(example(report("faulty"), "aaaaaaaa"))
    code, found = compared(stored("old", old), small("served"))
    assert (code, found["result"]) == (0, "noRegression")
    assert ids(found, "vanished") == ["generated.invalid/generated-aaaaaaaa"]


def chances(document, outcome, reason=None):
    """A requirement that generated requests alone exercise, and the case that sums them up."""
    requirement = requirement_of(document, "num.minimum")
    summary = "generated.valid/examples"
    requirement |= {"cases": [summary], "outcome": outcome, "reason": reason}
    document["cases"].append({**case_of(document, "num.minimum/below"), "id": summary, "requirements": ["num.minimum"]})
    return document


def test_what_generated_requests_alone_show_is_a_matter_of_chance(compared, report, stored):
    old = stored("old", chances(report("served"), "passed"))
    new = chances(report("served"), "notApplicable", "no reply showed it")
    code, found = compared(old, stored("new", new))
    assert (code, ids(found, "lost"), found["requirements"][0]["regression"]) == (0, ["num.minimum"], False)
    case_of(new, "generated.valid/examples").update(outcome="notApplicable", reason="no examples (--examples 0)")
    code, found = compared(old, stored("without", new))
    assert (code, ids(found, "lost")) == (1, ["num.minimum", "generated.valid/examples"])


def test_what_examples_depart_from_is_told_where_it_is_reported(compared, report, stored):
    new = chances(report("served"), "passed")
    case_of(new, "generated.valid/examples").update(
        outcome="notApplicable", reason=f"{REPORTED_ELSEWHERE_PREFIX}: num.maximum"
    )
    code, found = compared(stored("old", chances(report("served"), "passed")), stored("new", new))
    assert (code, ids(found, "lost")) == (0, ["generated.valid/examples"])


def test_reports_of_nothing_but_what_they_must_say_will_do(compared, bare, stored, small):
    code, found = compared(stored("old", bare("served")), stored("new", bare("faulty")))
    assert (code, ids(found, "newFailure")) == (1, ["num.maximum", "num.maximum/above"])
    assert compared(small("served"), stored("new", bare("again")))[0] == 0
