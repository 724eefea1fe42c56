"""The image that a search finds: its own one, none that is missing, none beyond the window."""

import pytest

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.transport.request_encoder import RequestEncoder

ABOUT = "image.identity"

OTHER = Image("demo", "other")


@pytest.fixture(scope="session")
def target():
    """A target with two images."""
    return Target("http://127.0.0.1:8080", (Instance("demo", InstanceType.PRODUCT, (Image("demo", "demo"), OTHER)),))


@pytest.fixture
def build_response(sample):
    """Build a success response with an entry for each picture and score; a score of None is left out."""

    def build(rows):
        entries = [
            {"ProductId": "demo", "PicName": picture, "CategoryId": 0, "Score": score} for picture, score in rows
        ]
        head = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    return build


@pytest.fixture
def judge_searches(contract, target, judge_relation, describe_findings):
    """Judge pairs of a request and a response: True if passed, None if not exercised, else the findings."""

    def run(relation, *asked):
        sent = RequestEncoder(contract, target).encode(Probe(asked[0][0]), None, "nonce")
        broken = find_violations(contract, target, parse_request(contract, sent))
        return describe_findings(
            judge_relation(relation, asked, violations=broken), "expected", "actual", "where", "exchange_index"
        )

    return run


def lost(*pictures):
    """The finding if the image is missing among these."""
    return [(("demo / demo",), ", ".join(f"demo / {picture}" for picture in pictures) or "nothing", "/Auctions", 0)]


@pytest.mark.parametrize(
    ("rows", "count", "expected"),
    [
        ([("demo", 1.0), ("a", 0.5)], "2", True),
        ([("a", 0.5), ("demo", 0.5)], "2", True),
        ([], "2", lost()),
        ([("a", 1.0)], "2", lost("a")),
        ([("a", 1.0), ("b", 0.5)], "2", lost("a", "b")),
        ([("a", 1.0), ("b", 1.0)], "3", lost("a", "b")),
        ([("a", 1.0), ("b", 1.0)], "2", None),
        ([("a", 1.0)], "1", None),
        ([("a", 0.9)], "2", None),
        ([("a", 0.9), ("b", 0.8)], "2", None),
        ([("a", 0.9), ("b", 0.9)], "2", None),
        ([("a", None)], "2", None),
    ],
)
def test_an_image_is_missing_if_another_has_a_perfect_score(
    judge_searches, builder, build_response, rows, count, expected
):
    """A full page of equal scores may hide it, and lower scores may mean another category."""
    assert judge_searches(Relation.FINDS_ITSELF, (builder.request({"Num": count}), build_response(rows))) == expected


def test_an_entry_without_a_name_may_be_the_image(judge_searches, builder, build_response):
    nameless = build_response([("a", 1.0), ("b", 0.5)])
    del nameless["Auctions"][1]["PicName"]
    assert judge_searches(Relation.FINDS_ITSELF, (builder.request(), nameless)) is None


PAIR = [("demo", 1.0), ("a", 0.5)]
TURNED = [("other", 1.0), ("a", 0.5)]
BOTH = [("demo", 1.0), ("other", 0.5)]
NEITHER = [("a", 1.0), ("b", 0.5)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (PAIR, TURNED, True),
        (BOTH, BOTH, True),
        (PAIR, [("demo", 1.0), ("a", 0.25)], True),
        (PAIR, [("demo", 1.0), ("b", 0.5)], True),
        (PAIR, PAIR, [(("demo / other",), "demo / demo, demo / a", "/Auctions", 1)]),
        (TURNED, TURNED, [(("demo / demo",), "demo / other, demo / a", "/Auctions", 0)]),
        (NEITHER, NEITHER, [(("demo / demo",), "demo / a, demo / b", "/Auctions", 0)]),
        ([], [], None),
        (PAIR, [], None),
        ([], PAIR, None),
        ([("a", 0.5), ("b", 0.5)], [("a", 0.5), ("b", 0.5)], None),
        ([("a", 0.5), ("b", None)], [("a", 0.5), ("b", None)], None),
        ([("a", None)], [("a", None)], None),
    ],
)
def test_two_images_are_distinguished_if_scores_differ(
    judge_searches, builder, build_response, first, second, expected
):
    """Entries of equal score may be one picture under many names."""
    requests = (builder.request(), builder.request(image=OTHER))
    assert (
        judge_searches(Relation.DISTINGUISHABLE, *zip(requests, map(build_response, (first, second)), strict=True))
        == expected
    )


@pytest.mark.parametrize("place", [0, 1])
def test_entries_without_names_do_not_distinguish_images(judge_searches, builder, build_response, place):
    responses = [build_response(PAIR), build_response(PAIR)]
    del responses[place]["Auctions"][0]["PicName"]
    requests = (builder.request(), builder.request(image=OTHER))
    assert judge_searches(Relation.DISTINGUISHABLE, *zip(requests, responses, strict=True)) is None


def test_responses_without_a_list_are_not_judged(judge_searches, builder, build_response):
    lacking = {name: value for name, value in build_response(PAIR).items() if name != "Auctions"}
    assert (
        judge_searches(
            Relation.DISTINGUISHABLE, (builder.request(), build_response(PAIR)), (builder.request(image=OTHER), lacking)
        )
        is None
    )
    for relation in (Relation.FINDS_ITSELF, Relation.NO_ENTRIES, Relation.WITHIN_WINDOW):
        assert judge_searches(relation, (builder.request(), lacking)) is None


def test_the_finding_shows_the_entries_for_a_missing_image(judge_searches, builder, build_response):
    assert judge_searches(Relation.NO_ENTRIES, (builder.request(), build_response([]))) is True
    expected = [(("no entries",), "demo / a, demo / b", "/Auctions", 0)]
    assert (
        judge_searches(Relation.NO_ENTRIES, (builder.request(), build_response([("a", 1.0), ("b", 0.5)]))) == expected
    )


@pytest.mark.parametrize(
    ("before", "count", "expected"),
    [
        (2, 2, True),
        (2, 0, True),
        (2, 3, [(("at most 2",), 3, "/Auctions", 0)]),
        (0, 0, True),
        (0, 1, [(("at most 0",), 1, "/Auctions", 0)]),
        (-1, 0, True),
        (-1, 1, [(("at most 0",), 1, "/Auctions", 0)]),
    ],
)
def test_no_entry_is_beyond_the_window(judge_searches, builder, build_response, before, count, expected):
    """`before` is the number of places from the start of the page to the end of the window."""
    request = builder.request({"Start": str(builder.contract.window.maximum - before), "Num": "5"})
    assert judge_searches(Relation.WITHIN_WINDOW, (request, build_response([("a", 0.5)] * count))) == expected
