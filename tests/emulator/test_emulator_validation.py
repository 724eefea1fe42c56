"""Validation of parameters, and the error code of each violation."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, VERSION, WINDOW
from imagesearch_conformance.emulator.settings import Behaviour
from imagesearch_conformance.emulator.validation import ParameterValidator
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import encode_form

from .emulator_client import EXAMPLE, Change, EmulatorClient

#: Parameters with the rule that they violate.
INVALID_PARAMETERS = (
    ({"InstanceName": None}, "InstanceName", "required"),
    ({"InstanceName": ""}, "InstanceName", "minLength"),
    ({"InstanceName": "x" * 21}, "InstanceName", "maxLength"),
    ({"InstanceName": "absent"}, "InstanceName", "known"),
    ({"ProductId": None}, "ProductId", "required"),
    ({"ProductId": ""}, "ProductId", "minLength"),
    ({"PicName": None}, "PicName", "required"),
    ({"PicName": ""}, "PicName", "minLength"),
    ({"CategoryId": "10"}, "CategoryId", "enum"),
    ({"CategoryId": "-1"}, "CategoryId", "enum"),
    ({"CategoryId": "tops"}, "CategoryId", "type"),
    ({"Num": "0"}, "Num", "minimum"),
    ({"Num": "-5"}, "Num", "minimum"),
    ({"Num": "101"}, "Num", "maximum"),
    ({"Num": "9" * 5000}, "Num", "maximum"),
    ({"Num": "-" + "9" * 5000}, "Num", "minimum"),
    ({"Num": "ten"}, "Num", "type"),
    ({"Start": "-1"}, "Start", "minimum"),
    ({"Start": "500", "Num": "1"}, "Start", "maximum"),
    ({"Start": "1e2"}, "Start", "type"),
    ({"Start": "401", "Num": "100"}, WINDOW, "maximum"),
    ({"Start": "499", "Num": "2"}, WINDOW, "maximum"),
    ({"Filter": "int_attr>=1" + " " * 246}, "Filter", "maxLength"),
    ({"Filter": "int_attr!=1"}, "Filter", "format"),
    ({"Filter": "("}, "Filter", "format"),
)


@pytest.mark.parametrize(("changes", "name", "keyword"), INVALID_PARAMETERS)
def test_a_violation_gets_its_first_documented_code(
    client: EmulatorClient, contract: Contract, changes: dict[str, str | None], name: str, keyword: str
) -> None:
    expected = contract.error_acceptances(Violation(name, keyword))[0]
    response = client.search(**changes)
    assert response.error == (expected.status, expected.code)
    assert response.body["Message"] == contract.error_row(expected.code or "").message


@pytest.mark.parametrize(
    "text", ["+5", " 5", "5 ", "1_0", "1.5", "5.0", "\u0665", "\uff15", "0x5", "--5", "-", "1e1", "5\n", "NaN"]
)
@pytest.mark.parametrize("name", ["Num", "Start", "CategoryId"])
def test_integers_are_ascii_digits_with_an_optional_minus(
    client: EmulatorClient, contract: Contract, name: str, text: str
) -> None:
    expected = contract.error_acceptances(Violation(name, "type"))[0]
    assert client.search(**{name: text}).error == (expected.status, expected.code)


@pytest.mark.parametrize(
    "changes",
    [
        {"Num": "1"}, {"Num": "100"}, {"Num": "007"}, {"Start": "499", "Num": "1"}, {"Start": "400", "Num": "100"},
        {"Start": "-0"}, {"Num": ""}, {"Start": ""}, {"CategoryId": ""}, {"Filter": ""}, {"Unknown": "1"},
        {"Filter": "int_attr>=1" + " " * 245}, {"Filter": "int_attr<" + "9" * 200},
        {"Filter": "int_attr>-" + "9" * 200},
        {"InstanceName": "longest-name-of-them", "ProductId": "far-0000", "PicName": "front.jpg"},
    ],
)  # fmt: skip
def test_valid_values_are_accepted(client: EmulatorClient, changes: dict[str, str]) -> None:
    assert client.search(**changes).error is None


def test_the_first_of_repeated_parameters_counts(client: EmulatorClient) -> None:
    request = client.build_request(Num="3")
    assert len(client.sign_and_send(evolve(request, body=request.body + b"&Num=x")).names) == 3


def test_parameters_in_the_query_are_accepted(client: EmulatorClient) -> None:
    request = WireRequest("POST", f"/?{encode_form((*EXAMPLE.items(), ('Num', '2')))}", client.headers())
    assert len(client.sign_and_send(request).names) == 2


def test_a_body_of_another_media_type_has_no_parameters(client: EmulatorClient) -> None:
    response = client.search(lambda request: request.with_headers(("content-type", "application/json")))
    assert response.error == (400, "InvalidInstance")


@pytest.mark.parametrize("name", ["InstanceName", "ProductId", "Filter", "Num", "Unknown"])
def test_invalid_utf8_is_rejected_or_ignored(client: EmulatorClient, name: str) -> None:
    request = client.build_request(**{name: None})
    response = client.sign_and_send(evolve(request, body=f"{name}=%FF%ED%A0%80&".encode() + request.body))
    assert (response.error is None) == (name == "Unknown")


@pytest.mark.parametrize(
    ("change", "name", "keyword"),
    [
        (lambda r: r.with_headers(("x-acs-action", "SearchImageByPic")), ACTION, "unknown"),
        (lambda r: r.with_headers(("x-acs-action", "searchimagebyname")), ACTION, "unknown"),
        (lambda r: r.with_query("Action=SearchImageByPic"), ACTION, "unknown"),
        (lambda r: evolve(r, target="/elsewhere"), ACTION, "unknown"),
        (lambda r: evolve(r, headers=tuple(h for h in r.headers if h[0] != "x-acs-action")), ACTION, "missing"),
        (lambda r: r.with_headers(("x-acs-action", "")), ACTION, "missing"),
        (lambda r: evolve(r, method="GET"), ACTION, "method"),
        (lambda r: evolve(r, method="PUT"), ACTION, "method"),
        (lambda r: r.with_headers(("x-acs-version", "1999-01-01")), VERSION, "unknown"),
        (lambda r: r.with_query("Version=1999-01-01"), VERSION, "unknown"),
    ],
)
def test_another_operation_is_rejected(
    client: EmulatorClient, contract: Contract, change: Change, name: str, keyword: str
) -> None:
    expected = contract.error_acceptances(Violation(name, keyword))[0]
    assert client.search(change).error == (expected.status, expected.code)


def test_the_operation_may_be_named_twice_and_the_version_omitted(client: EmulatorClient) -> None:
    query = "Action=SearchImageByName&Version=2020-12-14&Format=JSON"
    assert client.search(lambda request: request.with_query(query)).error is None
    without = tuple(header for header in client.headers() if header[0] != "x-acs-version")
    assert client.search(lambda request: evolve(request, headers=without)).error is None


_TEXT = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(["", "0", "1", "100", "101", "499", "500", "int_attr>=1"]),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["InstanceName", "ProductId", "CategoryId", "Num", "Start", "Filter"]), _TEXT))
def test_the_first_violation_decides_the_error(
    contract: Contract, shared_client: EmulatorClient, changes: dict[str, str]
) -> None:
    first = next(ParameterValidator.from_contract(contract, Behaviour()).violations(EXAMPLE | changes), None)
    response = shared_client.search(**changes)
    if first is not None:
        expected = contract.error_acceptances(first)[0]
        assert response.error == (expected.status, expected.code)
    else:
        assert response.error in {None, (400, "InvalidInstance"), (400, "OverflowMaxResultNum")}
