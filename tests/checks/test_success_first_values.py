"""The range of the first of an entry's sorting values: by category, with both its ends and its tolerance."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge

FIRST_VALUE = "response.auctions.sortexprvalues.first-value"


def test_the_range_of_the_first_value_depends_on_the_category(found, sample):
    entry = sample["Auctions"][0]
    entry["SortExprValues"] = "6e24;0"
    assert found(sample) == set()
    entry["CategoryId"] = sample["PicInfo"]["CategoryId"] = 20
    assert found(sample) == {("response.auctions.sortexprvalues.first-value", "/Auctions/0/SortExprValues")}


def test_the_last_digit_of_the_highest_score_may_be_rounded(found, sample):
    sample["Auctions"][0]["SortExprValues"] = "7.331364437112191e+24;0"
    assert found(sample) == set()


@pytest.mark.parametrize(
    ("category", "first", "fine"),
    [
        (0, "0", True),
        (0, "-1", False),
        (0, "7.33136443711219e+24", True),
        (2, "7.33136443711219e+24", True),
        (3, "7.33136443711219e+24", False),
        (3, "5.37633353624177e+24", True),
        (0, "7.3313644372e+24", False),
        (-1, "7.33136443711219e+24", False),
    ],
)
def test_the_range_of_the_first_value_has_both_its_ends(found, sample, category, first, fine):
    sample["PicInfo"]["CategoryId"] = sample["Auctions"][0]["CategoryId"] = category
    sample["Auctions"][0]["SortExprValues"] = f"{first};0"
    assert (FIRST_VALUE in {name for name, _ in found(sample)}) is not fine


def ending_at_eight(tolerance):
    """The rule of first values, its upper end given, and its tolerance if there is one."""
    rule = {"separator": ";", "by": "CategoryId", "minimum": 0, "ranges": [], "otherwise": {"maximum": 8}}
    return rule if tolerance is None else rule | {"tolerance": tolerance}


@pytest.mark.parametrize(
    ("tolerance", "first", "fine"), [(0.25, "10", True), (0.25, "10.1", False), (None, "8", True), (None, "8.1", False)]
)
def test_the_upper_end_is_as_far_off_as_the_rule_tolerates(  # noqa: PLR0913, PLR0917 what a row says
    contract, target, shop, exchange, sample, tolerance, first, fine
):
    def with_rule(constraint):
        ruled = "x-first-value" in constraint.keywords
        keywords = {"x-first-value": ending_at_eight(tolerance)}
        return evolve(constraint, keywords=keywords) if ruled else constraint

    fields = tuple(evolve(one, constraints=tuple(map(with_rule, one.constraints))) for one in contract.success_fields)
    ruled = evolve(contract, success_fields=fields)
    sample["Auctions"][0]["SortExprValues"] = f"{first};0"
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    judgement = judge(ruled, target, case, [exchange(case, sample)])
    assert (FIRST_VALUE in {one.requirement for one in judgement.findings}) is not fine
    assert FIRST_VALUE in judgement.exercised


def test_entries_of_which_nothing_can_be_said_do_not_hide_the_next(found, sample):
    whole = sample["Auctions"][0]
    wrong = whole | {"SortExprValues": "8e24;0"}
    sample["Auctions"] = [7, {}, whole | {"SortExprValues": 7}, whole | {"SortExprValues": "x;0"}, wrong]
    sample["Head"] |= {"DocsFound": 5, "DocsReturn": 5}
    assert (FIRST_VALUE, "/Auctions/4/SortExprValues") in found(sample)
