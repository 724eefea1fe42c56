"""Which image is found: the one searched with, none that is not stored, none beyond reach, and not one for another."""

import pytest

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.transport.request_encoder import RequestEncoder

ABOUT = "image.identity"

OTHER = Image("demo", "other")


@pytest.fixture(scope="session")
def target():
    """Here it stores two images."""
    return Target("http://127.0.0.1:8080", (Instance("demo", InstanceType.PRODUCT, (Image("demo", "demo"), OTHER)),))


@pytest.fixture
def listing(sample):
    """A success with an entry for each picture and its score, None for one that it does not show."""

    def made(rows):
        entries = [
            {"ProductId": "demo", "PicName": picture, "CategoryId": 0, "Score": score} for picture, score in rows
        ]
        head = {"DocsFound": len(rows), "DocsReturn": len(rows), "SearchTime": 1}
        return sample | {"Auctions": entries, "Head": head}

    return made


@pytest.fixture
def look(contract, target, compared, said):
    """How replies to these requests are judged: True for held, None for nothing, else what is wrong and where."""

    def judged(relation, *asked):
        sent = RequestEncoder(contract, target).encode(Probe(asked[0][0]), None, "nonce")
        broken = find_violations(contract, target, parse_request(contract, sent))
        return said(compared(relation, asked, violations=broken), "expected", "actual", "where", "exchange_index")

    return judged


def lost(*pictures):
    """What is found where the image is missing among these."""
    return [(("demo / demo",), ", ".join(f"demo / {one}" for one in pictures) or "nothing", "/Auctions", 0)]


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
def test_an_image_is_missing_where_another_has_the_score_of_an_identical_one(
    look, shop, listing, rows, count, expected
):
    """A page full of its equals may hide it, and a best entry that is less may be of another category."""
    assert look(Relation.FINDS_ITSELF, (shop.request({"Num": count}), listing(rows))) == expected


def test_an_entry_without_a_name_may_be_the_image(look, shop, listing):
    nameless = listing([("a", 1.0), ("b", 0.5)])
    del nameless["Auctions"][1]["PicName"]
    assert look(Relation.FINDS_ITSELF, (shop.request(), nameless)) is None


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
def test_two_images_are_told_apart_where_scores_differ(look, shop, listing, first, second, expected):
    """Entries that all score alike may be one picture under many names."""
    requests = (shop.request(), shop.request(image=OTHER))
    assert look(Relation.DISTINGUISHABLE, *zip(requests, map(listing, (first, second)), strict=True)) == expected


@pytest.mark.parametrize("place", [0, 1])
def test_entries_without_names_tell_no_images_apart(look, shop, listing, place):
    replies = [listing(PAIR), listing(PAIR)]
    del replies[place]["Auctions"][0]["PicName"]
    requests = (shop.request(), shop.request(image=OTHER))
    assert look(Relation.DISTINGUISHABLE, *zip(requests, replies, strict=True)) is None


def test_replies_without_their_list_tell_nothing_of_images(look, shop, listing):
    lacking = {name: value for name, value in listing(PAIR).items() if name != "Auctions"}
    assert look(Relation.DISTINGUISHABLE, (shop.request(), listing(PAIR)), (shop.request(image=OTHER), lacking)) is None
    for relation in (Relation.FINDS_ITSELF, Relation.NO_ENTRIES, Relation.WITHIN_WINDOW):
        assert look(relation, (shop.request(), lacking)) is None


def test_what_is_found_for_an_image_that_is_not_stored_is_shown(look, shop, listing):
    assert look(Relation.NO_ENTRIES, (shop.request(), listing([]))) is True
    expected = [(("no entries",), "demo / a, demo / b", "/Auctions", 0)]
    assert look(Relation.NO_ENTRIES, (shop.request(), listing([("a", 1.0), ("b", 0.5)]))) == expected


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
def test_no_entry_lies_beyond_the_reach_of_a_search(look, shop, listing, before, count, expected):
    """`before` is how many places there are from where the page begins to the end of what can be reached."""
    request = shop.request({"Start": str(shop.contract.window.maximum - before), "Num": "5"})
    assert look(Relation.WITHIN_WINDOW, (request, listing([("a", 0.5)] * count))) == expected
