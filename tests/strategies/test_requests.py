"""Drawn requests: those that keep every rule, and those that break the one they name."""

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


def test_every_request_keeps_every_rule(bench):
    types = {one.name: _TYPES[one.type] for one in bench.contract.parameters}
    strangers = [*bench.contract.error_acceptances(Violation(bench.contract.instance_parameter, "known")),
                 *bench.contract.error_acceptances(Violation(IMAGE, "known"))]  # fmt: skip

    @FEW
    @given(strategies.requests(bench.contract.revision))
    def keeps(request):
        assert all(type(value) is types[name] for name, value in request.items())
        assert bench.broken(request) == frozenset()
        status, body = bench.answer(request)
        refused = (status, body["Code"]) in {(one.status, one.code) for one in strangers}
        assert status == bench.contract.protocol.success_status or refused

    keeps()


def test_every_request_for_what_is_there_is_accepted(bench):
    @FEW
    @given(strategies.requests(bench.contract.revision, given=bench.names))
    def accepted(request):
        status, body = bench.answer(request)
        assert status == bench.contract.protocol.success_status, body
        assert bench.departures(request, body) == ()

    accepted()


def test_every_broken_request_breaks_the_rule_it_names(bench, some):
    stated = {f"{one.key}.{keyword.lower()}" for one in bench.contract.parameters for keyword in one.constraints()}
    for rule in sorted({*stated, f"{WINDOW}.maximum"}.intersection(bench.contract.requirements)):
        for request, named in some(strategies.invalid_requests(bench.contract.revision, rules=[rule]), 4):
            (violation,) = bench.broken(request)
            name = violation.parameter if violation.parameter == WINDOW else violation.parameter.lower()
            assert f"{name}.{violation.keyword.lower()}" == rule == named


def test_every_broken_request_is_refused_for_it(bench):
    @FEW
    @given(strategies.invalid_requests(bench.contract.revision, given=bench.names))
    def refused(drawn):
        request, _ = drawn
        (violation,) = bench.broken(request)
        status, body = bench.answer(request)
        assert (status, body["Code"]) in {(one.status, one.code) for one in bench.contract.error_acceptances(violation)}

    refused()


def test_the_smallest_request_is_the_one_of_the_page(bench, smallest):
    examples = {one.name: one.examples[0] for one in bench.contract.parameters if one.required}
    assert smallest(strategies.requests(bench.contract.revision)) == examples


@pytest.mark.parametrize(
    "wanted",
    [
        lambda request: len(request) >= 7,
        lambda request: len(request) == 3,
        lambda request: request.get("Num", 10) + request.get("Start", 0) == 500,
        lambda request: request.get("Start", 0) >= 490,
        lambda request: len(request["InstanceName"]) == 20 and not request["InstanceName"].isascii(),
        lambda request: "&" in request["ProductId"],
        lambda request: any(ord(one) > 0xFFFF for one in request["PicName"]),
        lambda request: " OR " in request.get("Filter", ""),
        lambda request: len(request.get("Filter", "")) == 256,
    ],
    ids=["all", "none", "end", "far", "long", "reserved", "astral", "or", "full"],
)
@pytest.mark.long
def test_requests_vary(wanted, drawn):
    assert any(map(wanted, drawn("requests", 250)))


def test_what_is_given_stands_and_what_is_required_is_there(made):
    given_ones = {"InstanceName": "mine", "Start": 499, "CategoryId": None, "PicName": st.sampled_from(["a", "b"])}

    @FEW
    @given(strategies.requests(required=["Filter"], given=given_ones))
    def stands(request):
        assert request["InstanceName"] == "mine"
        assert request["PicName"] in {"a", "b"}
        assert "CategoryId" not in request
        assert request["Filter"]
        # Any other number would reach too far.
        assert (request["Start"], request["Num"]) == (499, 1)
        assert made["2023-09"].broken(request) == frozenset()

    stands()


def test_a_contract_of_ones_own_is_followed(copied):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 50')
    seen = set()

    @FEW
    @given(strategies.requests(contract=load(copied.root), required=["Num"]))
    def collect(request):
        seen.add(request["Num"])

    collect()
    assert max(seen) == 50


@pytest.mark.parametrize(
    ("call", "said"),
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
def test_what_is_no_parameter_code_or_revision_is_told(call, said):
    with pytest.raises(InvalidInput) as told:
        call()
    assert said in str(told.value)
