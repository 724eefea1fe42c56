"""The order of the entries of a hand-made response, also for approximate engines."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Capabilities

ASKED = {"ProductId": "demo", "PicName": "demo"}


@pytest.fixture
def build_response(sample):
    """Build a success response with an entry for each row of changes."""

    def build(*rows, reported=0):
        entries = []
        for number, row in enumerate(rows):
            score = row.get("Score", 0.9 - number / 10)
            plain = {"ProductId": f"p{number}", "PicName": "a", "CategoryId": reported, "Score": score}
            entries.append(plain | {"SortExprValues": f"{score};0"} | row)
        counters = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        details = sample["PicInfo"] | {"CategoryId": reported}
        return sample | {"Auctions": entries, "Head": counters, "PicInfo": details}

    return build


@pytest.fixture
def judge_ranking(contract, target, builder, build_exchange):
    """Return the findings about the ranking by requirement, and the requirements exercised."""

    def run(response, changes=None, *, approximate=False):
        asked = evolve(target, capabilities=Capabilities(approximate=approximate))
        case = builder.success_case("request.minimal/first", "minimal", builder.request(changes or {}))
        judgement = judge(contract, asked, case, [build_exchange(case, response)])
        found = {
            finding.requirement: finding for finding in judgement.findings if finding.requirement.startswith("ranking.")
        }
        return found, {requirement for requirement in judgement.exercised if requirement.startswith("ranking.")}

    return run


def test_a_right_order_exercises_everything(judge_ranking, build_response):
    found, exercised = judge_ranking(build_response(ASKED, {}, {}))
    assert found == {}
    assert exercised == {
        "ranking.score",
        "ranking.sortexprvalues",
        "ranking.found",
        "ranking.self",
        "ranking.category",
    }


def test_an_order_needs_two_entries_that_all_have_a_score(judge_ranking, build_response):
    assert "ranking.score" not in judge_ranking(build_response(ASKED))[1]
    assert "ranking.score" not in judge_ranking(build_response(ASKED, {"Score": None}, {}))[1]
    assert "ranking.score" in judge_ranking(build_response(ASKED, {"Score": 0.9}))[1]
    assert judge_ranking(build_response(ASKED, {"Score": 0.9}))[0] == {}


def test_a_score_above_the_one_before_it(judge_ranking, build_response):
    found, _ = judge_ranking(build_response(ASKED, {"Score": 0.5}, {"Score": 0.6}))
    finding = found["ranking.score"]
    assert (finding.where, finding.actual, finding.expected) == ("/Auctions/2/Score", 0.6, ("at most 0.5",))
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
def test_first_values_descend_with_the_scores(judge_ranking, build_response, first, second, place):
    found, exercised = judge_ranking(build_response(ASKED | {"SortExprValues": first}, {"SortExprValues": second}))
    assert ("ranking.sortexprvalues" in exercised) is (first != "x")
    assert ("ranking.sortexprvalues" in found) is (place is not None)
    if place is not None:
        finding = found["ranking.sortexprvalues"]
        assert (finding.where, finding.actual) == (f"/Auctions/{place}/SortExprValues", float(second.partition(";")[0]))


def test_first_values_are_compared_within_one_category_and_where_scores_differ(judge_ranking, build_response):
    rows = (ASKED | {"SortExprValues": "1;0"}, {"SortExprValues": "2;0", "CategoryId": 1})
    assert "ranking.sortexprvalues" not in judge_ranking(build_response(*rows))[1]
    same = ({"SortExprValues": "1;0", "Score": 0.5}, {"SortExprValues": "2;0", "Score": 0.5})
    assert "ranking.sortexprvalues" not in judge_ranking(build_response(*same))[0]


@pytest.mark.parametrize(("approximate", "level"), [(False, Level.MUST), (True, Level.SHOULD)])
def test_a_lower_score_has_a_lower_level_for_an_approximate_engine(judge_ranking, build_response, approximate, level):
    finding = judge_ranking(build_response({}, ASKED), approximate=approximate)[0]["ranking.self"]
    assert (finding.level, finding.where) == (level, "/Auctions")
    assert (finding.expected, finding.actual) == (("demo / demo",), "p0 / a")
    assert judge_ranking(build_response({"Score": 0.9}, ASKED | {"Score": 0.9}))[0] == {}


def test_an_image_that_is_missing(judge_ranking, build_response):
    finding = judge_ranking(build_response({}, {}))[0]["ranking.found"]
    assert (finding.where, finding.expected, finding.actual) == ("/Auctions/0", ("demo / demo",), "p0 / a")
    assert "ranking.found" not in judge_ranking(build_response())[1]


@pytest.mark.parametrize("count", ["2", "3"])
def test_a_full_page_of_equal_scores_may_hide_the_image(judge_ranking, build_response, count):
    found, _ = judge_ranking(build_response({"Score": 0.5}, {"Score": 0.5}), {"Num": count})
    assert ("ranking.found" in found) is (count == "3")


@pytest.mark.parametrize("changes", [{"Start": "1"}, {"CategoryId": "0"}, {"Filter": "int_attr=1"}])
def test_a_restricted_search_may_hide_the_image(judge_ranking, build_response, changes):
    assert not {"ranking.found", "ranking.self"} & judge_ranking(build_response({}, {}), changes)[1]


def test_an_entry_of_another_category(judge_ranking, build_response):
    finding = judge_ranking(build_response(ASKED, {"CategoryId": 3}, reported=0))[0]["ranking.category"]
    assert (finding.where, finding.expected, finding.actual) == ("/Auctions/1/CategoryId", ("0",), 3)
    assert "ranking.category" not in judge_ranking(build_response(ASKED, {"CategoryId": None}))[0]
    assert "ranking.category" not in judge_ranking(build_response())[1]


def test_entries_without_scores_hide_no_image(judge_ranking, build_response):
    bare = ({"Score": None}, {"Score": None})
    assert "ranking.found" in judge_ranking(build_response(*bare), {"Num": "2"})[0]


def test_the_default_of_start_is_the_first_entry(judge_ranking, build_response):
    assert "ranking.found" in judge_ranking(build_response({}, {}), {"Start": "0"})[0]
