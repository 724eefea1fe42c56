"""The official SDK searches the emulator of the later revision, with the parameters and fields that it added."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.signing.encoding import parse_form

from .python_sdk import EXAMPLE, Mode, Sdk, model_to_dict, with_attribute_names
from .recording_emulator import RecordingEmulator, RunningEmulator

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
]


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(None, "2026-06")


@pytest.fixture(scope="module")
def emulator(contract: Contract) -> Iterator[RunningEmulator]:
    recording = RecordingEmulator(contract, EmulatorSettings(qps=None))
    with serve(recording) as endpoint:
        yield RunningEmulator(endpoint, recording)


@pytest.fixture
def sdk(mode: Mode, emulator: RunningEmulator) -> Sdk:
    return Sdk.create(mode, emulator.endpoint, DEFAULT_CREDENTIALS)


def test_each_parameter_is_sent_in_its_location(sdk: Sdk, emulator: RunningEmulator, contract: Contract) -> None:
    sdk.search({**EXAMPLE, "ScoreThreshold": "0.95", "DistinctProductId": True, "Num": 100, "Filter": "int_attr3>0"})
    query_names = {name for name, _ in parse_form(emulator.request.query)} & {
        parameter.name for parameter in contract.parameters
    }
    assert query_names == contract.query_parameter_names
    form = dict(parse_form(emulator.request.body))
    assert form["DistinctProductId"] == "True"
    assert "ScoreThreshold" not in form


def test_a_score_threshold_takes_effect(sdk: Sdk) -> None:
    scores = [entry.score for entry in sdk.search({**EXAMPLE, "ScoreThreshold": "0.95", "Num": 100}).body.auctions]
    assert 0 < len(scores) < 100
    assert min(scores) >= 0.95


def test_distinct_products_take_effect(sdk: Sdk) -> None:
    def products(*, distinct: bool) -> list[str]:
        entries = sdk.search({**EXAMPLE, "DistinctProductId": distinct, "Num": 100}).body.auctions
        return [entry.product_id for entry in entries]

    assert len(set(products(distinct=True))) == 100
    assert len(set(products(distinct=False))) < 100


def test_the_new_attributes_are_decoded(sdk: Sdk, emulator: RunningEmulator) -> None:
    response = sdk.search({**EXAMPLE, "Num": 20})
    assert model_to_dict(response.body) == with_attribute_names(emulator.document)
    first = response.body.auctions[0]
    assert None not in {first.int_attr_3, first.int_attr_4, first.str_attr_3, first.str_attr_4}
