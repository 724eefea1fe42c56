"""Drawn requests: valid ones, and invalid ones with the rule that they break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagesearch_conformance import strategies
from imagesearch_conformance.contract import load
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Violation

FEW = settings(max_examples=15, database=None)

_TYPES = {"integer": int, "boolean": bool, "string": str}


def test_every_request_is_valid(judges):
    contract = judges.contract
    types = {parameter.name: _TYPES[parameter.type] for parameter in contract.parameters}
    unknown_names = (Violation(contract.instance_parameter, "known"), Violation(IMAGE, "known"))
    errors = {
        (acceptance.status, acceptance.code)
        for violation in unknown_names
        for acceptance in contract.error_acceptances(violation)
    }

    @FEW
    @given(strategies.requests(contract.revision))
    def check(request):
        assert all(type(value) is types[name] for name, value in request.items())
        assert judges.violations(request) == frozenset()
        status, body = judges.send(request)
        assert status == contract.protocol.success_status or (status, body["Code"]) in errors

    check()


def test_every_request_for_a_known_image_succeeds(judges):
    @FEW
    @given(strategies.requests(judges.contract.revision, given=judges.names))
    def check(request):
        status, body = judges.send(request)
        assert status == judges.contract.protocol.success_status, body
        assert judges.findings(request, body) == ()

    check()


def test_every_invalid_request_breaks_the_rule_that_it_names(judges, draw):
    contract = judges.contract
    rules = {
        f"{parameter.key}.{keyword.lower()}" for parameter in contract.parameters for keyword in parameter.constraints()
    }
    for rule in sorted({*rules, f"{WINDOW}.maximum"}.intersection(contract.requirements)):
        for request, name in draw(strategies.invalid_requests(contract.revision, rules=[rule]), 4):
            (violation,) = judges.violations(request)
            assert f"{violation.parameter.lower()}.{violation.keyword.lower()}" == rule == name


def test_every_invalid_request_gets_an_error_of_its_rule(judges):
    contract = judges.contract

    @FEW
    @given(strategies.invalid_requests(contract.revision, given=judges.names))
    def check(drawn):
        request, _ = drawn
        (violation,) = judges.violations(request)
        status, body = judges.send(request)
        acceptances = contract.error_acceptances(violation)
        assert (status, body["Code"]) in {(acceptance.status, acceptance.code) for acceptance in acceptances}

    check()


def test_the_smallest_request_is_the_documented_example(judges, smallest):
    required = {parameter.name: parameter.examples[0] for parameter in judges.contract.parameters if parameter.required}
    assert smallest(strategies.requests(judges.contract.revision)) == required


@pytest.mark.parametrize(
    "predicate",
    [
        lambda request: len(request) >= 7,
        lambda request: len(request) == 3,
        lambda request: request.get("Num", 10) + request.get("Start", 0) == 500,
        lambda request: request.get("Start", 0) >= 490,
        lambda request: len(request["InstanceName"]) == 20 and not request["InstanceName"].isascii(),
        lambda request: "&" in request["ProductId"],
        lambda request: any(ord(character) > 0xFFFF for character in request["PicName"]),
        lambda request: " OR " in request.get("Filter", ""),
        lambda request: len(request.get("Filter", "")) == 256,
    ],
    ids=["all", "none", "end", "far", "long", "reserved", "astral", "or", "full"],
)
@pytest.mark.long
def test_requests_vary(predicate, examples):
    assert any(map(predicate, examples("requests", 250)))


def test_given_values_are_fixed_and_required_parameters_present(judges_by_revision):
    fixed = {"InstanceName": "mine", "Start": 499, "CategoryId": None, "PicName": st.sampled_from(["a", "b"])}

    @FEW
    @given(strategies.requests(required=["Filter"], given=fixed))
    def check(request):
        assert request["InstanceName"] == "mine"
        assert request["PicName"] in {"a", "b"}
        assert "CategoryId" not in request
        assert request["Filter"]
        # Any other length would exceed the window.
        assert (request["Start"], request["Num"]) == (499, 1)
        assert judges_by_revision["2023-09"].violations(request) == frozenset()

    check()


def test_strategies_follow_an_edited_contract(copied):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 50')
    lengths = set()

    @FEW
    @given(strategies.requests(contract=load(copied.root), required=["Num"]))
    def collect(request):
        lengths.add(request["Num"])

    collect()
    assert max(lengths) == 50


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: strategies.requests("2019-01"), "2023-09, 2026-06"),
        (lambda: strategies.requests(required=["Nun"]), "did you mean Num?"),
        (lambda: strategies.requests(given={"Colour": "red"}), "expected one of InstanceName"),
        (lambda: strategies.invalid_requests(rules=["num.maximun"]), "did you mean num.maximum?"),
        (lambda: strategies.filters("2026-06", contract=load()), "give either `document` or `contract`"),
        (lambda: strategies.error_bodies(codes=["InvalidInstanze"]), "did you mean InvalidInstance?"),
        (lambda: strategies.error_bodies(codes=[]), "leave `codes` out"),
    ],
)
def test_an_unknown_parameter_code_or_revision_is_invalid_input(call, message):
    with pytest.raises(InvalidInput) as error:
        call()
    assert message in str(error.value)
