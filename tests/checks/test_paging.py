"""Hand-made pages of one ranking, consistent or not."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Capabilities

ABOUT = "paging.concatenation"


@pytest.fixture
def build_page(sample):
    """Build a success response with an entry for each letter, and counters."""

    def build(letters, counters=None):
        entry = {"ProductId": "p", "CategoryId": 0, "Score": 0.5, "SortExprValues": "0.5;0"}
        entries = [entry | {"PicName": letter} for letter in letters]
        found, returned = counters or (len(letters), len(letters))
        return sample | {
            "Auctions": entries,
            "Head": {"DocsFound": found, "DocsReturn": returned, "SearchTime": 1},
        }

    return build


@pytest.fixture
def judge_pages(builder, judge_relation, build_page):
    """Judge pages `(start, num, letters, counters)`, or `(start, num, response)`."""

    def run(relation, *pages):
        requests = (builder.request({"Start": str(start), "Num": str(num)}) for start, num, *_ in pages)
        responses = (shown[0] if isinstance(shown[0], dict) else build_page(*shown) for _, _, *shown in pages)
        return judge_relation(relation, zip(requests, responses, strict=True))

    return run


@pytest.fixture
def describe_pages(judge_pages, describe_findings):
    """Judge pages: True if passed, None if not exercised, else the findings."""
    return lambda relation, *pages: describe_findings(
        judge_pages(relation, *pages), "expected", "actual", "exchange_index"
    )


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
def test_no_page_is_short_while_another_lists_entries_behind_it(describe_pages, pages, expected):
    assert describe_pages(Relation.FULL_PAGE, *pages) == expected


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
def test_pages_list_no_image_twice_and_match_an_overlapping_page(describe_pages, pages, expected):
    assert describe_pages(Relation.CONSISTENT_PAGES, *pages) == expected


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
def test_a_page_is_a_slice_of_the_longest_page(describe_pages, pages, expected):
    assert describe_pages(Relation.SLICES, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 2, "ab", (2, 5)), (2, 2, "cd", (2, 5))], True),
        ([(0, 2, "ab", (2, 5)), (2, 1, "c", (1, 5))], True),
        ([(0, 2, "ab", (2, 3)), (2, 1, "c", (1, 3))], True),
        (
            [(0, 2, "ab", (2, 2)), (2, 2, "cd", (2, 2))],
            [(("a counter that stays the same",), {"DocsFound": [2, 2], "DocsReturn": [2, 2]}, 1)],
        ),
        (
            [(0, 2, "ab", (2, 5)), (2, 1, "c", (1, 6))],
            [(("a counter that stays the same",), {"DocsFound": [2, 1], "DocsReturn": [5, 6]}, 1)],
        ),
        ([(0, 2, "", (0, 0)), (2, 2, "", (0, 0))], True),
        (
            [(0, 2, "a", (0, 0)), (2, 2, "", (0, 0))],
            [(("a counter that stays the same",), {"DocsFound": [0, 0], "DocsReturn": [0, 0]}, 1)],
        ),
    ],
)
def test_a_counter_stays_the_same_and_reaches_to_the_last_entry(describe_pages, pages, expected):
    assert describe_pages(Relation.SAME_COUNTERS, *pages) == expected


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
def test_a_counter_has_the_total_if_the_last_page_is_not_full(describe_pages, pages, expected):
    assert describe_pages(Relation.TOTAL_COUNT, *pages) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(0, 2, "ab", (2, 5)), (5, 2, "")], True),
        ([(0, 2, "ab", (2, 5)), (6, 2, "")], True),
        ([(0, 2, "ab", (2, 5)), (5, 2, "f")], [(("0",), 1, 1)]),
        ([(0, 2, "ab", (2, 5)), (4, 2, "f")], None),
    ],
)
def test_a_page_beyond_all_entries_is_empty(describe_pages, pages, expected):
    assert describe_pages(Relation.EMPTY_BEYOND, *pages) == expected


@pytest.mark.parametrize(
    ("relation", "pages", "where"),
    [
        (Relation.SAME_COUNTERS, [(0, 2, "ab", (2, 5)), (2, 1, "c", (1, 6))], "/Head"),
        (Relation.TOTAL_COUNT, [(0, 2, "ab", (2, 9)), (2, 2, "c", (1, 9))], "/Head"),
        (Relation.FULL_PAGE, [(0, 3, "ab"), (3, 3, "def")], "/Auctions"),
        (Relation.EMPTY_BEYOND, [(0, 2, "ab", (2, 5)), (5, 2, "f")], "/Auctions"),
    ],
)
def test_a_finding_points_at_the_counters_or_at_the_entries(judge_pages, relation, pages, where):
    assert [finding.where for finding in judge_pages(relation, *pages).findings if finding.requirement == ABOUT] == [
        where
    ]


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
def test_a_response_without_a_list_is_empty_if_no_counter_counts_entries(describe_pages, build_page, start, head, told):
    bare = {name: value for name, value in build_page("").items() if name not in {"Auctions", "Head"}}
    response = bare if head is None else bare | {"Head": head}
    assert describe_pages(Relation.NO_ENTRIES, (start, 5, response)) is (True if told else None)


def test_pages_without_counters_are_not_judged(describe_pages, build_page):
    lacking = {name: value for name, value in build_page("").items() if name not in {"Auctions", "Head"}}
    assert describe_pages(Relation.EMPTY_BEYOND, (0, 2, "ab", (2, 5)), (5, 2, lacking)) is None
    uncounted = build_page("ab") | {"Head": {"DocsFound": 2}}
    assert describe_pages(Relation.EMPTY_BEYOND, (0, 2, uncounted), (5, 2, "f")) is None
    assert (
        describe_pages(Relation.TOTAL_COUNT, (0, 2, "ab", (2, 3)), (2, 2, build_page("c") | {"Head": {"DocsFound": 9}}))
        is None
    )
    assert describe_pages(Relation.TOTAL_COUNT, (0, 2, lacking), (2, 2, "c", (1, 9))) is None
    assert describe_pages(Relation.SAME_COUNTERS, (0, 2, uncounted), (2, 2, "c", (9, 9))) is None


def test_all_fields_are_required_unless_the_response_declares_no_entries(locate_findings, build_page):
    bare = {name: value for name, value in build_page("").items() if name not in {"Auctions", "Head", "PicInfo"}}
    lacking = {(f"response.{name}.present", "") for name in ("auctions", "head", "picinfo")}
    assert locate_findings(bare) == lacking
    assert locate_findings(bare | {"Auctions": []}) == {("response.head.present", "")}
    listed = build_page("a")["Auctions"]
    assert lacking - locate_findings(bare | {"Auctions": listed}) == {("response.auctions.present", "")}


def test_a_list_with_an_invalid_entry_is_not_compared(describe_pages, build_page):
    spoiled = build_page("abcd")
    spoiled["Auctions"].append("e")
    for relation in (Relation.SLICES, Relation.CONSISTENT_PAGES, Relation.SAME_ENTRIES):
        assert describe_pages(relation, (0, 5, spoiled), (1, 2, "cb")) is None


@pytest.mark.parametrize(("approximate", "level"), [(True, Level.SHOULD), (False, Level.MUST)])
def test_an_approximate_engine_may_mix_pages_but_not_reject_one(  # noqa: PLR0913, PLR0917 what a row says
    contract, target, builder, build_relation_case, build_exchange, build_page, approximate, level
):
    engine = evolve(target, capabilities=Capabilities(approximate=approximate))
    case = build_relation_case(
        Relation.CONSISTENT_PAGES, *(builder.request({"Start": str(start), "Num": "3"}) for start in (0, 3, 2))
    )
    responses = [
        build_exchange(case, build_page(letters), index=index) for index, letters in enumerate(("abc", "def", "cxe"))
    ]
    assert [finding.level for finding in judge(contract, engine, case, responses).findings] == [level]
    responses[2] = build_exchange(case, {"Code": "InternalError", "Message": "none", "RequestId": "x"}, 500, index=2)
    found = [finding for finding in judge(contract, engine, case, responses).findings if finding.requirement == ABOUT]
    assert [(item.level, item.where) for item in found] == [(Level.MUST, "status")]


def test_relations_are_not_judged_on_errors_or_missing_lists(
    contract, target, builder, build_relation_case, build_exchange, build_page
):
    lacking = {name: value for name, value in build_page("abc").items() if name != "Auctions"}
    refused = ({"Code": "InternalError", "Message": "none", "RequestId": "x"}, 500)
    for relation in (
        Relation.FULL_PAGE,
        Relation.CONSISTENT_PAGES,
        Relation.SLICES,
        Relation.SAME_COUNTERS,
        Relation.TOTAL_COUNT,
    ):
        case = build_relation_case(relation, *[builder.request()] * 3)
        responses = [
            build_exchange(case, build_page("abc")),
            build_exchange(case, lacking),
            build_exchange(case, build_page("abc")),
        ]
        assert ABOUT not in judge(contract, target, case, responses).exercised
        responses[1] = build_exchange(case, *refused)
        findings = judge(contract, target, case, responses).findings
        assert {finding.where for finding in findings if finding.requirement == ABOUT} == {"status"}
