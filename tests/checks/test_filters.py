"""Hand-made filtered lists: wrong entries, missing entries, and entries that may be behind the page."""

import pytest
from attrs import evolve

from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Capabilities

ABOUT = "filter.and"

#: The entries of the unfiltered ranking: letter, Score, IntAttr, StrAttr.
A, B, C, D = ("a", 0.9, 1, "x"), ("b", 0.8, 2, "y"), ("c", 0.7, 3, "x"), ("d", 0.6, None, None)
ALL = (A, B, C, D)


@pytest.fixture
def judge_lists(target, builder, judge_relation, sample):
    """Judge responses `(filter, rows)`: True if passed, None if not exercised, else the finding.

    A third part is how many entries are asked for, a fourth what the counters say.
    """

    def build_page(rows, counter):
        entries = [
            {"ProductId": "p", "PicName": name, "CategoryId": 0, "Score": score, "SortExprValues": "1;0"}
            | ({} if number is None else {"IntAttr": number})
            | ({} if text is None else {"StrAttr": text})
            for name, score, number, text in rows
        ]
        counted = len(rows) if counter is None else counter
        head = {"DocsFound": counted, "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    def build_request(text, num):
        changes = {} if text is None else {"Filter": text}
        return builder.request(changes | ({} if num is None else {"Num": str(num)}))

    def run(relation, *responses, approximate=False):
        filled = [(*response, *(None,) * (4 - len(response))) for response in responses]
        claimed = evolve(target, capabilities=Capabilities(approximate=approximate))
        pairs = [(build_request(text, num), build_page(rows, counter)) for text, rows, num, counter in filled]
        judgement = judge_relation(relation, pairs, by=claimed)
        found = [finding for finding in judgement.findings if finding.requirement == ABOUT]
        return found[0] if found else (True if ABOUT in judgement.exercised else None)

    return run


@pytest.mark.parametrize(
    ("responses", "held"),
    [
        ([(None, ALL), ("int_attr>1", (B, C))], True),
        ([(None, ALL), ("int_attr>1", (B, C, D))], True),
        ([(None, ALL), ('str_attr="x"', (A, C))], True),
        ([(None, ALL), ('int_attr>1 AND str_attr="x"', (C,))], True),
        ([(None, ALL), ('int_attr>1 OR str_attr="x"', (A, B, C))], True),
        ([(None, ALL), ("int_attr>1", (B,), 1)], True),
        ([(None, ALL), ("int_attr>1", (B,), 10, 2)], True),
        ([("int_attr>1", (B, C))], True),
        ([(None, (D,)), ("int_attr>1", ())], None),
        ([(None, (D,)), ("int_attr>1", (D,))], None),
    ],
)
def test_a_right_list_passes(judge_lists, responses, held):
    assert judge_lists(Relation.FILTERED, *responses) is held


@pytest.mark.parametrize(
    "responses",
    [
        [(None, ALL), ("int_attr>1", (A, B, C))],
        [("int_attr>1", (A,))],
        [(None, ALL), ('int_attr>1 AND str_attr="x"', (A, C))],
        [(None, ALL), ('int_attr>5 OR str_attr="y"', (A, B))],
    ],
)
def test_an_entry_that_does_not_match_fails_for_any_engine(judge_lists, responses):
    found = judge_lists(Relation.FILTERED, *responses, approximate=True)
    assert found.message.endswith("an entry does not satisfy the filter")
    assert (found.level, found.expected, found.where) == (Level.MUST, ("only entries that satisfy it",), "/Auctions")
    assert found.actual == "p / a with {'int_attr': 1, 'str_attr': 'x'}"
    assert found.exchange_index == len(responses) - 1


@pytest.mark.parametrize(("approximate", "level"), [(False, Level.MUST), (True, Level.SHOULD)])
def test_a_missing_entry_has_a_lower_level_for_an_approximate_engine(judge_lists, approximate, level):
    for responses in ([(None, ALL), ("int_attr>1", (C,))], [(None, ALL), ("int_attr>1", (C,), 1)]):
        found = judge_lists(Relation.FILTERED, *responses, approximate=approximate)
        assert found.message.endswith("an entry that satisfies the filter is missing")
        assert (found.level, found.actual) == (level, "not listed")
        assert found.expected == ("p / b with {'int_attr': 2, 'str_attr': 'y'} among the entries",)


@pytest.mark.parametrize(
    ("rows", "num", "counter"),
    [
        (((*B[:1], 0.8, 2, "y"),), 1, None),
        ((C,), 10, 2),
    ],
)
def test_an_entry_that_may_be_behind_the_page_is_not_missing(judge_lists, rows, num, counter):
    ranking = (A, B, ("c", 0.8005, 3, "x"), D) if num == 1 else (A, ("b", 0.7005, 2, "y"), C, D)
    assert judge_lists(Relation.FILTERED, (None, ranking), ("int_attr>1", rows, num, counter)) is True


def test_scores_that_differ_by_a_thousandth_are_equal(judge_lists):
    last, next_to = ("b", 0.5, 2, "y"), ("c", 0.501, 3, "x")
    assert judge_lists(Relation.FILTERED, (None, (A, next_to, last)), ("int_attr>1", (last,), 1)) is True
    beyond = ("c", 0.502, 3, "x")
    assert judge_lists(Relation.FILTERED, (None, (A, beyond, last)), ("int_attr>1", (last,), 1)).actual == "not listed"
    ranked, listed = ("c", 0.001, 3, "x"), ("c", 0.0, 3, "x")
    assert judge_lists(Relation.FILTERED, (None, (A, B, ranked)), ("int_attr>1", (listed,), 1)).actual == "not listed"


def test_entries_of_equal_score_can_end_a_page(judge_lists):
    equals = (("c", 0.7, 3, "x"), ("e", 0.7, 3, "x"))
    assert judge_lists(Relation.FILTERED, (None, (A, B, *equals)), ("int_attr>1", equals, 2)).actual == "not listed"


def test_the_finding_names_the_first_wrong_entry(judge_lists):
    found = judge_lists(Relation.FILTERED, (None, ALL), ("int_attr>3", (A, B)))
    assert found.actual == "p / a with {'int_attr': 1, 'str_attr': 'x'}"


def test_scores_other_than_those_of_the_ranking_do_not_bound_hidden_entries(judge_lists):
    other = ("c", 0.1, 3, "x")
    assert judge_lists(Relation.FILTERED, (None, ALL), ("int_attr>1", (other,), 1)) is True
    risen = (("c", 0.7, 3, "x"), ("a", 0.9, 1, "x"))
    assert judge_lists(Relation.FILTERED, (None, ALL), ("int_attr>0", risen, 2)) is True


ONE, TWO = "int_attr>1", 'str_attr="x"'


@pytest.mark.parametrize(
    ("responses", "held"),
    [
        ([(ONE, (B, C)), (TWO, (A, C)), (f"{ONE} AND {TWO}", (C,))], True),
        ([(ONE, (B, C)), (TWO, (A, C)), (f"{ONE} OR {TWO}", (A, B, C))], True),
        ([(ONE, (A,)), (TWO, (A,)), (f"{ONE} AND {TWO}", (A,))], True),
        ([(ONE, ()), (TWO, ()), (f"{ONE} AND {TWO}", ())], None),
        ([(ONE, (B,), 1), (TWO, (A,), 1), (f"{ONE} AND {TWO}", ())], True),
        ([(ONE, (B,)), (f"{ONE} OR {TWO}", (B,))], True),
        ([(ONE, (B,)), (f"{ONE} AND {TWO}", (B,))], None),
    ],
)
def test_a_combination_lists_what_its_parts_imply(judge_lists, responses, held):
    assert judge_lists(Relation.COMBINED, *responses) is held


@pytest.mark.parametrize(("approximate", "level"), [(False, Level.MUST), (True, Level.SHOULD)])
def test_a_combination_that_lists_too_few_or_too_many_entries_fails(judge_lists, approximate, level):
    parts = [(ONE, (B, C)), (TWO, (A, C))]
    short = judge_lists(Relation.COMBINED, *parts, (f"{ONE} AND {TWO}", ()), approximate=approximate)
    assert (short.level, short.expected, short.actual) == (level, ("p / c is listed",), "p / c is not listed")
    long = judge_lists(Relation.COMBINED, *parts, (f"{ONE} AND {TWO}", (B, C)), approximate=approximate)
    assert (long.level, long.expected, long.actual) == (Level.MUST, ("p / b is not listed",), "p / b is listed")
    assert (long.exchange_index, long.where) == (2, "/Auctions")


def test_a_combination_is_not_judged_if_an_earlier_one_fails(judge_lists):
    parts = [(ONE, (B, C)), (TWO, (A, C)), (f"{ONE} AND {TWO}", (B, C))]
    assert judge_lists(Relation.COMBINED, *parts, (f"{ONE} OR {TWO}", (A,))) is None


LESS, MORE = "int_attr<=1", "int_attr>1"


@pytest.mark.parametrize(
    ("responses", "held"),
    [
        ([(None, ALL), (LESS, (A,)), (MORE, (B, C))], True),
        ([(None, ALL), (LESS, (A, D)), (MORE, (B, C))], True),
        ([(LESS, ()), (MORE, ())], None),
        ([(None, ALL), (LESS, (A,), 1), (MORE, (B,), 1)], True),
    ],
)
def test_a_condition_and_its_opposite_partition_the_entries(judge_lists, responses, held):
    assert judge_lists(Relation.PARTITIONED, *responses) is held


@pytest.mark.parametrize(("approximate", "level"), [(False, Level.MUST), (True, Level.SHOULD)])
def test_an_entry_in_both_lists_or_in_neither_fails(judge_lists, approximate, level):
    both = judge_lists(Relation.PARTITIONED, (None, ALL), (LESS, (A, B)), (MORE, (B, C)), approximate=approximate)
    assert (both.level, both.actual) == (Level.MUST, "p / b")
    assert both.message == f"{LESS} and {MORE}: an entry is in both lists"
    neither = judge_lists(Relation.PARTITIONED, (None, ALL), (LESS, (A,)), (MORE, (C,)), approximate=approximate)
    assert (neither.level, neither.actual, neither.expected) == (level, "p / b", ("in one of them",))
    assert neither.message == f"{LESS} and {MORE}: an entry is in neither list"


EQUAL, UNEQUAL = 'str_attr="z"', 'str_attr!="z"'


@pytest.mark.parametrize(
    ("lists", "held"),
    [
        ([("int_attr<=0", ()), ("int_attr>=0", (A, B, C))], True),
        ([("int_attr<=0", (D,)), ("int_attr>=0", (A, B, C, D))], True),
        ([("int_attr<0", (D,)), ("int_attr>=0", (A, B, C))], False),
        ([("int_attr<=0", (D,)), ("int_attr>=0", (A, B, C))], False),
        ([("int_attr<0", (D,)), ("int_attr>=0", (A, B, C)), ("int_attr>5", ())], False),
        ([(EQUAL, ()), (UNEQUAL, (A, B, C))], True),
        ([(EQUAL, ()), (UNEQUAL, ALL)], True),
        ([(EQUAL, (D,)), (UNEQUAL, ALL)], False),
        ([('str_attr=""', (D,)), (UNEQUAL, ALL)], True),
        ([('str_attr=""', ()), (UNEQUAL, ALL)], True),
        ([('str_attr=""', (D,)), (UNEQUAL, (A, B, C))], False),
        ([('str_attr!=""', (A, B, C)), (UNEQUAL, ALL)], True),
        ([("int_attr<=0", (D,))], None),
        ([("int_attr<=0", (D,)), (EQUAL, ())], None),
    ],
)
def test_all_filters_treat_a_missing_value_alike(judge_lists, lists, held):
    found = judge_lists(Relation.MISSING_ATTRIBUTES, (None, ALL), *lists)
    if held is False:
        shown = [f"{text}: {'' if D in rows else 'not '}listed" for text, rows in lists]
        assert found.actual == ", ".join(shown)
        assert found.message == "p / d lacks the attribute, and the filters on it treat that inconsistently"
        assert found.exchange_index == len(lists)
    else:
        assert found is held


def test_filters_are_not_judged_on_unreadable_responses(builder, judge_relation, sample):
    request = builder.request({"Filter": "int_attr>1"})
    lacking = {name: value for name, value in sample.items() if name != "Auctions"}
    for relation in (Relation.FILTERED, Relation.COMBINED, Relation.PARTITIONED, Relation.MISSING_ATTRIBUTES):
        assert ABOUT not in judge_relation(relation, [(request, sample), (request, lacking)]).exercised
