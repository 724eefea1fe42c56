"""Rules that the bytes of a request violate, and notations that the documentation leaves open."""

import pytest
from attrs import evolve

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.transport.request_encoder import RequestEncoder


@pytest.fixture
def violations_after(contract, target, builder):
    """Return the violations of a changed minimal request; None removes a parameter."""

    def run(changes, target=target, **said):
        whole = builder.request({name: value for name, value in changes.items() if value is not None})
        kept = tuple(pair for pair in whole.parameters if changes.get(pair[0], "") is not None)
        request = evolve(whole, parameters=kept, **said)
        sent = parse_request(contract, RequestEncoder(contract, target).encode(Probe(request), None, "nonce"))
        return {(violation.parameter, violation.keyword) for violation in find_violations(contract, target, sent)}

    return run


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
def test_violations_of_parameters(violations_after, changes, violations):
    assert violations_after(changes) == violations


def test_violations_of_operation_and_version(contract, violations_after):
    action = contract.protocol.action
    assert violations_after({}, action=None) == {(ACTION, "missing")}
    assert violations_after({}, action="Other") == {(ACTION, "unknown")}
    assert violations_after({}, action=action.upper()) == set()
    assert violations_after({}, version="2000-01-01") == {(VERSION, "unknown")}
    assert violations_after({}, version=None) == set()


def test_a_generic_instance_takes_any_category(violations_after):
    assert violations_after({"InstanceName": "generic", "CategoryId": "x"}) == set()


def test_dependent_rules_are_not_judged_if_a_parameter_is_invalid(violations_after):
    assert violations_after({"InstanceName": "unknown", "PicName": "other"}) == {("InstanceName", "known")}
    assert violations_after({"Num": "x", "Start": "499"}) == {("Num", "type")}


def test_a_generic_instance_has_every_other_rule(violations_after):
    assert violations_after({"InstanceName": "generic", "CategoryId": "x", "Num": "0"}) == {("Num", "minimum")}


@pytest.mark.parametrize(("num", "violations"), [("10", set()), ("11", {(WINDOW, "maximum")})])
def test_a_missing_parameter_counts_as_its_default(contract, target, builder, num, violations):
    narrow = evolve(contract, window=evolve(contract.window, maximum=10))
    request = RequestEncoder(contract, target).encode(Probe(builder.request({"Num": num})), None, "nonce")
    found = find_violations(narrow, target, parse_request(narrow, request))
    assert {(item.parameter, item.keyword) for item in found} == violations
