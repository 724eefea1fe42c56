"""The official Python SDK searches the emulator: its signatures are verified, and it decodes the responses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import EACH_ITEM
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS
from imagesearch_conformance.emulator.dataset import AWKWARD_NAMES
from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.signing.encoding import parameters, parse_form

from .python_sdk import EXAMPLE, MODES, Mode, Sdk, model_to_dict, with_attribute_names
from .recording_emulator import RunningEmulator

# The SDK dates its requests with a function that Python 3.12 deprecates; no other warning of it is expected.
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
]

FILTER = 'int_attr>=1 AND str_attr!="value 1" OR str_attr="图案"'
ALL = {**EXAMPLE, "CategoryId": 20, "Num": 7, "Start": 2, "Filter": FILTER}

#: Searches whose responses together have every field, and omit every optional field.
SEARCHES: dict[str, dict[str, Any]] = {
    "minimal": EXAMPLE,
    "all-parameters": ALL,
    "many": {**EXAMPLE, "Num": 100},
    "other-category": {**EXAMPLE, "CategoryId": 0},
    "several-regions": {**EXAMPLE, "ProductId": "item-0000", "PicName": "item-0000-side.jpg"},
    "generic-instance": {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg"},
    "nothing-found": {**EXAMPLE, "PicName": "absent.jpg"},
}


@pytest.fixture
def sdk(mode: Mode, emulator: RunningEmulator) -> Sdk:
    return Sdk.create(mode, emulator.endpoint, DEFAULT_CREDENTIALS)


def as_json(value: Any) -> str:
    """Return text in which 1, 1.0 and true differ, unlike with `==`."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the path of every field, as the contract writes it."""
    items = (
        value.items()
        if isinstance(value, dict)
        else ((EACH_ITEM, item) for item in value)
        if isinstance(value, list)
        else ()
    )
    for name, member in items:
        yield (*path, name)
        yield from paths(member, (*path, name))


@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS], ids=["ak", "sts"])
def test_a_search_is_verified_and_decoded(mode: Mode, key: Credentials, emulator: RunningEmulator) -> None:
    response = Sdk.create(mode, emulator.endpoint, key).search(EXAMPLE)
    assert response.status_code == 200
    assert as_json(model_to_dict(response.body)) == as_json(with_attribute_names(emulator.document))
    assert response.body.auctions[0].pic_name == EXAMPLE["PicName"]


@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS], ids=["ak", "sts"])
def test_a_mode_signs_with_its_scheme(mode: Mode, key: Credentials, emulator: RunningEmulator) -> None:
    Sdk.create(mode, emulator.endpoint, key).search(EXAMPLE)
    query = dict(parse_form(emulator.request.query))
    if mode.scheme is SignatureScheme.V3:
        assert (emulator.request.header("authorization") or "").startswith("ACS3-HMAC-SHA256 ")
        assert emulator.request.header("x-acs-security-token") == key.security_token
        assert not query
    else:
        assert emulator.request.header("authorization") is None
        assert (query["SignatureMethod"], query["SignatureVersion"]) == ("HMAC-SHA1", "1.0")
        assert query.get("SecurityToken") == key.security_token


def test_the_searches_cover_every_field(emulator: RunningEmulator, contract: Contract) -> None:
    seen: set[tuple[str, ...]] = set()
    for search in SEARCHES.values():
        Sdk.create(MODES[0], emulator.endpoint, DEFAULT_CREDENTIALS).search(search)
        seen |= set(paths(emulator.document))
    assert seen == {field.path for field in contract.success_fields}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_every_field_decodes(sdk: Sdk, search: dict[str, Any], emulator: RunningEmulator) -> None:
    body = sdk.search(search).body
    assert as_json(model_to_dict(body)) == as_json(with_attribute_names(emulator.document))


def test_missing_attributes_are_none(sdk: Sdk, emulator: RunningEmulator) -> None:
    entries = sdk.search(SEARCHES["many"]).body.auctions
    for name, attribute in {"IntAttr": "int_attr", "StrAttr2": "str_attr_2", "CustomContent": "custom_content"}.items():
        is_missing = [name not in entry for entry in emulator.document["Auctions"]]
        assert [getattr(entry, attribute) is None for entry in entries] == is_missing
        assert set(is_missing) == {True, False}


def test_all_parameters_arrive_and_take_effect(sdk: Sdk, emulator: RunningEmulator) -> None:
    body = sdk.search(ALL).body
    sent = dict(parameters(emulator.request))
    assert {name: sent[name] for name in ALL} == {name: str(value) for name, value in ALL.items()}
    assert len(body.auctions) == ALL["Num"]
    assert {entry.category_id for entry in body.auctions} == {20}
    assert all(entry.int_attr or entry.str_attr == "图案" for entry in body.auctions)


def test_parameters_of_later_revisions_are_sent_and_have_no_effect(sdk: Sdk, emulator: RunningEmulator) -> None:
    first = sdk.search(EXAMPLE).body
    body = sdk.search({**EXAMPLE, "ScoreThreshold": "0.5", "DistinctProductId": True}).body
    assert ("ScoreThreshold", "0.5") in parse_form(emulator.request.query)
    assert ("DistinctProductId", "True") in parse_form(emulator.request.body)
    assert model_to_dict(body.auctions) == model_to_dict(first.auctions)


def test_images_with_awkward_names_are_found(sdk: Sdk) -> None:
    searches = [{**EXAMPLE, "ProductId": product, "PicName": picture} for product, picture in AWKWARD_NAMES]
    firsts = [sdk.search({**search, "Num": 1}).body.auctions[0] for search in searches]
    assert [(first.product_id, first.pic_name) for first in firsts] == list(AWKWARD_NAMES)
    assert {first.score for first in firsts} == {1}
