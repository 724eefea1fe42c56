"""A narrowed page beside pages of the whole ranking, all made by hand: which entries may be missing from it."""

import pytest
from attrs import evolve

from imagesearch_conformance.model.expectation import Relation

ABOUT = "distinctproductid.complete"
DISTINCT = (("DistinctProductId", "true"),)


@pytest.fixture(scope="session")
def contract(later):
    """Here the later revision."""
    return later


@pytest.fixture
def reply(sample):
    """A success with an entry for each product and score, of which either may be missing."""

    def made(rows):
        entries = [
            {"PicName": f"{product}{score}", "CategoryId": 0}
            | ({} if product is None else {"ProductId": product})
            | ({} if score is None else {"Score": score, "SortExprValues": f"{score};0"})
            for product, score in rows
        ]
        head = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    return made


@pytest.fixture
def look(shop, compared, said, reply):
    """How a narrowed page of so many is judged beside whole pages: True for held, None for nothing, else what is wrong.

    Whole pages are `(num, rows)`, the narrowed one asks for `num` with what is given.
    """

    def judged(relation, *whole, given, num, rows):
        start, requests = 0, []
        for count, _ in whole:
            requests.append(shop.request({"Start": str(start), "Num": str(count)}))
            start += count
        asked = shop.request({"Num": str(num)})
        requests.append(evolve(asked, parameters=(*asked.parameters, *given)))
        pages = [*(shown for _, shown in whole), rows]
        judgement = compared(relation, zip(requests, map(reply, pages), strict=True))
        return said(judgement, "expected", "actual", "where")

    return judged


@pytest.fixture
def above(look):
    """How a page with a threshold is judged."""

    def judged(text, num, rows, *whole, relation=Relation.THRESHOLD):
        return look(relation, *whole, given=(("ScoreThreshold", text),), num=num, rows=rows)

    return judged


def test_a_score_of_nothing_is_below_a_threshold(above):
    assert above("0.50", 5, [("a", 0.9)], (5, [("a", 0.9), ("b", 0.0)])) is True


def test_a_threshold_may_leave_more_than_the_page_asks_for(above):
    whole = (5, [("a", 0.9), ("b", 0.8), ("c", 0.1)])
    assert above("0.50", 1, [("a", 0.9)], whole) is True
    assert above("0.50", 1, [("b", 0.8)], whole) == [(("a / a0.9",), "b / b0.8", "/Auctions")]


def test_behind_a_whole_page_that_is_full_there_may_be_more(above):
    longer = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
    assert above("0.50", 5, longer, (2, longer[:2])) is True
    assert above("0.50", 5, longer, (3, longer[:2])) == [
        (("a / a0.9, b / b0.8",), "a / a0.9, b / b0.8, c / c0.7", "/Auctions")
    ]


def test_it_is_the_last_whole_page_that_tells_whether_there_is_more(above):
    first, second = (2, [("a", 0.9), ("b", 0.8)]), (2, [("c", 0.7)])
    listed = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
    assert above("0.50", 5, listed, first, second) is True
    assert above("0.50", 5, [*listed, ("d", 0.6)], first, second) not in (True, None)
    assert above("0.50", 5, [*listed, ("d", 0.6)], first, (1, second[1])) is True
    assert above("0.50", 5, [*listed, ("d", 0.6)], (9, first[1]), (1, second[1])) is True


def test_a_score_a_millionth_off_a_threshold_may_stay_or_go(above):
    for score in (0.4 - 1e-6, 0.4, 0.4 + 5e-7):
        whole = (5, [("a", 0.9), ("b", score)])
        assert above("0.40", 5, whole[1], whole) is True
        assert above("0.40", 5, [("a", 0.9)], whole) is True
    for score, listed in ((0.4 - 2e-6, True), (0.4 + 2e-6, False)):
        whole = (5, [("a", 0.9), ("b", score)])
        rows = whole[1] if listed else whole[1][:1]
        assert above("0.40", 5, rows, whole) not in (True, None)


def test_what_equals_a_threshold_stays_where_that_is_asked(above):
    inclusive = Relation.THRESHOLD_INCLUSIVE
    whole = (5, [("a", 0.9), ("b", 0.4 + 5e-7)])
    assert above("0.40", 5, whole[1], whole, relation=inclusive) is True
    assert above("0.40", 5, whole[1][:1], whole, relation=inclusive) not in (True, None)


def test_what_has_to_be_there_is_what_reaches_the_threshold(above):
    """What is a little less may be there, and is not asked for."""
    whole = (5, [("a", 0.9), ("b", 0.4 - 5e-7)])
    assert above("0.40", 5, [], whole) == [(("a / a0.9",), "nothing", "/Auctions")]


def test_without_a_threshold_or_without_scores_nothing_is_judged(above, look):
    whole = (5, [("a", 0.9), ("b", 0.4)])
    assert look(Relation.THRESHOLD, whole, given=(), num=5, rows=[]) is None
    assert look(Relation.THRESHOLD, whole, given=(("ScoreThreshold", "0.50"),) * 2, num=5, rows=[]) is None
    assert above("0.5", 5, [], whole) is None
    assert above("", 5, [], whole) is None
    assert above("0.50", 5, [], (5, [("a", None), ("b", 0.4)])) is None
    assert above("0.50", 5, [], (5, [(None, 0.9), ("b", 0.4)])) is None
    assert above("0.50", 5, [("a", None)], (5, [("a", 0.9)])) not in (True, None)


def lost(*products):
    return [(("every product of the first entries",), list(products), "/Auctions")]


WHOLE = (6, [("a", 0.9), ("a", 0.8), ("b", 0.7), ("c", 0.6), ("d", 0.5)])


@pytest.mark.parametrize(
    ("num", "rows", "expected"),
    [
        (6, [("a", 0.9), ("b", 0.7), ("c", 0.6), ("d", 0.5)], True),
        (6, [("a", 0.9), ("c", 0.6)], lost("b", "d")),
        # Only what the first entries show is due, as many of them as are asked for.
        (3, [("a", 0.9), ("b", 0.7)], True),
        (3, [("a", 0.9), ("c", 0.6)], lost("b")),
        (2, [("b", 0.7), ("c", 0.6)], lost("a")),
        # Another entry of a product than its best pushes others off a page that is full, and off no other.
        (2, [("b", 0.7), ("a", 0.8)], None),
        (3, [("a", 0.8), ("c", 0.6), ("d", 0.5)], None),
        (4, [("a", 0.8), ("c", 0.6), ("d", 0.5)], lost("b")),
        # What the whole ranking does not list at all is no worse entry.
        (3, [("a", 0.9), ("c", 0.6), ("z", 0.5)], lost("b")),
    ],
)
def test_every_product_of_the_first_entries_is_there(look, num, rows, expected):
    assert look(Relation.DISTINCT_COMPLETE, WHOLE, given=DISTINCT, num=num, rows=rows) == expected


@pytest.mark.parametrize(
    ("whole", "rows", "expected"),
    [
        ([("a", 0.9), ("a", 0.8), ("b", 0.7)], [("a", 0.9), ("b", 0.7)], True),
        ([("a", 0.9), ("a", 0.8), ("b", 0.7)], [("b", 0.7)], True),
        ([("a", 0.9), ("a", 0.8)], [("a", 0.8)], [(("a / a0.9",), "a / a0.8", "/Auctions")]),
        ([("a", 0.3), ("a", 0.0)], [("a", 0.0)], [(("a / a0.3",), "a / a0.0", "/Auctions")]),
        ([("a", 0.0), ("a", 0.0)], [("a", 0.0)], True),
        ([("a", 0.9)], [("z", 0.1)], True),
        ([("a", 0.9)], [("a", 0.95)], True),
        ([("a", None), ("a", 0.9)], [("a", 0.8)], None),
        ([("a", 0.9)], [("a", None)], None),
        ([(None, 0.9), ("a", 0.9)], [("a", 0.8)], None),
    ],
)
def test_each_entry_is_the_best_of_its_product(look, whole, rows, expected):
    assert look(Relation.DISTINCT_BEST, (9, whole), given=DISTINCT, num=9, rows=rows) == expected


@pytest.mark.parametrize("relation", [Relation.DISTINCT_COMPLETE, Relation.DISTINCT_BEST])
@pytest.mark.parametrize(
    "given", [(), (("DistinctProductId", "false"),), (("DistinctProductId", "True"),), DISTINCT * 2]
)
def test_products_are_judged_where_they_are_asked_for_in_so_many_words(look, relation, given):
    assert look(relation, WHOLE, given=given, num=6, rows=[("a", 0.8)]) is None
    assert look(relation, WHOLE, given=DISTINCT, num=6, rows=[("a", 0.8)]) not in (True, None)


def test_an_entry_without_a_product_may_be_the_one_that_is_missing(look):
    rows = [("a", 0.9), (None, 0.7)]
    assert look(Relation.DISTINCT_COMPLETE, WHOLE, given=DISTINCT, num=6, rows=rows) is None
