"""What a success reply counts, lists and says of the picture agrees with itself and with what was asked."""

import pytest


@pytest.mark.parametrize(
    ("found_count", "returned", "fine"), [(1, 1, True), (1, 9, True), (9, 1, True), (0, 1, False), (2, 2, False)]
)
def test_either_reading_of_the_counters_is_right_and_neither_is_smaller(found, sample, found_count, returned, fine):
    sample["Head"] |= {"DocsFound": found_count, "DocsReturn": returned}
    assert found(sample) == (set() if fine else {("response.head.counters", "/Head")})


def test_picinfo_may_be_missing_when_nothing_was_found(found, sample):
    sample["Auctions"], sample["Head"] = [], {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 1}
    del sample["PicInfo"]
    assert found(sample) == set()


@pytest.mark.parametrize("nothing", [[], None, ...])
def test_an_empty_result_may_lack_its_lists(found, sample, nothing):
    bare = sample | {"Auctions": nothing, "PicInfo": None, "Head": {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 1}}
    assert found({name: value for name, value in bare.items() if value is not ...}) == set()


def test_a_reply_that_neither_lists_nor_counts_has_to(found, sample):
    del sample["Auctions"], sample["Head"]
    assert found(sample) == {("response.auctions.present", ""), ("response.head.present", "")}


@pytest.mark.parametrize("nothing", [None, ...])
def test_entries_that_are_counted_have_to_be_there(found, sample, nothing):
    reply = {name: value for name, value in (sample | {"Auctions": nothing}).items() if value is not ...}
    assert {name for name, _ in found(reply)} <= {"response.auctions.present", "response.auctions.type"}
    assert found(reply)


def test_whole_numbers_count_however_they_are_written(found, sample):
    sample["Head"] |= {"DocsFound": 9.0, "DocsReturn": 9.0}
    assert "response.head.counters" in {name for name, _ in found(sample)}
    sample["Head"] |= {"DocsFound": 1.0, "DocsReturn": 1.0}
    assert {name for name, _ in found(sample)} == {"response.integers.notation"}
    assert {name for name, _ in found(sample | {"Code": 0.0})} == {"response.integers.notation"}


def test_more_entries_than_asked_for(found, sample, shop):
    sample["Auctions"] *= 2
    sample["Head"] |= {"DocsFound": 2, "DocsReturn": 2}
    one = shop.success_case("num.minimum/at", "one", shop.request({"Num": "1"}))
    assert found(sample, case=one) == {("response.auctions.limit", "/Auctions")}
    assert found(sample) == set()


@pytest.mark.parametrize(("value", "fine"), [("0", True), ("3", False)])
def test_a_given_category_is_reported_zero_included(found, sample, shop, value, fine):
    case = shop.success_case("categoryid.optional/given", "given", shop.request({"CategoryId": value}))
    expected = set() if fine else {("response.picinfo.categoryid.given", "/PicInfo/CategoryId")}
    assert found(sample, case=case) == expected


def test_a_generic_instance_has_one_category(found, sample, shop, target, contract):
    case = shop.success_case("request.minimal/generic", "generic", shop.request(instance=target.instances[1]))
    wrong = {("response.picinfo.categoryid.generic", "/PicInfo/CategoryId")}
    assert found(sample, case=case) == wrong
    sample["PicInfo"]["CategoryId"] = sample["Auctions"][0]["CategoryId"] = contract.category.generic_category
    sample["Auctions"][0]["SortExprValues"] = "5e24;0"
    assert found(sample, case=case) == set()


@pytest.mark.parametrize(("status", "change"), [(500, {}), (200, {"Success": False}), (200, {"Code": 7}), (201, {})])
def test_status_success_and_code_say_the_same(found, sample, status, change):
    names = {name for name, _ in found(sample | change, status)}
    assert "response.success.consistent" in names


def test_a_corner_of_thousands_of_digits_stops_nothing(found, sample):
    sample["PicInfo"]["Region"] = f"{'9' * 5000},1,1,1"
    assert found(sample) == set()


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
def test_the_corners_of_a_region(found, sample, region, fine):
    sample["PicInfo"]["Region"] = region
    assert (("response.picinfo.region.geometry", "/PicInfo/Region") in found(sample)) is not fine
