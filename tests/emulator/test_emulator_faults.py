"""Every fault changes a response, and the emulator without faults is deterministic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Emulator, EmulatorSettings, contract_faults
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.emulator.dataset import AWKWARD_NAMES
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.encoding import format_date

from .emulator_client import EXAMPLE, NOW, ClientFactory, EmulatorClient

#: Integers in notations that some endpoint may accept.
NOTATIONS = (
    "0x1", "1e1", "1.5", "10abc", "1_0", "1,0", "\uff11", "true", "null", "+5", " 5", "005", "5.0", "-5", "501",
    str(5 - 2**32), str(5 - 2**64),
)  # fmt: skip

#: Filters with every operator, and invalid filters.
FILTERS = (
    "int_attr!=100", 'str_attr>"value1"', "str_attr=value1", 'int_attr="abc"', "int_attr>>100", "int_attr 100",
    "int_attr>=", "OR int_attr>=100", "int_attr>=100 XOR int_attr<=200", "price>=100", 'str_attr="value1',
    "(int_attr>=100", "int_attr>=100; DROP TABLE images", "int_attr=-1", "int_attr=0 OR int_attr=1 OR int_attr=2",
    "int_attr=2147483647", 'str_attr=" value1"', "(int_attr=0)", "int_attr<5", f'str_attr!="{"x" * 245}"',
)  # fmt: skip

PARAMETERS: tuple[dict[str, str | None], ...] = (
    {}, {"Num": "1"}, {"Num": "100"}, {"Num": "101"}, {"Num": "0"}, {"Num": "x"},
    {"Start": "0"}, {"Start": "10"}, {"Start": "-1"}, {"Start": "x"}, {"Start": "499", "Num": "1"},
    {"Start": "500", "Num": "1"}, {"Start": "450", "Num": "100"},
    {"CategoryId": "0"}, {"CategoryId": "77"}, {"CategoryId": "x"},
    {"Filter": "int_attr>=100"}, {"Filter": "int_attr>100"}, {"Filter": "int_attr<=100"}, {"Filter": "int_attr<100"},
    {"Filter": "int_attr=100"}, {"Filter": 'str_attr!="value1"'}, {"Filter": 'int_attr=1000 AND str_attr="value1"'},
    {"Filter": 'int_attr=1000 OR str_attr="value1"'}, {"Filter": "int_attr!="}, {"Filter": "int_attr>1" + " " * 246},
    {"Filter": "int_attr>1" + " " * 247},
    {"Num": "7"}, {"Filter": "int_attr=0"}, {"Filter": "int_attr<-100"}, {"Filter": "int_attr = 1000"},
    {"Filter": 'int_attr=1000 and str_attr="value1"'}, {"Filter": '(int_attr=0 OR int_attr=2) AND str_attr="value1"'},
    {"Filter": 'int_attr=0 OR int_attr=2 AND str_attr="value1"'},
    {"ProductId": "generic-0000", "PicName": "front.jpg"}, {"Filter": "int_attr>=0", "Start": "5"},
    {"Filter": "int_attr>=0", "CategoryId": "20"}, {"CategoryId": "20", "Start": "5"}, {"Start": "250"},
    {"Filter": "int_attr>=0 AND int_attr<=2"}, {"ProductId": "ITEM-0000", "PicName": "FRONT.JPG"},
    *({"Num": text} for text in NOTATIONS), *({"Start": text} for text in NOTATIONS),
    *({"CategoryId": text} for text in ("-1", "10", "88888888", str(2**32))),
    {"Num": "10"}, {"Num": ""}, {"Other": "1"},
    *({"Filter": text} for text in FILTERS), {"Start": "5", "Num": "10"}, {"Start": "400", "Num": "100"},
    {"Start": "499", "Num": "2"}, {"Start": "7", "Num": "5"}, {"Num": "100", "Start": "1"},
    {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg", "CategoryId": "0"},
    {"CategoryId": "1", "Start": "100"}, {"InstanceName": "longest-name-of-them"},
    {"InstanceName": None}, {"InstanceName": ""}, {"InstanceName": "absent"}, {"InstanceName": "x" * 21},
    {"InstanceName": "longest-name-of-them", "ProductId": "far-0000", "PicName": "front.jpg"},
    {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg"},
    {"ProductId": None}, {"ProductId": ""}, {"ProductId": "absent"}, {"PicName": None}, {"PicName": ""},
    {"PicName": "absent.jpg"}, {"ProductId": "cat1-0000", "PicName": "front.jpg"},
)  # fmt: skip


BASE_CONTRACT = load()


def requests_for_all_faults(client: EmulatorClient, contract: Contract) -> Iterator[WireRequest]:
    """Yield requests that together show every fault."""
    valid = client.build_request()
    yield from (client.sign(client.build_request(**parameters)) for parameters in PARAMETERS)
    for product, picture in AWKWARD_NAMES:
        yield client.sign(client.build_request(ProductId=product, PicName=picture))
    for row in contract.errors.documented_rows:
        yield client.sign(valid.with_headers((FAULT_HEADER, row.code)))
    for name, value in (("x-acs-action", "Other"), ("x-acs-version", "1999-01-01")):
        yield client.sign(valid.with_headers((name, value)))
    yield client.sign(evolve(valid, headers=tuple(header for header in valid.headers if header[0] != "x-acs-action")))
    yield valid
    yield client.sign(valid, Credentials("nobody", "secret"))
    yield client.sign(valid, evolve(DEFAULT_CREDENTIALS, access_key_secret="wrong"))
    yield client.sign(valid, UNAUTHORIZED_CREDENTIALS)
    for seconds in (-600, -1800, 1800):
        yield client.sign(valid, date=format_date(NOW + timedelta(seconds=seconds)))
    yield client.sign(valid, date="yesterday")
    signed = client.sign(valid)
    yield from (signed, signed)
    yield evolve(client.sign(valid), body=valid.body + b"&Num=1")
    yield client.sign(evolve(valid, body=valid.body + b"&Num=1&Num=1"))
    yield client.sign(evolve(valid, body=b"").with_query(valid.body.decode()))
    yield client.sign(evolve(valid, body=b"", method="GET").with_query(valid.body.decode()))
    yield client.sign(valid.with_headers(("x-acs-action", contract.protocol.action.lower())))
    yield client.sign(evolve(valid, headers=tuple(header for header in valid.headers if header[0] != "x-acs-version")))
    yield client.sign(client.build_request(Filter=f'str_attr="{"ü" * 200}"'))
    yield from (client.sign(client.build_request()), client.sign(client.build_request()))
    yield client.sign(valid).with_query("Num=1")
    yield v3.sign(
        valid,
        DEFAULT_CREDENTIALS,
        date=format_date(NOW),
        nonce=client.new_nonce(),
        unsigned_headers=frozenset({"x-acs-action"}),
    )


@pytest.fixture(scope="module")
def timed_requests(create_client: ClientFactory, contract: Contract) -> list[tuple[WireRequest, datetime]]:
    """All requests at intervals, then a burst."""
    client = create_client()
    single = [
        (request, NOW + timedelta(seconds=n / 5)) for n, request in enumerate(requests_for_all_faults(client, contract))
    ]
    return single + [(client.sign(client.build_request(Num="1")), NOW + timedelta(seconds=60)) for _ in range(12)]


def handle_all(client: EmulatorClient, timed_requests: list[tuple[WireRequest, datetime]]) -> list[WireResponse]:
    return [client.emulator.handle(request, now) for request, now in timed_requests]


@pytest.fixture(scope="module")
def reference_responses(
    create_client: ClientFactory, timed_requests: list[tuple[WireRequest, datetime]]
) -> list[WireResponse]:
    return handle_all(create_client(qps=10.0), timed_requests)


def test_an_emulator_without_faults_is_deterministic(
    create_client: ClientFactory,
    timed_requests: list[tuple[WireRequest, datetime]],
    reference_responses: list[WireResponse],
) -> None:
    assert handle_all(create_client(qps=10.0), timed_requests) == reference_responses


@pytest.mark.long
@pytest.mark.parametrize("name", contract_faults(BASE_CONTRACT))
def test_a_fault_changes_a_response(
    create_client: ClientFactory,
    timed_requests: list[tuple[WireRequest, datetime]],
    reference_responses: list[WireResponse],
    name: str,
) -> None:
    emulator = create_client(name, qps=10.0).emulator
    assert any(
        emulator.handle(request, now) != reference
        for (request, now), reference in zip(timed_requests, reference_responses, strict=True)
    )


def test_every_fault_has_a_unique_description_of_one_sentence() -> None:
    faults = contract_faults(BASE_CONTRACT)
    assert len(faults) >= 120
    for name, fault in faults.items():
        assert fault.name == name
        assert name == name.lower()
        assert fault.description[0].isupper()
        assert fault.description.endswith(".")
    assert len({fault.description for fault in faults.values()}) == len(faults)


def test_several_faults_at_once(create_client: ClientFactory) -> None:
    client = create_client("num-zero-accepted", "msg-missing", "requestid-repeated")
    response = client.search(Num="0")
    assert response.body["Auctions"] == []
    assert "Msg" not in response.body
    assert response.body["RequestId"] == client.search().body["RequestId"]


def test_violated_requirements_and_side_effects_must_fail() -> None:
    fault = Fault("name", "Description.", ("num.*", "start.type"), ("ranking.self",))
    requirements = ("num.type", "num.maximum", "start.type", "start.minimum", "ranking.self", "ranking.score")
    assert fault.must_fail(requirements) == {"num.type", "num.maximum", "start.type", "ranking.self"}


def test_every_emulator_has_its_own_fault_state(create_client: ClientFactory) -> None:
    first, second = create_client("cache-ignores-num"), create_client("cache-ignores-num")
    assert len(first.search(Num="3").names) == 3
    assert len(first.search(Num="7").names) == 3
    assert len(second.search(Num="7").names) == 7


def test_a_cache_that_ignores_filter_distinguishes_images(create_client: ClientFactory) -> None:
    client = create_client("cache-ignores-filter")
    names = client.search(Num="5").names
    assert client.search(Num="5", Filter="int_attr>=100").names == names
    assert client.search(Num="5", ProductId="cat1-0000", PicName="front.jpg").names != names


def test_a_fault_of_one_code_does_not_change_others(create_client: ClientFactory, client: EmulatorClient) -> None:
    faulty = create_client("error-invalidinstance-mistaken")
    assert faulty.search(InstanceName="absent").error != client.search(InstanceName="absent").error
    assert faulty.search(Num="x").error == client.search(Num="x").error


def test_a_mistaken_code_has_the_message_and_status_of_its_row(
    create_client: ClientFactory, contract: Contract
) -> None:
    rows = contract.errors.documented_rows
    index = next(index for index, row in enumerate(rows) if row.code == "InvalidInstance")
    response = create_client("error-invalidinstance-mistaken").search(InstanceName="absent")
    assert response.error == (rows[index + 1].status, rows[index + 1].code)
    assert response.body["Message"] == rows[index + 1].message


def test_a_renamed_field_keeps_its_value_and_position(create_client: ClientFactory, client: EmulatorClient) -> None:
    reference, renamed = client.search().body, create_client("head-docsreturn-misnamed").search().body
    assert renamed["Head"]["docs_return"] == reference["Head"]["DocsReturn"]
    assert list(renamed["Head"]) == [{"DocsReturn": "docs_return"}.get(name, name) for name in reference["Head"]]


def test_an_unknown_fault_is_invalid_input_with_a_suggestion(contract: Contract) -> None:
    with pytest.raises(InvalidInput, match="num-zero-accepted"):
        Emulator(contract, EmulatorSettings(faults=("num-zero-acepted",)))


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("num-above-maximum-accepted", {"Num": "101"}, 101),
        ("num-above-maximum-capped", {"Num": "101"}, 100),
        ("num-zero-accepted", {"Num": "0"}, 0),
        ("num-text-as-default", {"Num": "x"}, 10),
        ("num-default-doubled", {}, 20),
        ("start-above-maximum-accepted", {"Start": "500", "Num": "3"}, 3),
        ("instance-unknown-accepted", {"InstanceName": "absent"}, 0),
        ("instance-missing-accepted", {"InstanceName": None}, 10),
        ("instance-too-long-accepted", {"InstanceName": "x" * 21}, 10),
        ("filter-syntax-accepted", {"Filter": "("}, 10),
        ("filter-too-long-accepted", {"Filter": "int_attr<9" + " " * 5000}, 10),
        ("absent-image-found", {"PicName": "absent.jpg"}, 10),
        ("entries-above-num", {"Num": "4"}, 5),
        ("action-missing-accepted", {}, 10),
    ],
)
def test_a_fault_accepts_invalid_parameters(
    create_client: ClientFactory, name: str, parameters: dict[str, str | None], expected: int
) -> None:
    assert len(create_client(name).search(**parameters).names) == expected


def test_decoding_twice_finds_another_image(create_client: ClientFactory) -> None:
    assert create_client("plus-decoded-twice").search(ProductId="plus+sign", PicName="one+two.jpg").names[0] == (
        "plus sign",
        "one two.jpg",
    )


def test_a_fault_does_not_change_valid_requests(create_client: ClientFactory, client: EmulatorClient) -> None:
    assert create_client("num-zero-accepted").search().body["Auctions"] == client.search(**EXAMPLE).body["Auctions"]
