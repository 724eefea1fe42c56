"""What is read from the trials: who survived, who was flagged, which requirement has no fault."""

import pytest

from imagesearch_conformance.model.finding import Verdict
from imagesearch_conformance.selfcheck.variant import VariantKind


def names(trials):
    return [one.variant.name for one in trials]


def test_a_fault_that_trips_nothing_survives(matrix, tried):
    found = matrix(tried("num-zero-accepted"), tried("msg-missing", failed={"response.msg.present"}))
    assert names(found.survivors) == ["num-zero-accepted"]
    assert not found.is_sound


def test_a_warning_kills_too(matrix, tried):
    assert matrix(tried("names-in-any-case", warned={"image.exact"})).survivors == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"failed": {"num.minimum"}},
        {"untold": {"num.minimum"}},
        {"warned": {"ranking.steady"}},
        {"verdict": Verdict.INCONCLUSIVE},
    ],
)
@pytest.mark.parametrize(
    ("kind", "name"), [(VariantKind.REFERENCE, "reference"), (VariantKind.VARIATION, "extra-fields")]
)
def test_whatever_is_held_against_what_conforms_flags_it(matrix, tried, kind, name, wrong):
    found = matrix(tried(name, kind, **wrong))
    assert names(found.false_alarms) == [name]
    assert not found.is_sound


def test_a_variation_that_is_merely_tolerated_may_be_warned_about(matrix, tried):
    assert matrix(tried("gateway-codes", VariantKind.VARIATION, warned={"num.maximum"})).false_alarms == ()


def test_a_fault_that_trips_other_requirements_than_its_row_says_is_a_surprise(matrix, tried):
    more = tried("msg-missing", failed={"response.msg.present", "num.minimum"})
    less = tried("num-zero-accepted")
    (first, second) = matrix(more, less).unexpected_kills
    assert (first.unexpected, first.missing) == ({"num.minimum"}, set())
    assert (second.unexpected, second.missing) == (set(), {"num.minimum"})


def test_a_fault_that_trips_what_its_row_says_is_none(matrix, tried):
    assert matrix(tried("msg-missing", failed={"response.msg.present"})).unexpected_kills == ()


def test_what_a_fault_trips_sometimes_is_none_either(matrix, tried):
    always = {"response.auctions.limit"}
    for tripped in (always, {*always, "paging.full"}):
        assert matrix(tried("cache-ignores-num", failed=tripped)).unexpected_kills == ()
    (surprise,) = matrix(tried("cache-ignores-num", failed={"paging.full", "ranking.self"})).unexpected_kills
    assert (surprise.unexpected, surprise.missing) == ({"ranking.self"}, always)


def test_a_binding_requirement_without_a_fault_is_unexplained(matrix, tried):
    found = matrix(tried("msg-missing", failed={"response.msg.present"}))
    unexplained = {one.id for one in found.uncovered_must_requirements}
    assert "num.minimum" in unexplained
    assert "response.msg.present" not in unexplained
    assert "ranking.steady" in {one.id for one in found.uncovered_requirements} - unexplained


def test_what_not_even_the_reference_can_be_asked_is_exempt_for_its_reason(matrix, tried):
    reference = tried("reference", VariantKind.REFERENCE, idle={"num.minimum": "nobody can ask"})
    found = matrix(reference, tried("msg-missing", failed={"response.msg.present"}))
    assert found.exempt_requirements == {"num.minimum": "nobody can ask"}
    assert "num.minimum" not in {one.id for one in found.uncovered_requirements}
    assert "num.maximum" in {one.id for one in found.uncovered_requirements}


def test_what_one_of_the_references_exercises_is_not_exempt(matrix, tried):
    references = [tried("reference", VariantKind.REFERENCE, idle=idle) for idle in ({"num.minimum": "not here"}, {})]
    assert matrix(*references).exempt_requirements == {}


def test_of_some_subjects_nothing_is_concluded_about_the_rest(matrix, tried):
    found = matrix(tried("msg-missing", failed={"response.msg.present"}), whole=False)
    assert (found.uncovered_requirements, found.cases_never_first) == ((), ())
    assert found.is_sound


def test_cases_that_never_were_first_are_named(matrix, tried):
    found = tried("msg-missing", failed={"response.msg.present"}, kills=[("a/1", 7), ("b/1", 8)])
    assert matrix(found, cases=dict.fromkeys(["a/1", "b/1", "c/1"])).cases_never_first == ("b/1", "c/1")


def test_how_many_requests_it_took_is_told(tried):
    failed = {"response.requestid.unique"}
    assert tried("msg-missing", failed=failed, kills=[("a/1", 7), ("b/1", 8)]).requests_until_kill == 7
    assert tried("requestid-repeated", failed=failed).requests_until_kill == 300
    assert tried("num-zero-accepted").requests_until_kill is None
