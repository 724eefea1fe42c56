"""Entries of responses as values that can be compared, whatever they have."""

import json

import pytest

from imagesearch_conformance.checks.parsed_response import parse_entries, parse_response
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image
from imagesearch_conformance.model.wire import WireResponse


def parse_items(contract, *found):
    body = json.dumps({"Auctions": list(found)}).encode()
    return parse_entries(contract, parse_response(WireResponse(200, (), body), 200))


@pytest.mark.parametrize(
    ("found", "entry"),
    [
        ({"ProductId": "p", "PicName": "a"}, Entry(Image("p", "a"))),
        ({}, Entry(Image("", ""), is_identifiable=False)),
        ({"ProductId": 7, "PicName": "a"}, Entry(Image("", "a"), is_identifiable=False)),
        ({"ProductId": "p", "PicName": None}, Entry(Image("p", ""), is_identifiable=False)),
        ({"ProductId": ["p"], "PicName": "a"}, Entry(Image("", "a"), is_identifiable=False)),
        (
            {"ProductId": "p", "PicName": {"a": 1}, "Score": 0.5},
            Entry(Image("p", ""), score=0.5, is_identifiable=False),
        ),
    ],
)
def test_a_name_that_is_not_a_text_is_empty(contract, found, entry):
    assert parse_items(contract, found) == (entry,)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("CategoryId", 3, {"category": 3}),
        ("CategoryId", 3.0, {"category": 3}),
        ("CategoryId", "3", {}),
        ("CategoryId", [3], {}),
        ("Score", 1, {"score": 1.0}),
        ("Score", 0.5, {"score": 0.5}),
        ("Score", 0, {"score": 0.0}),
        ("Score", True, {}),
        ("Score", "0.5", {}),
        ("Score", {}, {}),
        ("IntAttr", 2.0, {"attributes": (("int_attr", 2),)}),
        ("IntAttr", 0, {"attributes": (("int_attr", 0),)}),
        ("IntAttr", "2", {}),
        ("IntAttr", True, {}),
        ("IntAttr", [2], {}),
        ("StrAttr", "", {"attributes": (("str_attr", ""),)}),
        ("StrAttr", 2, {}),
        ("StrAttr", ["2"], {}),
    ],
)
def test_a_value_of_another_type_is_left_out(contract, name, value, kept):
    assert parse_items(contract, {"ProductId": "p", "PicName": "a", name: value}) == (Entry(Image("p", "a"), **kept),)


def test_attributes_stand_in_the_order_of_the_filter_language(contract):
    (found,) = parse_items(contract, {"StrAttr": "x", "IntAttr": 1})
    assert found.attributes == (("int_attr", 1), ("str_attr", "x"))


def test_items_that_are_not_objects_are_skipped(contract):
    found = parse_items(contract, {"PicName": "b"}, 7, {"PicName": ["x"]}, None, {"PicName": "a"})
    assert [item.image.pic_name for item in found] == ["b", "", "a"]
