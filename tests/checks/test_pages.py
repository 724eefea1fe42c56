"""Pages of one ranking, made by hand: which ones fit together, and which do not."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Capabilities

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
def judged(shop, compared, page):
    """The judgement of pages `(start, num, letters, counters)`, or of a reply in place of letters and counters."""

    def made(relation, *pages):
        requests = (shop.request({"Start": str(start), "Num": str(num)}) for start, num, *_ in pages)
        replies = (shown[0] if isinstance(shown[0], dict) else page(*shown) for _, _, *shown in pages)
        return compared(relation, zip(requests, replies, strict=True))

    return made


@pytest.fixture
def look(judged, said):
    """How pages are judged: True for held, None for nothing, else what is wrong."""
    return lambda relation, *pages: said(judged(relation, *pages), "expected", "actual", "exchange_index")


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
    assert look(Relation.FULL_PAGE, *pages) == expected


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
        ([(0, 3, "abc"), (3, 3, "dea"), (6, 3, "f"), (2, 2, "cd")], [(("each image once",), words("a"), 2)]),
        ([(4, 3, "abc"), (7, 3, "def"), (6, 2, "dc")], [((words("cd"),), words("dc"), 2)]),
    ],
)
def test_pages_list_nothing_twice_and_fit_one_across_them(look, pages, expected):
    assert look(Relation.CONSISTENT_PAGES, *pages) == expected


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
        (
            [(0, 2, "a", (0, 0)), (2, 2, "", (0, 0))],
            [(("one counter that stays the same",), {"DocsFound": [0, 0], "DocsReturn": [0, 0]}, 1)],
        ),
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
        ([(0, 2, "ab", (2, 6)), (2, 2, "cd", (2, 6)), (4, 2, "e", (1, 6))], [(("5",), 6, 2)]),
    ],
)
def test_the_counters_count_all_entries_where_the_last_page_is_not_full(look, pages, expected):
    assert look(Relation.TOTAL_COUNT, *pages) == expected


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


@pytest.mark.parametrize(
    ("relation", "pages", "where"),
    [
        (Relation.SAME_COUNTERS, [(0, 2, "ab", (2, 5)), (2, 1, "c", (1, 6))], "/Head"),
        (Relation.TOTAL_COUNT, [(0, 2, "ab", (2, 9)), (2, 2, "c", (1, 9))], "/Head"),
        (Relation.FULL_PAGE, [(0, 3, "ab"), (3, 3, "def")], "/Auctions"),
        (Relation.EMPTY_BEYOND, [(0, 2, "ab", (2, 5)), (5, 2, "f")], "/Auctions"),
    ],
)
def test_a_finding_points_at_the_counters_or_at_the_entries(judged, relation, pages, where):
    assert [one.where for one in judged(relation, *pages).findings if one.requirement == ABOUT] == [where]


@pytest.mark.parametrize(
    ("start", "head", "told"),
    [
        (0, {"DocsFound": 0, "DocsReturn": 0}, True),
        (0, {"DocsFound": 1, "DocsReturn": 0}, False),
        (0, {"DocsFound": 0, "DocsReturn": 1}, False),
        (5, {"DocsFound": 5, "DocsReturn": 5}, True),
        (5, {"DocsFound": 0, "DocsReturn": 6}, False),
        (0, {"DocsReturn": 0}, True),
        (0, {"DocsFound": "0"}, False),
        (0, {}, False),
        (0, None, False),
    ],
)
def test_a_reply_without_its_list_is_empty_where_no_counter_speaks_of_entries(look, page, start, head, told):
    bare = {name: value for name, value in page("").items() if name not in {"Auctions", "Head"}}
    reply = bare if head is None else bare | {"Head": head}
    assert look(Relation.NO_ENTRIES, (start, 5, reply)) is (True if told else None)


def test_beyond_what_cannot_be_counted_nothing_is_said(look, page):
    lacking = {name: value for name, value in page("").items() if name not in {"Auctions", "Head"}}
    assert look(Relation.EMPTY_BEYOND, (0, 2, "ab", (2, 5)), (5, 2, lacking)) is None
    uncounted = page("ab") | {"Head": {"DocsFound": 2}}
    assert look(Relation.EMPTY_BEYOND, (0, 2, uncounted), (5, 2, "f")) is None
    assert look(Relation.TOTAL_COUNT, (0, 2, "ab", (2, 3)), (2, 2, page("c") | {"Head": {"DocsFound": 9}})) is None
    assert look(Relation.TOTAL_COUNT, (0, 2, lacking), (2, 2, "c", (1, 9))) is None
    assert look(Relation.SAME_COUNTERS, (0, 2, uncounted), (2, 2, "c", (9, 9))) is None


def test_what_only_searches_that_find_something_say_is_due_where_nothing_tells_that_none_was_found(found, page):
    bare = {name: value for name, value in page("").items() if name not in {"Auctions", "Head", "PicInfo"}}
    lacking = {(f"response.{name}.present", "") for name in ("auctions", "head", "picinfo")}
    assert found(bare) == lacking
    assert found(bare | {"Auctions": []}) == {("response.head.present", "")}
    listed = page("a")["Auctions"]
    assert lacking - found(bare | {"Auctions": listed}) == {("response.auctions.present", "")}


def test_a_list_with_something_that_is_no_entry_is_compared_with_nothing(look, page):
    spoiled = page("abcd")
    spoiled["Auctions"].append("e")
    for relation in (Relation.SLICES, Relation.CONSISTENT_PAGES, Relation.SAME_ENTRIES):
        assert look(relation, (0, 5, spoiled), (1, 2, "cb")) is None


@pytest.mark.parametrize(("approximate", "level"), [(True, Level.SHOULD), (False, Level.MUST)])
def test_an_approximate_engine_may_mix_pages_up_and_not_refuse_one(  # noqa: PLR0913, PLR0917 what a row says
    contract, target, shop, related, exchange, page, approximate, level
):
    engine = evolve(target, capabilities=Capabilities(approximate=approximate))
    case = related(Relation.CONSISTENT_PAGES, *(shop.request({"Start": str(start), "Num": "3"}) for start in (0, 3, 2)))
    replies = [exchange(case, page(letters), index=index) for index, letters in enumerate(("abc", "def", "cxe"))]
    assert [one.level for one in judge(contract, engine, case, replies).findings] == [level]
    replies[2] = exchange(case, {"Code": "InternalError", "Message": "none", "RequestId": "x"}, 500, index=2)
    found = [one for one in judge(contract, engine, case, replies).findings if one.requirement == ABOUT]
    assert [(one.level, one.where) for one in found] == [(Level.MUST, "status")]


def test_relations_say_nothing_of_refusals_or_of_lists_that_are_missing(
    contract, target, shop, related, exchange, page
):
    lacking = {name: value for name, value in page("abc").items() if name != "Auctions"}
    refused = ({"Code": "InternalError", "Message": "none", "RequestId": "x"}, 500)
    for relation in (
        Relation.FULL_PAGE,
        Relation.CONSISTENT_PAGES,
        Relation.SLICES,
        Relation.SAME_COUNTERS,
        Relation.TOTAL_COUNT,
    ):
        case = related(relation, *[shop.request()] * 3)
        replies = [exchange(case, page("abc")), exchange(case, lacking), exchange(case, page("abc"))]
        assert ABOUT not in judge(contract, target, case, replies).exercised
        replies[1] = exchange(case, *refused)
        findings = judge(contract, target, case, replies).findings
        assert {one.where for one in findings if one.requirement == ABOUT} == {"status"}
