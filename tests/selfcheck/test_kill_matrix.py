"""The kill matrix: survivors, false alarms, unexpected kills, and requirements without a fault."""

import pytest

from imagesearch_conformance.model.finding import Verdict
from imagesearch_conformance.selfcheck.trial import VariantKind


def names(trials):
    return [trial.variant.name for trial in trials]


def test_a_fault_without_violations_survives(build_matrix, build_trial):
    matrix = build_matrix(build_trial("num-zero-accepted"), build_trial("msg-missing", failed={"response.msg.present"}))
    assert names(matrix.survivors) == ["num-zero-accepted"]
    assert not matrix.has_passed


def test_a_warning_kills_too(build_matrix, build_trial):
    assert build_matrix(build_trial("names-in-any-case", warned={"image.exact"})).survivors == ()


@pytest.mark.parametrize(
    "violation",
    [
        {"failed": {"num.minimum"}},
        {"undetermined": {"num.minimum"}},
        {"warned": {"ranking.steady"}},
        {"verdict": Verdict.INCONCLUSIVE},
    ],
)
@pytest.mark.parametrize(
    ("kind", "name"), [(VariantKind.REFERENCE, "reference"), (VariantKind.VARIATION, "extra-fields")]
)
def test_anything_but_a_clean_pass_of_a_conforming_endpoint_is_a_false_alarm(
    build_matrix, build_trial, kind, name, violation
):
    matrix = build_matrix(build_trial(name, kind, **violation))
    assert names(matrix.false_alarms) == [name]
    assert not matrix.has_passed


def test_a_variation_with_tolerated_outcomes_may_be_warned_about(build_matrix, build_trial):
    trial = build_trial("gateway-codes", VariantKind.VARIATION, warned={"num.maximum"})
    assert build_matrix(trial).false_alarms == ()


def test_a_fault_that_violates_other_requirements_than_its_row_says_is_unexpected(build_matrix, build_trial):
    more = build_trial("msg-missing", failed={"response.msg.present", "num.minimum"})
    less = build_trial("num-zero-accepted")
    (first, second) = build_matrix(more, less).unexpected_kills
    assert (first.unexpected, first.missing) == ({"num.minimum"}, set())
    assert (second.unexpected, second.missing) == (set(), {"num.minimum"})


def test_a_fault_that_violates_what_its_row_says_is_expected(build_matrix, build_trial):
    assert build_matrix(build_trial("msg-missing", failed={"response.msg.present"})).unexpected_kills == ()


def test_a_fault_may_violate_its_order_dependent_requirements_or_not(build_matrix, build_trial):
    always = {"response.auctions.limit"}
    for violated in (always, {*always, "paging.full"}):
        assert build_matrix(build_trial("cache-ignores-num", failed=violated)).unexpected_kills == ()
    trial = build_trial("cache-ignores-num", failed={"paging.full", "ranking.self"})
    (kill,) = build_matrix(trial).unexpected_kills
    assert (kill.unexpected, kill.missing) == ({"ranking.self"}, always)


def test_a_binding_requirement_that_no_fault_violates_is_uncovered(build_matrix, build_trial):
    matrix = build_matrix(build_trial("msg-missing", failed={"response.msg.present"}))
    binding = {requirement.id for requirement in matrix.uncovered_must_requirements}
    assert "num.minimum" in binding
    assert "response.msg.present" not in binding
    assert "ranking.steady" in {requirement.id for requirement in matrix.uncovered_requirements} - binding


def test_a_requirement_that_the_reference_does_not_exercise_is_exempt_with_its_reason(build_matrix, build_trial):
    reference = build_trial("reference", VariantKind.REFERENCE, not_exercised={"num.minimum": "not claimed"})
    matrix = build_matrix(reference, build_trial("msg-missing", failed={"response.msg.present"}))
    uncovered = {requirement.id for requirement in matrix.uncovered_requirements}
    assert matrix.exempt_requirements == {"num.minimum": "not claimed"}
    assert "num.minimum" not in uncovered
    assert "num.maximum" in uncovered


def test_a_requirement_that_one_of_the_references_exercises_is_not_exempt(build_matrix, build_trial):
    references = [
        build_trial("reference", VariantKind.REFERENCE, not_exercised=not_exercised)
        for not_exercised in ({"num.minimum": "not claimed"}, {})
    ]
    assert build_matrix(*references).exempt_requirements == {}


def test_an_incomplete_matrix_reports_nothing_as_uncovered(build_matrix, build_trial):
    matrix = build_matrix(build_trial("msg-missing", failed={"response.msg.present"}), is_complete=False)
    assert (matrix.uncovered_requirements, matrix.cases_never_first) == ((), ())
    assert matrix.has_passed


def test_cases_that_were_never_the_first_to_detect_a_fault_are_listed(build_matrix, build_trial):
    trial = build_trial("msg-missing", failed={"response.msg.present"}, kills=[("a/1", 7), ("b/1", 8)])
    matrix = build_matrix(trial, cases=dict.fromkeys(["a/1", "b/1", "c/1"]))
    assert matrix.cases_never_first == ("b/1", "c/1")


def test_requests_until_the_kill_are_counted(build_trial):
    failed = {"response.requestid.unique"}
    assert build_trial("msg-missing", failed=failed, kills=[("a/1", 7), ("b/1", 8)]).requests_until_kill == 7
    assert build_trial("requestid-repeated", failed=failed).requests_until_kill == 300
    assert build_trial("num-zero-accepted").requests_until_kill is None
