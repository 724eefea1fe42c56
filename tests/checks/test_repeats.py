"""Two replies that have to say the same: the same entries, the same scores, or the same in every field."""

import copy
import json

import pytest

from imagesearch_conformance.model.expectation import Relation

ABOUT = "response.repeatable"


@pytest.fixture
def look(shop, compared, said):
    """How two replies are judged: True for held, None for nothing, else expected, actual, where and which reply."""

    def judged(relation, first, second):
        judgement = compared(relation, [(shop.request(), first), (shop.request(), second)])
        return said(judgement, "expected", "actual", "where", "exchange_index")

    return judged


@pytest.fixture
def listing(sample):
    """A success with an entry for each picture and its score; a score of None is left out."""

    def made(*rows):
        entries = [
            {"ProductId": "p", "PicName": picture, "CategoryId": 0}
            | ({} if score is None else {"Score": score, "SortExprValues": f"{score};0"})
            for picture, score in rows
        ]
        head = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    return made


def undecodable(document):
    """The reply with an attribute that is no UTF-8."""
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
def test_what_both_replies_list_has_the_same_score(look, listing, first, second, expected):
    assert look(Relation.SAME_SCORES, listing(*first), listing(*second)) == expected


@pytest.mark.parametrize(("other", "same"), [(1e-6, True), (2e-6, False)])
def test_scores_a_millionth_apart_are_the_same(look, listing, other, same):
    assert (look(Relation.SAME_SCORES, listing(("a", 0.0)), listing(("a", other))) is True) is same


def test_entries_that_do_not_say_which_they_are_have_no_scores_to_compare(look, listing):
    nameless = listing(("a", 0.5), ("b", 0.4))
    del nameless["Auctions"][1]["PicName"]
    assert look(Relation.SAME_SCORES, nameless, listing(("a", 0.1))) is None
    assert look(Relation.SAME_SCORES, listing(("a", 0.1)), nameless) is None


def test_replies_that_could_not_be_decoded_are_not_compared_by_their_entries(look, listing):
    for relation in (Relation.SAME_SCORES, Relation.SAME_ENTRIES):
        assert look(relation, listing(("a", 0.5)), undecodable(listing(("a", 0.1)))) is None


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
def test_both_replies_list_the_same_images_in_the_same_order(look, listing, first, second, expected):
    pair = (listing(*((letter, 0.5) for letter in letters)) for letters in (first, second))
    assert look(Relation.SAME_ENTRIES, *pair) == expected


@pytest.fixture
def changed(sample):
    """The sample reply with one field changed, or left out."""

    def made(*path, value=...):
        document = copy.deepcopy(sample)
        *above, last = path
        place = document
        for name in above:
            place = place[name]
        del place[last]
        if value is not ...:
            place[last] = value
        return document

    return made


def test_a_reply_that_says_the_same_but_for_what_varies_is_the_same(look, sample, changed):
    assert look(Relation.SAME_RESPONSE, sample, sample) is True
    assert look(Relation.SAME_RESPONSE, sample, changed("RequestId", value="another")) is True
    assert look(Relation.SAME_RESPONSE, sample, changed("Head", "SearchTime", value=99)) is True


def test_a_field_that_differs_is_named_with_both_values(look, sample, changed):
    other = changed("Auctions", 0, "SortExprValues", value="other")
    values = sample["Auctions"][0]["SortExprValues"]
    where = "/Auctions/0/SortExprValues"
    assert look(Relation.SAME_RESPONSE, sample, other) == [((values,), "other", where, 1)]
    assert look(Relation.SAME_RESPONSE, other, sample) == [(("other",), values, where, 1)]


def test_a_field_that_only_one_of_two_replies_has_differs(look, sample, changed):
    lacking = changed("Auctions", 0, "SortExprValues")
    values, where = sample["Auctions"][0]["SortExprValues"], "/Auctions/0/SortExprValues"
    assert look(Relation.SAME_RESPONSE, sample, lacking) == [((values,), "nothing", where, 1)]
    assert look(Relation.SAME_RESPONSE, lacking, sample) == [(("nothing",), values, where, 1)]


def test_an_entry_more_is_found_by_its_fields(look, listing):
    ((_, actual, where, _),) = look(Relation.SAME_RESPONSE, listing(("a", 0.5)), listing(("a", 0.5), ("b", 0.4)))
    assert where.startswith(("/Auctions/1/", "/Head/"))
    assert actual != "nothing"


def test_a_reply_without_its_list_is_not_compared(look, sample, changed):
    assert look(Relation.SAME_RESPONSE, sample, changed("Auctions")) is None
