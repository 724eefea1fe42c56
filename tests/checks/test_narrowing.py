"""Thresholds and distinct products: what they may leave out of a ranking, judged on replies made by hand."""

import copy

import pytest
from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_lists import filter_list_cases
from imagesearch_conformance.cases.threshold_and_distinct import threshold_and_distinct_cases
from imagesearch_conformance.cases.unspecified_behaviour import unspecified_behaviour_cases
from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.transport.request_encoder import RequestEncoder

#: Product, picture, Score; two of a kind share a product or a Score.
RANKING = (
    ("demo", "demo", 1.0),
    ("p1", "a", 0.9),
    ("p1", "b", 0.8),
    ("p2", "a", 0.7),
    ("p2", "b", 0.7),
    ("p3", "a", 0.4),
    ("p4", "a", 0.123456),
)


@pytest.fixture(scope="session")
def contract(later):
    """Here the later revision."""
    return later


@pytest.fixture
def cases(contract, target):
    entries = tuple(
        Entry(Image(product, picture), 0, score, (("int_attr", 1), ("str_attr4", "x")))
        for product, picture, score in RANKING
    )
    shop = CaseBuilder(contract, target, Survey((), finds_itself=True, repeatable=True, entries=entries))
    return {
        one.id: one
        for make in (threshold_and_distinct_cases, filter_list_cases, unspecified_behaviour_cases)
        for one in make(shop)
    }


@pytest.fixture
def reply(sample):
    def made(rows):
        document = copy.deepcopy(sample)
        document["Auctions"] = [
            {"ProductId": product, "PicName": picture, "CategoryId": 0, "Score": score}
            for product, picture, score in rows
        ]
        document["Head"] |= {"DocsFound": len(rows), "DocsReturn": len(rows)}
        return document

    return made


@pytest.fixture
def judged(contract, target, exchange, reply):
    """The requirements that the last page departs from, where the whole ranking is as above."""

    def look(case, rows, whole=RANKING, ignored=("response.", "ranking.")):
        replies = [reply(whole), reply(rows)]
        found = judge(contract, target, case, [exchange(case, one, index=index) for index, one in enumerate(replies)])
        assert not isinstance(found, NotJudged), found.reason
        return {one.requirement for one in found.findings if not one.requirement.startswith(ignored)}

    return look


def at_least(score):
    return [row for row in RANKING if row[2] >= score]


def with_threshold(case, text):
    """The case with another threshold."""
    *plain, last = case.probes
    return evolve(case, probes=(*plain, Probe(last.request.with_parameters({"ScoreThreshold": text}))))


@pytest.mark.parametrize("text", ["0.12", "0.40", "0.41", "0.75", "0.90", "1.00"])
def test_a_threshold_leaves_what_reaches_it(cases, judged, text):
    case = with_threshold(cases["scorethreshold.removes/middle"], text)
    assert judged(case, at_least(float(text))) == set()


def test_a_score_of_32_bits_may_equal_a_threshold(cases, judged):
    """0.7 of 32 bits is a little less than 0.7, and equals a threshold that is read into 32 bits."""
    narrow = [(product, picture, 0.699999988079071 if score == 0.7 else score) for product, picture, score in RANKING]
    case = with_threshold(cases["scorethreshold.removes/middle"], "0.70")
    for rows in (narrow[:5], narrow[:3]):
        assert judged(case, rows, whole=narrow) == set()
    assert judged(case, narrow[:6], whole=narrow) == {"scorethreshold.floor", "scorethreshold.removes"}


def test_losing_what_equals_a_threshold_is_a_matter_of_its_own(cases, judged):
    above = [row for row in RANKING if row[2] > 0.7]
    assert judged(with_threshold(cases["scorethreshold.removes/middle"], "0.70"), above) == set()
    inclusive = with_threshold(cases["scorethreshold.inclusive/equal"], "0.70")
    assert judged(inclusive, above) == {"scorethreshold.inclusive"}
    assert judged(inclusive, at_least(0.7)) == set()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (RANKING, {"scorethreshold.floor", "scorethreshold.removes"}),
        (at_least(0.7)[1:], {"scorethreshold.removes"}),
        (at_least(0.9), {"scorethreshold.removes"}),
        ([], {"scorethreshold.removes"}),
        ([*at_least(0.7)[::-1]], {"scorethreshold.removes"}),
        ([*at_least(0.7), ("p9", "z", 0.7)], {"scorethreshold.removes"}),
    ],
)
def test_a_threshold_that_does_more_or_less_is_found(cases, judged, rows, expected):
    assert judged(with_threshold(cases["scorethreshold.removes/middle"], "0.65"), rows) == expected


def test_cases_take_thresholds_of_what_the_target_shows(cases):
    texts = {name: case.probes[-1].request.value("ScoreThreshold") for name, case in cases.items() if case.probes}
    assert texts["scorethreshold.removes/low"] == "0.40"
    assert texts["scorethreshold.removes/middle"] == "0.70"
    assert texts["scorethreshold.inclusive/equal"] in {"0.70", "0.80"}


def test_a_target_that_shows_no_scores_is_not_asked(contract, target):
    shop = CaseBuilder(
        contract, target, Survey((), finds_itself=True, repeatable=True, entries=(Entry(Image("a", "b")),))
    )
    made = {one.id: one.not_applicable_reason for one in threshold_and_distinct_cases(shop)}
    assert "no entry shows a Score" in made["scorethreshold.inclusive/equal"]
    assert "no product has two entries" in made["distinctproductid.best/true"]


def test_a_restless_target_is_not_asked(contract, target):
    shop = CaseBuilder(contract, target, Survey((), finds_itself=True, repeatable=False))
    assert all(one.not_applicable_reason for one in threshold_and_distinct_cases(shop))


def test_an_entry_without_a_score_keeps_the_threshold_from_being_judged(cases, exchange, contract, target, reply):
    case = cases["scorethreshold.removes/middle"]
    whole = reply(RANKING)
    del whole["Auctions"][2]["Score"]
    found = judge(contract, target, case, [exchange(case, whole), exchange(case, reply(RANKING[:1]), index=1)])
    assert "scorethreshold.removes" not in {one.requirement for one in found.findings}


FIRSTS = [RANKING[0], RANKING[1], RANKING[3], RANKING[5], RANKING[6]]


@pytest.mark.parametrize("about", ["complete", "best"])
def test_one_entry_a_product_is_what_distinct_asks_for(cases, judged, about):
    case = cases[f"distinctproductid.{about}/true"]
    assert judged(case, FIRSTS) == set()
    # Of equals either will do.
    assert judged(case, [*FIRSTS[:2], RANKING[4], *FIRSTS[3:]]) == set()


def test_a_product_listed_twice_is_found_whatever_the_case(cases, judged):
    for about in ("complete", "best"):
        assert "distinctproductid.unique" in judged(cases[f"distinctproductid.{about}/true"], RANKING)


def test_a_lost_product_is_found(cases, judged):
    assert judged(cases["distinctproductid.complete/true"], FIRSTS[:-1]) == {"distinctproductid.complete"}


def test_a_worse_entry_of_a_product_is_found_and_loses_no_product(cases, judged):
    worse = [FIRSTS[0], RANKING[2], *FIRSTS[2:]]
    assert judged(cases["distinctproductid.best/true"], worse) == {"distinctproductid.best"}
    assert judged(cases["distinctproductid.complete/true"], worse) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ScoreThreshold": "1.01"}, "pattern"),
        ({"ScoreThreshold": "-0.01"}, "pattern"),
        ({"ScoreThreshold": "abc"}, "pattern"),
        ({"ScoreThreshold": "0.55"}, None),
        ({"ScoreThreshold": "1.00"}, None),
        ({"ScoreThreshold": "0.5"}, None),
        ({"ScoreThreshold": "1"}, None),
        ({"ScoreThreshold": "-0.00"}, None),
        ({"ScoreThreshold": "0,55"}, None),
        ({"ScoreThreshold": "5.5e-1"}, None),
        ({"ScoreThreshold": ""}, None),
        ({"DistinctProductId": "maybe"}, "type"),
        ({"DistinctProductId": "2"}, "type"),
        ({"DistinctProductId": "True"}, None),
        ({"DistinctProductId": "0"}, None),
        ({"Filter": "int_attr in (1)"}, None),
        ({"Filter": "int_attr in [1,2]"}, None),
        ({"Filter": "int_attr in (x)"}, "format"),
        ({"Filter": "int_attr in"}, "format"),
    ],
)
def test_the_oracle_reads_the_new_rules_from_the_bytes(contract, target, changes, expected):
    shop = CaseBuilder(contract, target, Survey.from_target(target))
    request = RequestEncoder(contract, target).encode(Probe(shop.request(changes)), None, "nonce")
    (name,) = changes
    broken = find_violations(contract, target, parse_request(contract, request))
    assert broken == (frozenset() if expected is None else {Violation(name, expected)})


def test_what_is_open_is_asked_and_both_answers_are_right(cases):
    open_ones = [case for name, case in cases.items() if name.startswith(("silence.notation.", "silence.boolean."))]
    assert {"0.5", "True"} <= {value for case in open_ones for _, value in case.probes[0].request.parameters}
    for case in (*open_ones, cases["silence.filter.brackets/one"]):
        assert case.expectation.success is not None
        assert case.expectation.errors_with_code("BadRequest")


def test_lists_name_what_the_target_shows(cases):
    assert cases["filter.int_attr.in/one"].probes[-1].request.value("Filter") == "int_attr in (1)"
    assert cases["filter.str_attr4.not-in/several"].probes[-1].request.value("Filter").startswith("str_attr4 not in (")
    assert "no entry shows" in cases["filter.int_attr2.in/any"].not_applicable_reason


@pytest.fixture
def findings(contract, target, exchange, reply):
    """What the last page departs from, by requirement."""

    def look(case, rows, whole=RANKING):
        replies = [reply(whole), reply(rows)]
        judgement = judge(
            contract, target, case, [exchange(case, one, index=index) for index, one in enumerate(replies)]
        )
        return {one.requirement: one for one in judgement.findings}

    return look


def test_a_finding_of_a_narrowed_page_points_at_the_entry(cases, findings):
    unique = findings(cases["distinctproductid.best/true"], RANKING)["distinctproductid.unique"]
    assert (unique.where, unique.actual, unique.expected) == ("/Auctions/2/ProductId", "p1", ("each once",))
    below = findings(with_threshold(cases["scorethreshold.removes/high"], "0.75"), at_least(0.7))
    floor = below["scorethreshold.floor"]
    assert (floor.where, floor.actual, floor.expected) == ("/Auctions/3/Score", 0.7, ("at least 0.75",))
    assert floor.exchange_index == 1
    removes = below["scorethreshold.removes"]
    assert removes.expected == ("demo / demo, p1 / a, p1 / b",)
    assert removes.actual == "demo / demo, p1 / a, p1 / b, p2 / a, p2 / b"


def test_a_finding_of_distinct_products_names_what_is_lost_and_what_is_better(cases, findings):
    lost = findings(cases["distinctproductid.complete/true"], FIRSTS[:-2])["distinctproductid.complete"]
    assert (lost.actual, lost.message) == (["p3", "p4"], "2 products are missing, 'p3' first")
    worse = findings(cases["distinctproductid.best/true"], [FIRSTS[0], RANKING[2], *FIRSTS[2:]])
    best = worse["distinctproductid.best"]
    assert (best.expected, best.actual) == (("p1 / a",), "p1 / b")


def test_a_score_a_millionth_below_a_threshold_may_still_equal_it(cases, findings):
    case = with_threshold(cases["scorethreshold.removes/high"], "0.40")
    at = [*at_least(0.41), ("p9", "a", 0.4 - 1e-6)]
    below = [*at_least(0.41), ("p9", "a", 0.4 - 2e-6)]
    assert "scorethreshold.floor" not in findings(case, at, at)
    assert "scorethreshold.floor" in findings(case, below, below)
