"""A page restricted by a threshold or by distinct products, and pages of the whole ranking."""

import pytest
from attrs import evolve

from imagesearch_conformance.model.expectation import Relation

ABOUT = "distinctproductid.complete"
DISTINCT = (("DistinctProductId", "true"),)


@pytest.fixture(scope="session")
def contract(later):
    """The later revision."""
    return later


@pytest.fixture
def build_response(sample):
    """Build a success response with an entry for each product and score; None is left out."""

    def build(rows):
        entries = [
            {"PicName": f"{product}{score}", "CategoryId": 0}
            | ({} if product is None else {"ProductId": product})
            | ({} if score is None else {"Score": score, "SortExprValues": f"{score};0"})
            for product, score in rows
        ]
        head = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    return build


@pytest.fixture
def judge_page(builder, judge_relation, describe_findings, build_response):
    """Judge a restricted page and whole pages: True if passed, None if not exercised, else the findings.

    Whole pages are `(num, rows)`; the restricted page has `num` and the parameters `given`.
    """

    def run(relation, *whole, given, num, rows):
        start, requests = 0, []
        for count, _ in whole:
            requests.append(builder.request({"Start": str(start), "Num": str(count)}))
            start += count
        asked = builder.request({"Num": str(num)})
        requests.append(evolve(asked, parameters=(*asked.parameters, *given)))
        pages = [*(shown for _, shown in whole), rows]
        judgement = judge_relation(relation, zip(requests, map(build_response, pages), strict=True))
        return describe_findings(judgement, "expected", "actual", "where")

    return run


@pytest.fixture
def judge_threshold(judge_page):
    """Judge a page with a threshold."""

    def run(text, num, rows, *whole, relation=Relation.THRESHOLD):
        return judge_page(relation, *whole, given=(("ScoreThreshold", text),), num=num, rows=rows)

    return run


def test_a_zero_score_is_below_a_threshold(judge_threshold):
    assert judge_threshold("0.50", 5, [("a", 0.9)], (5, [("a", 0.9), ("b", 0.0)])) is True


def test_more_entries_than_the_page_size_may_reach_the_threshold(judge_threshold):
    whole = (5, [("a", 0.9), ("b", 0.8), ("c", 0.1)])
    assert judge_threshold("0.50", 1, [("a", 0.9)], whole) is True
    assert judge_threshold("0.50", 1, [("b", 0.8)], whole) == [(("a / a0.9",), "b / b0.8", "/Auctions")]


def test_a_full_page_of_the_ranking_may_have_more_entries_behind(judge_threshold):
    longer = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
    assert judge_threshold("0.50", 5, longer, (2, longer[:2])) is True
    assert judge_threshold("0.50", 5, longer, (3, longer[:2])) == [
        (("a / a0.9, b / b0.8",), "a / a0.9, b / b0.8, c / c0.7", "/Auctions")
    ]


def test_the_last_page_of_the_ranking_shows_whether_it_is_complete(judge_threshold):
    first, second = (2, [("a", 0.9), ("b", 0.8)]), (2, [("c", 0.7)])
    listed = [("a", 0.9), ("b", 0.8), ("c", 0.7)]
    assert judge_threshold("0.50", 5, listed, first, second) is True
    assert judge_threshold("0.50", 5, [*listed, ("d", 0.6)], first, second) not in (True, None)
    assert judge_threshold("0.50", 5, [*listed, ("d", 0.6)], first, (1, second[1])) is True
    assert judge_threshold("0.50", 5, [*listed, ("d", 0.6)], (9, first[1]), (1, second[1])) is True


def test_a_score_within_a_millionth_of_the_threshold_may_be_listed_or_not(judge_threshold):
    for score in (0.4 - 1e-6, 0.4, 0.4 + 5e-7):
        whole = (5, [("a", 0.9), ("b", score)])
        assert judge_threshold("0.40", 5, whole[1], whole) is True
        assert judge_threshold("0.40", 5, [("a", 0.9)], whole) is True
    for score, listed in ((0.4 - 2e-6, True), (0.4 + 2e-6, False)):
        whole = (5, [("a", 0.9), ("b", score)])
        rows = whole[1] if listed else whole[1][:1]
        assert judge_threshold("0.40", 5, rows, whole) not in (True, None)


def test_an_inclusive_threshold_lists_equal_scores(judge_threshold):
    inclusive = Relation.THRESHOLD_INCLUSIVE
    whole = (5, [("a", 0.9), ("b", 0.4 + 5e-7)])
    assert judge_threshold("0.40", 5, whole[1], whole, relation=inclusive) is True
    assert judge_threshold("0.40", 5, whole[1][:1], whole, relation=inclusive) not in (True, None)


def test_the_expected_entries_reach_the_threshold(judge_threshold):
    """A slightly lower score may be listed, and is not expected."""
    whole = (5, [("a", 0.9), ("b", 0.4 - 5e-7)])
    assert judge_threshold("0.40", 5, [], whole) == [(("a / a0.9",), "nothing", "/Auctions")]


def test_without_a_threshold_or_without_scores_nothing_is_judged(judge_threshold, judge_page):
    whole = (5, [("a", 0.9), ("b", 0.4)])
    assert judge_page(Relation.THRESHOLD, whole, given=(), num=5, rows=[]) is None
    assert judge_page(Relation.THRESHOLD, whole, given=(("ScoreThreshold", "0.50"),) * 2, num=5, rows=[]) is None
    assert judge_threshold("0.5", 5, [], whole) is None
    assert judge_threshold("", 5, [], whole) is None
    assert judge_threshold("0.50", 5, [], (5, [("a", None), ("b", 0.4)])) is None
    assert judge_threshold("0.50", 5, [], (5, [(None, 0.9), ("b", 0.4)])) is None
    assert judge_threshold("0.50", 5, [("a", None)], (5, [("a", 0.9)])) not in (True, None)


def missing_products(*products):
    return [(("every product of the first entries",), list(products), "/Auctions")]


WHOLE = (6, [("a", 0.9), ("a", 0.8), ("b", 0.7), ("c", 0.6), ("d", 0.5)])


@pytest.mark.parametrize(
    ("num", "rows", "expected"),
    [
        (6, [("a", 0.9), ("b", 0.7), ("c", 0.6), ("d", 0.5)], True),
        (6, [("a", 0.9), ("c", 0.6)], missing_products("b", "d")),
        # Only the products of the first `num` entries are expected.
        (3, [("a", 0.9), ("b", 0.7)], True),
        (3, [("a", 0.9), ("c", 0.6)], missing_products("b")),
        (2, [("b", 0.7), ("c", 0.6)], missing_products("a")),
        # An entry other than the best of its product displaces others only from a full page.
        (2, [("b", 0.7), ("a", 0.8)], None),
        (3, [("a", 0.8), ("c", 0.6), ("d", 0.5)], None),
        (4, [("a", 0.8), ("c", 0.6), ("d", 0.5)], missing_products("b")),
        # A product that the ranking lacks is not a worse entry.
        (3, [("a", 0.9), ("c", 0.6), ("z", 0.5)], missing_products("b")),
    ],
)
def test_every_product_of_the_first_entries_is_listed(judge_page, num, rows, expected):
    assert judge_page(Relation.DISTINCT_COMPLETE, WHOLE, given=DISTINCT, num=num, rows=rows) == expected


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
def test_each_entry_is_the_best_of_its_product(judge_page, whole, rows, expected):
    assert judge_page(Relation.DISTINCT_BEST, (9, whole), given=DISTINCT, num=9, rows=rows) == expected


@pytest.mark.parametrize("relation", [Relation.DISTINCT_COMPLETE, Relation.DISTINCT_BEST])
@pytest.mark.parametrize(
    "given", [(), (("DistinctProductId", "false"),), (("DistinctProductId", "True"),), DISTINCT * 2]
)
def test_distinct_products_are_judged_only_in_the_documented_notation(judge_page, relation, given):
    assert judge_page(relation, WHOLE, given=given, num=6, rows=[("a", 0.8)]) is None
    assert judge_page(relation, WHOLE, given=DISTINCT, num=6, rows=[("a", 0.8)]) not in (True, None)


def test_an_entry_without_a_product_may_be_the_missing_one(judge_page):
    rows = [("a", 0.9), (None, 0.7)]
    assert judge_page(Relation.DISTINCT_COMPLETE, WHOLE, given=DISTINCT, num=6, rows=rows) is None
