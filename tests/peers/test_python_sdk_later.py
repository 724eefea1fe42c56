"""The official SDK searches the emulator of the later revision: what it added is understood as it sends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.signing.encoding import parse_form

from .keeping import KeepingEmulator, Served
from .python_sdk import EXAMPLE, Mode, Sdk, decoded, named_as_attributes

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
]


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(None, "2026-06")


@pytest.fixture(scope="module")
def served(contract: Contract) -> Iterator[Served]:
    emulator = KeepingEmulator(contract, EmulatorSettings(qps=None))
    with serve(emulator) as endpoint:
        yield Served(endpoint, emulator)


@pytest.fixture
def sdk(mode: Mode, served: Served) -> Sdk:
    return Sdk.of(mode, served.endpoint, DEFAULT_CREDENTIALS)


def test_each_parameter_travels_where_the_contract_says(sdk: Sdk, served: Served, contract: Contract) -> None:
    sdk.search({**EXAMPLE, "ScoreThreshold": "0.95", "DistinctProductId": True, "Num": 100, "Filter": "int_attr3>0"})
    queried = {name for name, _ in parse_form(served.request.query)} & {one.name for one in contract.parameters}
    assert queried == contract.query_parameter_names
    formed = dict(parse_form(served.request.body))
    assert formed["DistinctProductId"] == "True"
    assert "ScoreThreshold" not in formed


def test_a_threshold_of_the_sdk_takes_effect(sdk: Sdk) -> None:
    scores = [one.score for one in sdk.search({**EXAMPLE, "ScoreThreshold": "0.95", "Num": 100}).body.auctions]
    assert 0 < len(scores) < 100
    assert min(scores) >= 0.95


def test_distinct_products_of_the_sdk_take_effect(sdk: Sdk) -> None:
    def products(*, wanted: bool) -> list[str]:
        found = sdk.search({**EXAMPLE, "DistinctProductId": wanted, "Num": 100}).body.auctions
        return [one.product_id for one in found]

    assert len(set(products(wanted=True))) == 100
    assert len(set(products(wanted=False))) < 100


def test_the_further_attributes_are_decoded(sdk: Sdk, served: Served) -> None:
    response = sdk.search({**EXAMPLE, "Num": 20})
    assert decoded(response.body) == named_as_attributes(served.document)
    first = response.body.auctions[0]
    assert None not in {first.int_attr_3, first.int_attr_4, first.str_attr_3, first.str_attr_4}
