"""Pages of one ranking, made by hand: which ones fit together, and which do not."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.relation import Relation

ABOUT = "paging.concatenation"


@pytest.fixture
def page(sample):
    """A success with an entry for each letter, and the counters given."""

    def made(letters, counters=None):
        entry = {"ProductId": "p", "CategoryId": 0, "Score": 0.5, "SortExprValues": "0.5;0"}
        entries = [entry | {"PicName": letter} for letter in letters]
        found, returned = counters or (len(letters), len(letters))
        return sample | {
            "Auctions": entries,
            "Head": {"DocsFound": found, "DocsReturn": returned, "SearchTime": 1},
        }

    return made


@pytest.fixture
def look(contract, target, shop, exchange, page):
    """How pages `(start, num, letters, counters)` are judged: True for held, None for nothing, else what is wrong."""

    def judged(relation, *pages):
        probes = tuple(Probe(shop.request({"Start": str(start), "Num": str(num)})) for start, num, *_ in pages)
        case = evolve(shop.accepted(f"{ABOUT}/made", "made", shop.request()), requirements=(ABOUT,), probes=probes)
        case = evolve(case, relation=relation)
        replies = [page(*shown) for _, _, *shown in pages]
        exchanges = [exchange(case, reply, index=index) for index, reply in enumerate(replies)]
        judgement = judge(contract, target, case, exchanges)
        found = [(one.expected, one.actual, one.exchange) for one in judgement.findings if one.requirement == ABOUT]
        return found or (True if ABOUT in judgement.exercised else None)

    return judged


def words(letters):
    return ", ".join(f"p / {letter}" for letter in letters) or "nothing"


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 3, "abc"), (3, 3, "def")], True),
        ([(0, 3, "abc"), (3, 3, "d")], True),
        ([(0, 3, "abc"), (3, 3, "")], True),
        ([(0, 3, "ab"), (3, 3, "def")], [(("3",), 2, 0)]),
        ([(0, 3, "abc"), (3, 3, "de"), (6, 3, "g")], [(("3",), 2, 1)]),
        ([(0, 3, "abc"), (3, 3, ""), (5, 3, "f")], [(("3",), 0, 1)]),
        ([(0, 3, "abc"), (3, 4, "d"), (5, 1, "f")], [(("3",), 1, 1)]),
        ([(0, 3, "ab"), (3, 3, "")], None),
        ([(0, 3, ""), (3, 3, "")], None),
    ],
)
def test_no_page_is_short_while_another_lists_what_is_behind(look, pages, expected):
    assert look(Relation.FULL, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 3, "abc"), (3, 3, "def"), (2, 2, "cd")], True),
        ([(4, 3, "abc"), (7, 3, "def"), (6, 2, "cd")], True),
        ([(0, 3, "abc"), (3, 3, "def"), (2, 2, "cde")], True),
        ([(0, 3, "abc"), (3, 3, "def"), (2, 2, "cx")], [((words("cd"),), words("cx"), 2)]),
        ([(0, 3, "abc"), (3, 3, "def"), (2, 2, "c")], [((words("cd"),), words("c"), 2)]),
        ([(0, 3, "abc"), (3, 3, "cde"), (2, 2, "cc")], [(("each image once",), words("c"), 1)]),
        ([(0, 3, "aba"), (3, 3, "def"), (2, 2, "ad")], [(("each image once",), words("a"), 1)]),
    ],
)
def test_pages_list_nothing_twice_and_fit_one_across_them(look, pages, expected):
    assert look(Relation.COHERENT, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 4, "abcd"), (1, 2, "bc")], True),
        ([(0, 4, "abcd"), (4, 4, "efgh"), (3, 2, "de")], True),
        ([(0, 4, "abcd"), (1, 2, "cb")], [((words("bc"),), words("cb"), 1)]),
        ([(2, 4, "abcd"), (3, 2, "bx")], [((words("bc"),), words("bx"), 1)]),
        ([(0, 4, "abcd"), (2, 3, "cde")], True),
        ([(0, 4, "abcd"), (2, 3, "cxe")], [((words("cd"),), words("cx"), 1)]),
        ([(0, 4, "abc"), (1, 3, "bcd")], [((words("bc"),), words("bcd"), 1)]),
        ([(0, 4, "abc"), (1, 2, "bcd")], True),
        ([(0, 4, "abc"), (1, 3, "bc")], True),
    ],
)
def test_a_page_is_the_part_of_the_longest_that_it_names(look, pages, expected):
    assert look(Relation.SLICES, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 2, "ab", (2, 5)), (2, 2, "cd", (2, 5))], True),
        ([(0, 2, "ab", (2, 5)), (2, 1, "c", (1, 5))], True),
        ([(0, 2, "ab", (2, 3)), (2, 1, "c", (1, 3))], True),
        (
            [(0, 2, "ab", (2, 2)), (2, 2, "cd", (2, 2))],
            [(("one counter that stays the same",), {"DocsFound": [2, 2], "DocsReturn": [2, 2]}, 1)],
        ),
        (
            [(0, 2, "ab", (2, 5)), (2, 1, "c", (1, 6))],
            [(("one counter that stays the same",), {"DocsFound": [2, 1], "DocsReturn": [5, 6]}, 1)],
        ),
        ([(0, 2, "", (0, 0)), (2, 2, "", (0, 0))], True),
    ],
)
def test_a_counter_stays_the_same_and_reaches_to_the_last_entry(look, pages, expected):
    assert look(Relation.SAME_COUNTERS, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 2, "ab", (2, 3)), (2, 2, "c", (1, 3))], True),
        ([(0, 2, "ab", (2, 9)), (2, 2, "c", (1, 9))], [(("3",), 9, 1)]),
        ([(0, 2, "ab", (2, 2)), (2, 2, "c", (1, 1))], [(("3",), 1, 1)]),
        ([(0, 2, "ab", (2, 9)), (2, 2, "cd", (2, 9))], None),
    ],
)
def test_the_counters_count_all_entries_where_the_last_page_is_not_full(look, pages, expected):
    assert look(Relation.TOTAL, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 2, "ab", (2, 5)), (5, 2, "")], True),
        ([(0, 2, "ab", (2, 5)), (6, 2, "")], True),
        ([(0, 2, "ab", (2, 5)), (5, 2, "f")], [(("0",), 1, 1)]),
        ([(0, 2, "ab", (2, 5)), (4, 2, "f")], None),
    ],
)
def test_a_page_beyond_all_entries_is_empty(look, pages, expected):
    assert look(Relation.EMPTY_BEYOND, *pages) == expected


def test_relations_say_nothing_of_refusals_or_of_lists_that_are_missing(contract, target, shop, exchange, page):
    probes = (Probe(shop.request()),) * 3
    made = evolve(shop.accepted(f"{ABOUT}/made", "made", shop.request()), requirements=(ABOUT,), probes=probes)
    lacking = {name: value for name, value in page("abc").items() if name != "Auctions"}
    refused = ({"Code": "InternalError", "Message": "none", "RequestId": "x"}, 500)
    for relation in (Relation.FULL, Relation.COHERENT, Relation.SLICES, Relation.SAME_COUNTERS, Relation.TOTAL):
        case = evolve(made, relation=relation)
        replies = [exchange(case, page("abc")), exchange(case, lacking), exchange(case, page("abc"))]
        assert ABOUT not in judge(contract, target, case, replies).exercised
        replies[1] = exchange(case, *refused)
        findings = judge(contract, target, case, replies).findings
        assert {one.where for one in findings if one.requirement == ABOUT} == {"status"}
