"""Consistency of a success response with itself and with the request."""

import pytest


@pytest.mark.parametrize(
    ("found_count", "returned", "fine"), [(1, 1, True), (1, 9, True), (9, 1, True), (0, 1, False), (2, 2, False)]
)
def test_either_counter_may_be_the_number_of_entries(locate_findings, sample, found_count, returned, fine):
    sample["Head"] |= {"DocsFound": found_count, "DocsReturn": returned}
    assert locate_findings(sample) == (set() if fine else {("response.head.counters", "/Head")})


def test_picinfo_may_be_missing_when_nothing_was_found(locate_findings, sample):
    sample["Auctions"], sample["Head"] = [], {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 1}
    del sample["PicInfo"]
    assert locate_findings(sample) == set()


@pytest.mark.parametrize("nothing", [[], None, ...])
def test_an_empty_result_may_lack_its_lists(locate_findings, sample, nothing):
    bare = sample | {"Auctions": nothing, "PicInfo": None, "Head": {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 1}}
    assert locate_findings({name: value for name, value in bare.items() if value is not ...}) == set()


def test_a_response_needs_a_list_or_counters(locate_findings, sample):
    del sample["Auctions"], sample["Head"]
    assert locate_findings(sample) == {("response.auctions.present", ""), ("response.head.present", "")}


@pytest.mark.parametrize("nothing", [None, ...])
def test_counted_entries_have_to_be_listed(locate_findings, sample, nothing):
    response = {name: value for name, value in (sample | {"Auctions": nothing}).items() if value is not ...}
    assert {name for name, _ in locate_findings(response)} <= {"response.auctions.present", "response.auctions.type"}
    assert locate_findings(response)


def test_counters_are_compared_in_any_notation(locate_findings, sample):
    sample["Head"] |= {"DocsFound": 9.0, "DocsReturn": 9.0}
    assert "response.head.counters" in {name for name, _ in locate_findings(sample)}
    sample["Head"] |= {"DocsFound": 1.0, "DocsReturn": 1.0}
    assert {name for name, _ in locate_findings(sample)} == {"response.integers.notation"}
    assert {name for name, _ in locate_findings(sample | {"Code": 0.0})} == {"response.integers.notation"}


def test_more_entries_than_requested_fail(locate_findings, sample, builder):
    sample["Auctions"] *= 2
    sample["Head"] |= {"DocsFound": 2, "DocsReturn": 2}
    one = builder.success_case("num.minimum/at", "one", builder.request({"Num": "1"}))
    assert locate_findings(sample, case=one) == {("response.auctions.limit", "/Auctions")}
    assert locate_findings(sample) == set()


@pytest.mark.parametrize(("value", "fine"), [("0", True), ("3", False)])
def test_a_given_category_is_reported_zero_included(locate_findings, sample, builder, value, fine):
    case = builder.success_case("categoryid.optional/given", "given", builder.request({"CategoryId": value}))
    expected = set() if fine else {("response.picinfo.categoryid.given", "/PicInfo/CategoryId")}
    assert locate_findings(sample, case=case) == expected


def test_a_generic_instance_has_one_category(locate_findings, sample, builder, target, contract):
    case = builder.success_case("request.minimal/generic", "generic", builder.request(instance=target.instances[1]))
    wrong = {("response.picinfo.categoryid.generic", "/PicInfo/CategoryId")}
    assert locate_findings(sample, case=case) == wrong
    sample["PicInfo"]["CategoryId"] = sample["Auctions"][0]["CategoryId"] = contract.category.generic_category
    sample["Auctions"][0]["SortExprValues"] = "5e24;0"
    assert locate_findings(sample, case=case) == set()


@pytest.mark.parametrize(("status", "change"), [(500, {}), (200, {"Success": False}), (200, {"Code": 7}), (201, {})])
def test_contradicting_status_success_and_code_fail(locate_findings, sample, status, change):
    names = {name for name, _ in locate_findings(sample | change, status)}
    assert "response.success.consistent" in names


def test_a_corner_of_thousands_of_digits_is_not_judged(locate_findings, sample):
    sample["PicInfo"]["Region"] = f"{'9' * 5000},1,1,1"
    assert locate_findings(sample) == set()


@pytest.mark.parametrize(
    ("region", "fine"),
    [
        ("1,1,2,2", True),
        ("1,2,1,2", True),
        ("2,2,1,1", True),
        ("2,1,1,2", False),
        ("1,1,2,1", False),
        ("x,1,1,2", True),
        ("2,1,1", True),
        ("2,1,1,2,3", True),
    ],
)
def test_the_corners_of_a_region(locate_findings, sample, region, fine):
    sample["PicInfo"]["Region"] = region
    assert (("response.picinfo.region.geometry", "/PicInfo/Region") in locate_findings(sample)) is not fine
