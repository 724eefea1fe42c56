"""Which rules the bytes of a request break: each alone, and none where the page leaves a notation open."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.transport.request_encoder import RequestEncoder


@pytest.fixture
def broken(contract, target, shop):
    """What a minimal request breaks once it is changed: None takes a parameter away."""

    def look(changes, target=target, **said):
        whole = shop.request({name: value for name, value in changes.items() if value is not None})
        kept = tuple(pair for pair in whole.parameters if changes.get(pair[0], "") is not None)
        request = evolve(whole, parameters=kept, **said)
        sent = parse_request(contract, RequestEncoder(contract, target).encode(Probe(request), None, "nonce"))
        return {(one.parameter, one.keyword) for one in find_violations(contract, target, sent)}

    return look


@pytest.mark.parametrize(
    ("changes", "violations"),
    [
        ({}, set()),
        ({"Num": "1"}, set()),
        ({"Num": "100"}, set()),
        ({"Num": "0"}, {("Num", "minimum")}),
        ({"Num": "101"}, {("Num", "maximum")}),
        ({"Num": "x"}, {("Num", "type")}),
        ({"Num": "-1"}, {("Num", "minimum")}),
        ({"Num": ""}, set()),
        ({"Num": "+10"}, set()),
        ({"Num": " 10 "}, set()),
        ({"Num": "10.0"}, set()),
        ({"Num": "10.5"}, {("Num", "type")}),
        ({"Num": "1e1"}, {("Num", "type")}),
        ({"Num": "9" * 5000}, {("Num", "maximum")}),
        ({"Start": "499"}, {(WINDOW, "maximum")}),
        ({"Start": "-1"}, {("Start", "minimum")}),
        ({"InstanceName": None}, {("InstanceName", "required")}),
        ({"InstanceName": "unknown"}, {("InstanceName", "known")}),
        ({"ProductId": None}, {("ProductId", "required")}),
        ({"PicName": None}, {("PicName", "required")}),
        ({"ProductId": None, "PicName": None}, {("ProductId", "required"), ("PicName", "required")}),
        ({"ProductId": "other"}, {(IMAGE, "known")}),
        ({"PicName": "other"}, {(IMAGE, "known")}),
        ({"Filter": "int_attr=1"}, set()),
        ({"Filter": "int_attr=="}, {("Filter", "format")}),
        ({"Filter": "int_attr=1 OR " * 40 + "int_attr=1"}, {("Filter", "maxLength")}),
        ({"InstanceName": ""}, {("InstanceName", "minLength")}),
        ({"CategoryId": "x"}, {("CategoryId", "type")}),
        ({"CategoryId": "3"}, set()),
    ],
)
def test_what_is_broken(broken, changes, violations):
    assert broken(changes) == violations


def test_the_operation_and_its_version(contract, broken):
    action = contract.protocol.action
    assert broken({}, action=None) == {(ACTION, "missing")}
    assert broken({}, action="Other") == {(ACTION, "unknown")}
    assert broken({}, action=action.upper()) == set()
    assert broken({}, version="2000-01-01") == {(VERSION, "unknown")}
    assert broken({}, version=None) == set()


def test_a_generic_instance_takes_any_category(broken):
    assert broken({"InstanceName": "generic", "CategoryId": "x"}) == set()


def test_a_broken_name_hides_what_only_known_names_can_break(broken):
    assert broken({"InstanceName": "unknown", "PicName": "other"}) == {("InstanceName", "known")}
    assert broken({"Num": "x", "Start": "499"}) == {("Num", "type")}


def test_a_generic_instance_has_every_other_rule(broken):
    assert broken({"InstanceName": "generic", "CategoryId": "x", "Num": "0"}) == {("Num", "minimum")}


@pytest.mark.parametrize(("num", "violations"), [("10", set()), ("11", {(WINDOW, "maximum")})])
def test_what_is_not_given_counts_as_its_default(contract, target, shop, num, violations):
    narrow = evolve(contract, window=evolve(contract.window, maximum=10))
    request = RequestEncoder(contract, target).encode(Probe(shop.request({"Num": num})), None, "nonce")
    found = find_violations(narrow, target, parse_request(narrow, request))
    assert {(one.parameter, one.keyword) for one in found} == violations
