"""The emulator in the later revision: thresholds, distinct products, further attributes, lists in filters."""

from __future__ import annotations

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Behaviour
from imagesearch_conformance.emulator.store import Store

from .emulator_client import ClientFactory, EmulatorClient


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(None, "2026-06")


@pytest.fixture(scope="module")
def create_client(contract: Contract) -> ClientFactory:
    return ClientFactory(contract, Store.from_contract(contract))


@pytest.fixture(scope="module")
def client(create_client: ClientFactory) -> EmulatorClient:
    return create_client(qps=None)


def test_entries_have_the_further_attributes(client: EmulatorClient) -> None:
    first, *others = client.search(Num="100").body["Auctions"]
    assert {"IntAttr3", "IntAttr4", "StrAttr3", "StrAttr4"} <= set(first)
    assert len({entry.get("IntAttr3") for entry in others}) > 3


@pytest.mark.parametrize("text", ["0.95", "0.99", "1.00"])
def test_a_threshold_removes_entries_below_it(client: EmulatorClient, text: str) -> None:
    unfiltered = client.search(Num="100").body["Auctions"]
    body = client.search(Num="100", ScoreThreshold=text).body
    assert body["Auctions"] == [entry for entry in unfiltered if entry["Score"] >= float(text)]
    assert body["Head"]["DocsReturn"] == len(body["Auctions"]) < 100


def test_a_score_equal_to_the_threshold_is_kept(client: EmulatorClient) -> None:
    scores = [entry["Score"] for entry in client.search(Num="100", ScoreThreshold="0.97").body["Auctions"]]
    assert scores[-1] == 0.97


def test_parameters_are_accepted_in_the_query_and_in_the_form(client: EmulatorClient) -> None:
    in_form = client.search(Num="100", ScoreThreshold="0.95")
    in_query = client.sign_and_send(client.sign(client.build_request(Num="100").with_query("ScoreThreshold=0.95")))
    assert in_form.names == in_query.names
    assert len(in_form.names) < 100


def test_distinct_products_keep_the_best_entry_of_each(client: EmulatorClient) -> None:
    names = client.search(Num="100").names
    distinct = client.search(Num="100", DistinctProductId="true").names
    products = [product for product, _ in distinct]
    assert len(set(products)) == len(products) == 100
    firsts = [name for index, name in enumerate(names) if name[0] not in [product for product, _ in names[:index]]]
    assert distinct[: len(firsts)] == firsts


def test_distinct_products_can_apply_to_each_page(create_client: ClientFactory) -> None:
    client = create_client(behaviour=Behaviour(distinct_per_page=True), qps=None)
    names = client.search(Num="100", DistinctProductId="true").names
    assert len({product for product, _ in names}) == len(names) < 100


@pytest.mark.parametrize("text", ["false", "False", "", "FALSE"])
def test_distinct_products_are_off_by_default(client: EmulatorClient, text: str) -> None:
    assert client.search(Num="100", DistinctProductId=text).names == client.search(Num="100").names


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"ScoreThreshold": "1.01"}, (400, "BadRequest")),
        ({"ScoreThreshold": "abc"}, (400, "BadRequest")),
        ({"DistinctProductId": "maybe"}, (400, "BadRequest")),
        ({"DistinctProductId": "1"}, (400, "BadRequest")),
        ({"Filter": "int_attr in ()"}, (400, "InvalidFilterClause")),
        ({"Filter": "int_attr5=1"}, (400, "InvalidFilterClause")),
        ({"ProductId": None}, (400, "NoSpecifiedProductId")),
        ({"Filter": "int_attr>=0" + " " * 4086}, (400, "InvalidFilterClause")),
        ({"Filter": "int_attr>=0" + " " * 4085}, None),
    ],
)
def test_the_rules_of_the_later_revision_apply(
    client: EmulatorClient, parameters: dict[str, str | None], error: object
) -> None:
    assert client.search(**parameters).error == error


@pytest.mark.parametrize(
    ("text", "is_match"),
    [
        ("int_attr3 in (20, 2)", lambda entry: entry.get("IntAttr3") in {20, 2}),
        ("int_attr3 not in (20)", lambda entry: entry.get("IntAttr3") not in {20, None}),
        ('str_attr4 in ("图案","")', lambda entry: entry.get("StrAttr4") in {"图案", ""}),
        ('str_attr not in ("value1")', lambda entry: entry.get("StrAttr") not in {"value1", None}),
        (f"int_attr4 in ({10**30},100)", lambda entry: entry.get("IntAttr4") == 100),
    ],
)
def test_list_operators_select_the_listed_values(client: EmulatorClient, text: str, is_match: object) -> None:
    unfiltered = client.search(Num="100").body["Auctions"]
    filtered = client.search(Num="100", Filter=text).body["Auctions"]
    expected = [entry for entry in unfiltered if is_match(entry)]
    assert expected
    assert filtered[: len(expected)] == expected
    assert all(is_match(entry) for entry in filtered)
