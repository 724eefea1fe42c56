"""The order of the entries of one reply, made by hand; what an approximate engine may do."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Capabilities

ASKED = {"ProductId": "demo", "PicName": "demo"}


@pytest.fixture
def listing(sample):
    """A success with an entry for each row of changes, in the category and under the name asked for unless changed."""

    def made(*rows, reported=0):
        entries = []
        for number, row in enumerate(rows):
            score = row.get("Score", 0.9 - number / 10)
            plain = {"ProductId": f"p{number}", "PicName": "a", "CategoryId": reported, "Score": score}
            entries.append(plain | {"SortExprValues": f"{score};0"} | row)
        counters = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        details = sample["PicInfo"] | {"CategoryId": reported}
        return sample | {"Auctions": entries, "Head": counters, "PicInfo": details}

    return made


@pytest.fixture
def look(contract, target, shop, exchange):
    """What of the ranking a reply departs from, by requirement, and what it exercises."""

    def judged(reply, changes=None, *, approximate=False):
        asked = evolve(target, capabilities=Capabilities(approximate=approximate))
        case = shop.success_case("request.minimal/first", "minimal", shop.request(changes or {}))
        judgement = judge(contract, asked, case, [exchange(case, reply)])
        found = {one.requirement: one for one in judgement.findings if one.requirement.startswith("ranking.")}
        return found, {one for one in judgement.exercised if one.startswith("ranking.")}

    return judged


def test_a_right_order_exercises_everything(look, listing):
    found, exercised = look(listing(ASKED, {}, {}))
    assert found == {}
    assert exercised == {
        "ranking.score",
        "ranking.sortexprvalues",
        "ranking.found",
        "ranking.self",
        "ranking.category",
    }


def test_an_order_needs_two_entries_that_all_have_a_score(look, listing):
    assert "ranking.score" not in look(listing(ASKED))[1]
    assert "ranking.score" not in look(listing(ASKED, {"Score": None}, {}))[1]
    assert "ranking.score" in look(listing(ASKED, {"Score": 0.9}))[1]
    assert look(listing(ASKED, {"Score": 0.9}))[0] == {}


def test_a_score_above_the_one_before_it(look, listing):
    found, _ = look(listing(ASKED, {"Score": 0.5}, {"Score": 0.6}))
    one = found["ranking.score"]
    assert (one.where, one.actual, one.expected) == ("/Auctions/2/Score", 0.6, ("at most 0.5",))
    assert "ranking.sortexprvalues" not in found


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("2;0", "1;0", None),
        ("2;0", "2;0", None),
        ("1;0", "2;0", 1),
        ("1;9", "2;0", 1),
        ("x", "2;0", None),
        ("1", "2", 1),
    ],
)
def test_the_first_values_fall_where_the_scores_do(look, listing, first, second, place):
    found, exercised = look(listing(ASKED | {"SortExprValues": first}, {"SortExprValues": second}))
    assert ("ranking.sortexprvalues" in exercised) is (first != "x")
    assert ("ranking.sortexprvalues" in found) is (place is not None)
    if place is not None:
        one = found["ranking.sortexprvalues"]
        assert (one.where, one.actual) == (f"/Auctions/{place}/SortExprValues", float(second.partition(";")[0]))


def test_first_values_are_compared_within_one_category_and_where_scores_differ(look, listing):
    rows = (ASKED | {"SortExprValues": "1;0"}, {"SortExprValues": "2;0", "CategoryId": 1})
    assert "ranking.sortexprvalues" not in look(listing(*rows))[1]
    same = ({"SortExprValues": "1;0", "Score": 0.5}, {"SortExprValues": "2;0", "Score": 0.5})
    assert "ranking.sortexprvalues" not in look(listing(*same))[0]


@pytest.mark.parametrize(("approximate", "level"), [(False, Level.MUST), (True, Level.SHOULD)])
def test_an_image_that_does_not_lead_is_a_lesser_matter_for_an_approximate_engine(look, listing, approximate, level):
    one = look(listing({}, ASKED), approximate=approximate)[0]["ranking.self"]
    assert (one.level, one.where) == (level, "/Auctions")
    assert (one.expected, one.actual) == (("demo / demo",), "p0 / a")
    assert look(listing({"Score": 0.9}, ASKED | {"Score": 0.9}))[0] == {}


def test_an_image_that_is_missing(look, listing):
    one = look(listing({}, {}))[0]["ranking.found"]
    assert (one.where, one.expected, one.actual) == ("/Auctions/0", ("demo / demo",), "p0 / a")
    assert "ranking.found" not in look(listing())[1]


@pytest.mark.parametrize("count", ["2", "3"])
def test_a_whole_page_of_equals_hides_the_image(look, listing, count):
    found, _ = look(listing({"Score": 0.5}, {"Score": 0.5}), {"Num": count})
    assert ("ranking.found" in found) is (count == "3")


@pytest.mark.parametrize("changes", [{"Start": "1"}, {"CategoryId": "0"}, {"Filter": "int_attr=1"}])
def test_what_narrows_a_search_may_hide_the_image(look, listing, changes):
    assert not {"ranking.found", "ranking.self"} & look(listing({}, {}), changes)[1]


def test_an_entry_of_another_category(look, listing):
    one = look(listing(ASKED, {"CategoryId": 3}, reported=0))[0]["ranking.category"]
    assert (one.where, one.expected, one.actual) == ("/Auctions/1/CategoryId", ("0",), 3)
    assert "ranking.category" not in look(listing(ASKED, {"CategoryId": None}))[0]
    assert "ranking.category" not in look(listing())[1]


def test_entries_without_scores_hide_no_image(look, listing):
    bare = ({"Score": None}, {"Score": None})
    assert "ranking.found" in look(listing(*bare), {"Num": "2"})[0]


def test_the_default_of_start_is_the_first_entry(look, listing):
    assert "ranking.found" in look(listing({}, {}), {"Start": "0"})[0]
