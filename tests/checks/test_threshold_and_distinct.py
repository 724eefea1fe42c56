"""Thresholds and distinct products on hand-made responses."""

import copy

import pytest
from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_conditions import filter_list_cases
from imagesearch_conformance.cases.threshold_and_distinct import threshold_and_distinct_cases
from imagesearch_conformance.cases.unspecified_behaviour import unspecified_behaviour_cases
from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.transport.request_encoder import RequestEncoder

#: Product, picture, Score; some share a product or a Score.
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
    """The later revision."""
    return later


@pytest.fixture
def cases(contract, target):
    entries = tuple(
        Entry(Image(product, picture), 0, score, (("int_attr", 1), ("str_attr4", "x")))
        for product, picture, score in RANKING
    )
    shop = CaseBuilder(contract, target, Survey((), finds_itself=True, repeatable=True, entries=entries))
    return {
        item.id: item
        for make in (threshold_and_distinct_cases, filter_list_cases, unspecified_behaviour_cases)
        for item in make(shop)
    }


@pytest.fixture
def build_response(sample):
    def build(rows):
        document = copy.deepcopy(sample)
        document["Auctions"] = [
            {"ProductId": product, "PicName": picture, "CategoryId": 0, "Score": score}
            for product, picture, score in rows
        ]
        document["Head"] |= {"DocsFound": len(rows), "DocsReturn": len(rows)}
        return document

    return build


@pytest.fixture
def violated_requirements(contract, target, build_exchange, build_response):
    """Return the requirements that the last page violates, with RANKING as the whole ranking."""

    def run(case, rows, whole=RANKING, ignored=("response.", "ranking.")):
        responses = [build_response(whole), build_response(rows)]
        found = judge(
            contract,
            target,
            case,
            [build_exchange(case, response, index=index) for index, response in enumerate(responses)],
        )
        assert not isinstance(found, NotJudged), found.reason
        return {finding.requirement for finding in found.findings if not finding.requirement.startswith(ignored)}

    return run


def at_least(score):
    return [row for row in RANKING if row[2] >= score]


def with_threshold(case, text):
    """The case with another threshold."""
    *plain, last = case.probes
    return evolve(case, probes=(*plain, Probe(last.request.with_parameters({"ScoreThreshold": text}))))


@pytest.mark.parametrize("text", ["0.12", "0.40", "0.41", "0.75", "0.90", "1.00"])
def test_a_right_threshold_passes(cases, violated_requirements, text):
    case = with_threshold(cases["scorethreshold.removes/middle"], text)
    assert violated_requirements(case, at_least(float(text))) == set()


def test_a_score_of_32_bits_may_equal_a_threshold(cases, violated_requirements):
    """0.7 in 32 bits is a little less than 0.7, and equals a threshold in 32 bits."""
    narrow = [(product, picture, 0.699999988079071 if score == 0.7 else score) for product, picture, score in RANKING]
    case = with_threshold(cases["scorethreshold.removes/middle"], "0.70")
    for rows in (narrow[:5], narrow[:3]):
        assert violated_requirements(case, rows, whole=narrow) == set()
    assert violated_requirements(case, narrow[:6], whole=narrow) == {"scorethreshold.floor", "scorethreshold.removes"}


def test_entries_equal_to_the_threshold_have_their_own_requirement(cases, violated_requirements):
    above = [row for row in RANKING if row[2] > 0.7]
    assert violated_requirements(with_threshold(cases["scorethreshold.removes/middle"], "0.70"), above) == set()
    inclusive = with_threshold(cases["scorethreshold.inclusive/equal"], "0.70")
    assert violated_requirements(inclusive, above) == {"scorethreshold.inclusive"}
    assert violated_requirements(inclusive, at_least(0.7)) == set()


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
def test_a_wrong_threshold_fails(cases, violated_requirements, rows, expected):
    assert violated_requirements(with_threshold(cases["scorethreshold.removes/middle"], "0.65"), rows) == expected


def test_thresholds_come_from_the_scores_of_the_target(cases):
    texts = {name: case.probes[-1].request.value("ScoreThreshold") for name, case in cases.items() if case.probes}
    assert texts["scorethreshold.removes/low"] == "0.40"
    assert texts["scorethreshold.removes/middle"] == "0.70"
    assert texts["scorethreshold.inclusive/equal"] in {"0.70", "0.80"}


def test_cases_do_not_apply_to_a_target_without_scores(contract, target):
    shop = CaseBuilder(
        contract, target, Survey((), finds_itself=True, repeatable=True, entries=(Entry(Image("a", "b")),))
    )
    made = {case.id: case.not_applicable_reason for case in threshold_and_distinct_cases(shop)}
    assert "no entry has a Score that can be a threshold" in made["scorethreshold.inclusive/equal"]
    assert "no product has two entries" in made["distinctproductid.best/true"]


def test_cases_do_not_apply_to_an_unrepeatable_target(contract, target):
    shop = CaseBuilder(contract, target, Survey((), finds_itself=True, repeatable=False))
    assert all(case.not_applicable_reason for case in threshold_and_distinct_cases(shop))


def test_the_threshold_is_not_judged_if_an_entry_lacks_a_score(cases, build_exchange, contract, target, build_response):
    case = cases["scorethreshold.removes/middle"]
    whole = build_response(RANKING)
    del whole["Auctions"][2]["Score"]
    found = judge(
        contract,
        target,
        case,
        [build_exchange(case, whole), build_exchange(case, build_response(RANKING[:1]), index=1)],
    )
    assert "scorethreshold.removes" not in {finding.requirement for finding in found.findings}


FIRSTS = [RANKING[0], RANKING[1], RANKING[3], RANKING[5], RANKING[6]]


@pytest.mark.parametrize("about", ["complete", "best"])
def test_one_entry_per_product_passes(cases, violated_requirements, about):
    case = cases[f"distinctproductid.{about}/true"]
    assert violated_requirements(case, FIRSTS) == set()
    # Either of two equal scores is right.
    assert violated_requirements(case, [*FIRSTS[:2], RANKING[4], *FIRSTS[3:]]) == set()


def test_a_product_listed_twice_fails_in_every_case(cases, violated_requirements):
    for about in ("complete", "best"):
        assert "distinctproductid.unique" in violated_requirements(cases[f"distinctproductid.{about}/true"], RANKING)


def test_a_missing_product_fails(cases, violated_requirements):
    assert violated_requirements(cases["distinctproductid.complete/true"], FIRSTS[:-1]) == {
        "distinctproductid.complete"
    }


def test_a_worse_entry_of_a_product_fails_only_its_own_requirement(cases, violated_requirements):
    worse = [FIRSTS[0], RANKING[2], *FIRSTS[2:]]
    assert violated_requirements(cases["distinctproductid.best/true"], worse) == {"distinctproductid.best"}
    assert violated_requirements(cases["distinctproductid.complete/true"], worse) == set()


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
def test_violations_of_the_later_revision_are_found_in_the_bytes(contract, target, changes, expected):
    shop = CaseBuilder(contract, target, Survey.from_target(target))
    request = RequestEncoder(contract, target).encode(Probe(shop.request(changes)), None, "nonce")
    (name,) = changes
    broken = find_violations(contract, target, parse_request(contract, request))
    assert broken == (frozenset() if expected is None else {Violation(name, expected)})


def test_unspecified_notations_accept_success_and_error(cases):
    open_ones = [case for name, case in cases.items() if name.startswith(("silence.notation.", "silence.boolean."))]
    assert {"0.5", "True"} <= {value for case in open_ones for _, value in case.probes[0].request.parameters}
    for case in (*open_ones, cases["silence.filter.brackets/one"]):
        assert case.expectation.success is not None
        assert case.expectation.errors_with_code("BadRequest")


def test_filter_lists_use_values_of_the_target(cases):
    assert cases["filter.int_attr.in/one"].probes[-1].request.value("Filter") == "int_attr in (1)"
    assert cases["filter.str_attr4.not-in/several"].probes[-1].request.value("Filter").startswith("str_attr4 not in (")
    assert "no entry has a value of int_attr2" in cases["filter.int_attr2.in/any"].not_applicable_reason


@pytest.fixture
def find_findings(contract, target, build_exchange, build_response):
    """Return the findings of the last page by requirement."""

    def find(case, rows, whole=RANKING):
        responses = [build_response(whole), build_response(rows)]
        judgement = judge(
            contract,
            target,
            case,
            [build_exchange(case, response, index=index) for index, response in enumerate(responses)],
        )
        return {finding.requirement: finding for finding in judgement.findings}

    return find


def test_a_finding_points_at_the_entry(cases, find_findings):
    unique = find_findings(cases["distinctproductid.best/true"], RANKING)["distinctproductid.unique"]
    assert (unique.where, unique.actual, unique.expected) == ("/Auctions/2/ProductId", "p1", ("each once",))
    below = find_findings(with_threshold(cases["scorethreshold.removes/high"], "0.75"), at_least(0.7))
    floor = below["scorethreshold.floor"]
    assert (floor.where, floor.actual, floor.expected) == ("/Auctions/3/Score", 0.7, ("at least 0.75",))
    assert floor.exchange_index == 1
    removes = below["scorethreshold.removes"]
    assert removes.expected == ("demo / demo, p1 / a, p1 / b",)
    assert removes.actual == "demo / demo, p1 / a, p1 / b, p2 / a, p2 / b"


def test_a_finding_names_missing_products_and_better_entries(cases, find_findings):
    lost = find_findings(cases["distinctproductid.complete/true"], FIRSTS[:-2])["distinctproductid.complete"]
    assert (lost.actual, lost.message) == (["p3", "p4"], "2 products are missing, 'p3' first")
    worse = find_findings(cases["distinctproductid.best/true"], [FIRSTS[0], RANKING[2], *FIRSTS[2:]])
    best = worse["distinctproductid.best"]
    assert (best.expected, best.actual) == (("p1 / a",), "p1 / b")


def test_a_score_a_millionth_below_a_threshold_may_equal_it(cases, find_findings):
    case = with_threshold(cases["scorethreshold.removes/high"], "0.40")
    at = [*at_least(0.41), ("p9", "a", 0.4 - 1e-6)]
    below = [*at_least(0.41), ("p9", "a", 0.4 - 2e-6)]
    assert "scorethreshold.floor" not in find_findings(case, at, at)
    assert "scorethreshold.floor" in find_findings(case, below, below)
