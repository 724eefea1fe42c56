"""Two responses that have to agree: in their entries, their scores, or every field."""

import copy
import json

import pytest

from imagesearch_conformance.model.expectation import Relation

ABOUT = "response.repeatable"


@pytest.fixture
def compare_responses(builder, judge_relation, describe_findings):
    """Judge two responses: True if passed, None if not exercised, else the findings."""

    def run(relation, first, second):
        judgement = judge_relation(relation, [(builder.request(), first), (builder.request(), second)])
        return describe_findings(judgement, "expected", "actual", "where", "exchange_index")

    return run


@pytest.fixture
def build_response(sample):
    """Build a success response with an entry for each picture and score; a score of None is left out."""

    def build(*rows):
        entries = [
            {"ProductId": "p", "PicName": picture, "CategoryId": 0}
            | ({} if score is None else {"Score": score, "SortExprValues": f"{score};0"})
            for picture, score in rows
        ]
        head = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    return build


def undecodable(document):
    """The response with an attribute that is not UTF-8."""
    document["Auctions"][0]["StrAttr"] = "@"
    return json.dumps(document).encode().replace(b"@", b"\xff")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([("a", 0.5)], [("a", 0.5)], True),
        ([("a", 0.5)], [("a", 0.25)], [(("0.5",), 0.25, "/Auctions", 1)]),
        ([("a", 0.5), ("b", 0.4)], [("b", 0.3)], [(("0.4",), 0.3, "/Auctions", 1)]),
        ([("a", 0.5), ("b", 0.4)], [("c", 0.3), ("b", 0.4)], True),
        ([("a", 0.5)], [("b", 0.3)], None),
        ([("a", 0.5)], [], None),
        ([("a", None)], [("a", 0.5)], None),
        ([("a", 0.5)], [("a", None)], None),
        ([("a", None), ("b", 0.4)], [("a", 0.5), ("b", 0.4)], True),
        ([("a", 0.0)], [("a", 0.0)], True),
        ([("a", 0.0)], [("a", 0.5)], [(("0.0",), 0.5, "/Auctions", 1)]),
        ([("a", 0.5)], [("a", 0.0)], [(("0.5",), 0.0, "/Auctions", 1)]),
    ],
)
def test_entries_of_both_responses_have_the_same_score(compare_responses, build_response, first, second, expected):
    assert compare_responses(Relation.SAME_SCORES, build_response(*first), build_response(*second)) == expected


@pytest.mark.parametrize(("other", "same"), [(1e-6, True), (2e-6, False)])
def test_scores_within_a_millionth_are_equal(compare_responses, build_response, other, same):
    assert (
        compare_responses(Relation.SAME_SCORES, build_response(("a", 0.0)), build_response(("a", other))) is True
    ) is same


def test_scores_of_entries_without_names_are_not_compared(compare_responses, build_response):
    nameless = build_response(("a", 0.5), ("b", 0.4))
    del nameless["Auctions"][1]["PicName"]
    assert compare_responses(Relation.SAME_SCORES, nameless, build_response(("a", 0.1))) is None
    assert compare_responses(Relation.SAME_SCORES, build_response(("a", 0.1)), nameless) is None


def test_entries_of_undecodable_responses_are_not_compared(compare_responses, build_response):
    for relation in (Relation.SAME_SCORES, Relation.SAME_ENTRIES):
        assert compare_responses(relation, build_response(("a", 0.5)), undecodable(build_response(("a", 0.1)))) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ab", "ab", True),
        ("", "", True),
        ("ab", "ba", [(("p / a, p / b",), "p / b, p / a", "/Auctions", 1)]),
        ("a", "ab", [(("p / a",), "p / a, p / b", "/Auctions", 1)]),
        ("a", "", [(("p / a",), "nothing", "/Auctions", 1)]),
    ],
)
def test_both_responses_list_the_same_images_in_the_same_order(
    compare_responses, build_response, first, second, expected
):
    pair = (build_response(*((letter, 0.5) for letter in letters)) for letters in (first, second))
    assert compare_responses(Relation.SAME_ENTRIES, *pair) == expected


@pytest.fixture
def change_sample(sample):
    """Build the sample response with one field changed or left out."""

    def change(*path, value=...):
        document = copy.deepcopy(sample)
        *above, last = path
        place = document
        for name in above:
            place = place[name]
        del place[last]
        if value is not ...:
            place[last] = value
        return document

    return change


def test_responses_that_differ_in_varying_fields_are_equal(compare_responses, sample, change_sample):
    assert compare_responses(Relation.SAME_RESPONSE, sample, sample) is True
    assert compare_responses(Relation.SAME_RESPONSE, sample, change_sample("RequestId", value="another")) is True
    assert compare_responses(Relation.SAME_RESPONSE, sample, change_sample("Head", "SearchTime", value=99)) is True


def test_the_finding_has_both_values_of_a_different_field(compare_responses, sample, change_sample):
    other = change_sample("Auctions", 0, "SortExprValues", value="other")
    values = sample["Auctions"][0]["SortExprValues"]
    where = "/Auctions/0/SortExprValues"
    assert compare_responses(Relation.SAME_RESPONSE, sample, other) == [((values,), "other", where, 1)]
    assert compare_responses(Relation.SAME_RESPONSE, other, sample) == [(("other",), values, where, 1)]


def test_a_field_that_only_one_response_has_differs(compare_responses, sample, change_sample):
    lacking = change_sample("Auctions", 0, "SortExprValues")
    values, where = sample["Auctions"][0]["SortExprValues"], "/Auctions/0/SortExprValues"
    assert compare_responses(Relation.SAME_RESPONSE, sample, lacking) == [((values,), "nothing", where, 1)]
    assert compare_responses(Relation.SAME_RESPONSE, lacking, sample) == [(("nothing",), values, where, 1)]


def test_an_additional_entry_differs(compare_responses, build_response):
    ((_, actual, where, _),) = compare_responses(
        Relation.SAME_RESPONSE, build_response(("a", 0.5)), build_response(("a", 0.5), ("b", 0.4))
    )
    assert where.startswith(("/Auctions/1/", "/Head/"))
    assert actual != "nothing"


def test_a_response_without_a_list_is_not_compared(compare_responses, sample, change_sample):
    assert compare_responses(Relation.SAME_RESPONSE, sample, change_sample("Auctions")) is None
