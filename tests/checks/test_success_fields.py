"""Each departure of a field of a success reply is found once, under its own requirement, at its own pointer."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.judge import _build_context, judge
from imagesearch_conformance.model.requirement import Level

from .conftest import SAMPLE


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
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    (finding,) = judge(contract, target, case, [exchange(case, sample)]).findings
    assert (finding.message, finding.expected) == (message, (expected,))
    assert (finding.actual, finding.where) == (value, "/Auctions/0/IntAttr")


def test_a_value_of_its_type_is_judged_in_every_respect_and_another_in_none(contract, target, shop, exchange, sample):
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
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


@pytest.mark.parametrize("score", ["1e999", "-1e999", "1e308", "1" + "0" * 400, "-1" + "0" * 400])
def test_a_score_beyond_what_a_float_can_hold_is_out_of_range(found, sample, score):
    sample["Auctions"][0]["Score"] = -7
    reply = json.dumps(sample).replace("-7", score).encode()
    assert ("response.auctions.score.range", "/Auctions/0/Score") in found(reply)


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
    reply = copy.deepcopy(contract.spec_files.resolve(SAMPLE))
    put(reply, path, value)
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    view = _build_context(contract, target, case, 0, exchange(case, reply))
    remarks = list(check_fields(view, contract.success_fields, "response"))
    departures = [one for one in remarks if one.finding and one.finding.level is Level.MUST]
    needed = [one for one in departures if not one.requirement.endswith(("picinfo.present", "auctions.present"))]
    schema = contract.spec_files.content("schemas/success.json")
    assert bool(needed) is not Draft202012Validator(schema).is_valid(reply)


def test_an_entry_that_is_no_object_does_not_hide_what_the_next_lacks(found, sample):
    sample["Auctions"] = [7, {}]
    assert ("response.auctions.score.present", "/Auctions/1") in found(sample)
