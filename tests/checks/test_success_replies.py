"""Each departure of a success reply is found once, under its own requirement, at its own pointer."""

import copy

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.judging import _view, judge
from imagesearch_conformance.model.requirement import Level


def put(document, path, value):
    *parents, last = path
    for part in parents:
        document = document[part]
    document[last] = value


def drop(document, path):
    *parents, last = path
    for part in parents:
        document = document[part]
    del document[last]


def test_the_sample_of_the_page_departs_from_nothing(found, sample):
    assert found(sample) == set()


@pytest.mark.parametrize(
    ("path", "requirement", "where"),
    [
        (("Msg",), "response.msg.present", ""),
        (("Head",), "response.head.present", ""),
        (("Head", "DocsFound"), "response.head.docsfound.present", "/Head"),
        (("RequestId",), "response.requestid.present", ""),
        (("Auctions",), "response.auctions.present", ""),
        (("Auctions", 0, "CategoryId"), "response.auctions.categoryid.present", "/Auctions/0"),
        (("Auctions", 0, "Score"), "response.auctions.score.present", "/Auctions/0"),
        (("Auctions", 0, "SortExprValues"), "response.auctions.sortexprvalues.present", "/Auctions/0"),
        (("Code",), "response.code.present", ""),
        (("Success",), "response.success.present", ""),
        (("PicInfo",), "response.picinfo.present", ""),
        (("PicInfo", "Region"), "response.picinfo.region.present", "/PicInfo"),
        (
            ("PicInfo", "AllCategories", 3, "Id"),
            "response.picinfo.allcategories.id.present",
            "/PicInfo/AllCategories/3",
        ),
    ],
)
def test_a_missing_field(found, sample, path, requirement, where):
    drop(sample, path)
    assert found(sample) == {(requirement, where)}


@pytest.mark.parametrize(
    ("path", "value", "requirement"),
    [
        (("Msg",), None, "response.msg.type"),
        (("Head", "SearchTime"), "95", "response.head.searchtime.type"),
        (("Head", "SearchTime"), -1, "response.head.searchtime.range"),
        (("Head", "SearchTime"), 95.0, "response.integers.notation"),
        (("Head", "SearchTime"), 2**31, "response.head.searchtime.format"),
        (("Head", "SearchTime"), True, "response.head.searchtime.type"),
        (("Auctions", 0, "Score"), "1.0", "response.auctions.score.type"),
        (("Auctions", 0, "Score"), 1.0000001, "response.auctions.score.range"),
        (("Auctions", 0, "Score"), -0.1, "response.auctions.score.range"),
        (("Auctions", 0, "PicName"), 7, "response.auctions.picname.type"),
        (("Auctions", 0, "IntAttr"), "2", "response.auctions.intattr.type"),
        (("Auctions", 0, "StrAttr"), None, "response.optional.null"),
        (("Auctions", 0, "SortExprValues"), "7.3e24", "response.auctions.sortexprvalues.pattern"),
        (("Auctions", 0, "SortExprValues"), "8e24;0", "response.auctions.sortexprvalues.first-value"),
        (("RequestId",), "", "response.requestid.length"),
        (("PicInfo", "Region"), "111,697,113", "response.picinfo.region.pattern"),
        (("PicInfo", "Region"), "697,111,113,774", "response.picinfo.region.geometry"),
        (("PicInfo", "Region"), "111,697,774,113", "response.picinfo.region.geometry"),
        (("PicInfo", "AllCategories"), {}, "response.picinfo.allcategories.type"),
        (("PicInfo", "MultiRegion"), [{"Region": "5,1,1,5"}], "response.picinfo.multiregion.region.geometry"),
        (("PicInfo", "MultiRegion"), ["1,5,1,5"], "response.picinfo.multiregion.item.type"),
        (("PicInfo", "CategoryId"), 11, "response.picinfo.categoryid.listed"),
    ],
)
def test_a_wrong_value(found, sample, path, value, requirement):
    put(sample, path, value)
    names = {name for name, _ in found(sample)}
    assert requirement in names
    # A wrong name is also no longer the image searched with, and a wrong category no longer that of the entry.
    others = {"ranking.self", "ranking.found", "ranking.category"}
    assert names <= {requirement, "response.requestid.format", *others}


@pytest.mark.parametrize(
    ("value", "departs"),
    [
        (-(2**31), None),
        (2**31 - 1, None),
        (-(2**31) - 1, "response.auctions.intattr.format"),
        (2**31, "response.auctions.intattr.format"),
        (2.0, "response.integers.notation"),
        (None, "response.optional.null"),
    ],
)
def test_an_optional_integer_has_a_range_and_a_notation_and_is_never_null(found, sample, value, departs):
    sample["Auctions"][0]["IntAttr"] = value
    assert found(sample) == ({(departs, "/Auctions/0/IntAttr")} if departs else set())


@pytest.mark.parametrize(
    ("value", "message", "expected"),
    [
        ("2", "Auctions/IntAttr: '2' is not of type 'integer'", "type: integer"),
        (2.0, "Auctions/IntAttr is written as 2.0", "digits alone"),
        (None, "Auctions/IntAttr is null", "no such name"),
    ],
)
def test_what_departs_is_shown_with_what_was_expected_and_where(  # noqa: PLR0913, PLR0917 what a row says
    contract, target, shop, exchange, sample, value, message, expected
):
    sample["Auctions"][0]["IntAttr"] = value
    case = shop.accepted("request.minimal/first", "minimal", shop.request())
    (finding,) = judge(contract, target, case, [exchange(case, sample)]).findings
    assert (finding.message, finding.expected) == (message, (expected,))
    assert (finding.actual, finding.where) == (value, "/Auctions/0/IntAttr")


def test_a_value_of_its_type_is_judged_in_every_respect_and_another_in_none(contract, target, shop, exchange, sample):
    case = shop.accepted("request.minimal/first", "minimal", shop.request())
    about = {f"response.head.searchtime.{aspect}" for aspect in ("type", "range", "format")}
    sample["Head"]["SearchTime"] = -1.0
    low = judge(contract, target, case, [exchange(case, sample)])
    found = {"response.head.searchtime.range", "response.integers.notation"}
    assert {one.requirement for one in low.findings} == found
    assert about <= low.exercised
    sample["Head"]["SearchTime"] = "-1"
    text = judge(contract, target, case, [exchange(case, sample)])
    assert {one.requirement for one in text.findings} == {"response.head.searchtime.type"}
    assert about & text.exercised == {"response.head.searchtime.type"}


@pytest.mark.parametrize("score", [0, 1, 0.5, 1.0])
def test_a_score_may_be_written_with_or_without_a_fraction(found, sample, score):
    sample["Auctions"][0]["Score"] = score
    assert found(sample) == set()


def test_the_range_of_the_first_value_depends_on_the_category(found, sample):
    entry = sample["Auctions"][0]
    entry["SortExprValues"] = "6e24;0"
    assert found(sample) == set()
    entry["CategoryId"] = sample["PicInfo"]["CategoryId"] = 20
    assert found(sample) == {("response.auctions.sortexprvalues.first-value", "/Auctions/0/SortExprValues")}


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


def test_the_last_digit_of_the_highest_score_may_be_rounded(found, sample):
    sample["Auctions"][0]["SortExprValues"] = "7.331364437112191e+24;0"
    assert found(sample) == set()


def test_a_corner_of_thousands_of_digits_stops_nothing(found, sample):
    sample["PicInfo"]["Region"] = f"{'9' * 5000},1,1,1"
    assert found(sample) == set()


def test_further_fields_are_welcome_at_every_level(found, sample):
    for place in (
        sample,
        sample["Head"],
        sample["Auctions"][0],
        sample["PicInfo"],
        sample["PicInfo"]["AllCategories"][0],
    ):
        place["Later"] = {"anything": [1, None]}
    assert found(sample) == set()


def test_more_entries_than_asked_for(found, sample, shop):
    sample["Auctions"] *= 2
    sample["Head"] |= {"DocsFound": 2, "DocsReturn": 2}
    one = shop.accepted("num.minimum/at", "one", shop.request({"Num": "1"}))
    assert found(sample, case=one) == {("response.auctions.limit", "/Auctions")}
    assert found(sample) == set()


@pytest.mark.parametrize(("value", "fine"), [("0", True), ("3", False)])
def test_a_given_category_is_reported_zero_included(found, sample, shop, value, fine):
    case = shop.accepted("categoryid.optional/given", "given", shop.request({"CategoryId": value}))
    expected = set() if fine else {("response.picinfo.categoryid.given", "/PicInfo/CategoryId")}
    assert found(sample, case=case) == expected


def test_a_generic_instance_has_one_category(found, sample, shop, target, contract):
    case = shop.accepted("request.minimal/generic", "generic", shop.request(instance=target.instances[1]))
    wrong = {("response.picinfo.categoryid.generic", "/PicInfo/CategoryId")}
    assert found(sample, case=case) == wrong
    sample["PicInfo"]["CategoryId"] = sample["Auctions"][0]["CategoryId"] = contract.category.generic
    sample["Auctions"][0]["SortExprValues"] = "5e24;0"
    assert found(sample, case=case) == set()


@pytest.mark.parametrize(("status", "change"), [(500, {}), (200, {"Success": False}), (200, {"Code": 7}), (201, {})])
def test_status_success_and_code_say_the_same(found, sample, status, change):
    names = {name for name, _ in found(sample | change, status)}
    assert "response.success.consistent" in names


values = st.sampled_from([None, True, 0, -1, 1, 2.5, 1e30, "", "x", [], {}, "1,2,3,4", "1;2", 2**40])
paths = st.sampled_from(
    [
        ("Msg",), ("Head",), ("Head", "DocsFound"), ("Head", "SearchTime"), ("Auctions",), ("Auctions", 0), ("Code",),
        ("Auctions", 0, "Score"), ("Auctions", 0, "CategoryId"), ("Auctions", 0, "SortExprValues"), ("PicInfo",),
        ("PicInfo", "Region"), ("PicInfo", "AllCategories"), ("PicInfo", "AllCategories", 0), ("RequestId",),
        ("Success",),
    ]
)  # fmt: skip


@settings(deadline=None)
@given(path=paths, value=values)
def test_the_fields_agree_with_the_whole_schema(contract, target, shop, exchange, path, value):
    """What a plain validator says of the whole reply, the checks say of its fields, at the level MUST."""
    reply = copy.deepcopy(contract.documents.at(SAMPLE))
    put(reply, path, value)
    case = shop.accepted("request.minimal/first", "minimal", shop.request())
    view = _view(contract, target, case, 0, exchange(case, reply))
    remarks = list(check_fields(view, contract.success_fields, "response"))
    departures = [one for one in remarks if one.finding and one.finding.level is Level.MUST]
    needed = [one for one in departures if not one.requirement.endswith(("picinfo.present", "auctions.present"))]
    schema = contract.documents.document("schemas/success.json")
    assert bool(needed) is not Draft202012Validator(schema).is_valid(reply)


SAMPLE = "openapi.yaml#/paths/~1/post/responses/200/content/application~1json/examples/sample/value"


FIRST_VALUE = "response.auctions.sortexprvalues.first-value"


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
    case = shop.accepted("request.minimal/first", "minimal", shop.request())
    judgement = judge(ruled, target, case, [exchange(case, sample)])
    assert (FIRST_VALUE in {one.requirement for one in judgement.findings}) is not fine
    assert FIRST_VALUE in judgement.exercised


def test_entries_of_which_nothing_can_be_said_do_not_hide_the_next(found, sample):
    whole = sample["Auctions"][0]
    wrong = whole | {"SortExprValues": "8e24;0"}
    sample["Auctions"] = [7, {}, whole | {"SortExprValues": 7}, whole | {"SortExprValues": "x;0"}, wrong]
    sample["Head"] |= {"DocsFound": 5, "DocsReturn": 5}
    assert (FIRST_VALUE, "/Auctions/4/SortExprValues") in found(sample)


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


def test_an_entry_that_is_no_object_does_not_hide_what_the_next_lacks(found, sample):
    sample["Auctions"] = [7, {}]
    assert ("response.auctions.score.present", "/Auctions/1") in found(sample)
