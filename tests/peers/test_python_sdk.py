"""The official Python SDK searches the emulator: its signatures are verified, and it decodes what was sent."""

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

from .keeping import Served
from .python_sdk import EXAMPLE, MODES, Mode, Sdk, decoded, named_as_attributes

# The SDK dates its requests with a function that Python 3.12 deprecates; no other warning of it is expected.
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
]

FILTER = 'int_attr>=1 AND str_attr!="value 1" OR str_attr="图案"'
ALL = {**EXAMPLE, "CategoryId": 20, "Num": 7, "Start": 2, "Filter": FILTER}

#: Searches whose replies together have every field, and lack every field that may be missing.
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
def sdk(mode: Mode, served: Served) -> Sdk:
    return Sdk.of(mode, served.endpoint, DEFAULT_CREDENTIALS)


def as_json(value: Any) -> str:
    """Text in which 1, 1.0 and true differ, as they do not for `==`."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every field, in the notation of the contract."""
    items = (
        value.items()
        if isinstance(value, dict)
        else ((EACH_ITEM, one) for one in value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in items:
        yield (*path, name)
        yield from paths(inner, (*path, name))


@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS], ids=["ak", "sts"])
def test_a_search_is_verified_and_decoded(mode: Mode, key: Credentials, served: Served) -> None:
    response = Sdk.of(mode, served.endpoint, key).search(EXAMPLE)
    assert response.status_code == 200
    assert as_json(decoded(response.body)) == as_json(named_as_attributes(served.document))
    assert response.body.auctions[0].pic_name == EXAMPLE["PicName"]


@pytest.mark.parametrize("key", [DEFAULT_CREDENTIALS, TEMPORARY_CREDENTIALS], ids=["ak", "sts"])
def test_the_mode_is_what_its_name_says(mode: Mode, key: Credentials, served: Served) -> None:
    Sdk.of(mode, served.endpoint, key).search(EXAMPLE)
    query = dict(parse_form(served.request.query))
    if mode.scheme is SignatureScheme.V3:
        assert (served.request.header("authorization") or "").startswith("ACS3-HMAC-SHA256 ")
        assert served.request.header("x-acs-security-token") == key.security_token
        assert not query
    else:
        assert served.request.header("authorization") is None
        assert (query["SignatureMethod"], query["SignatureVersion"]) == ("HMAC-SHA1", "1.0")
        assert query.get("SecurityToken") == key.security_token


def test_the_searches_show_every_field(served: Served, contract: Contract) -> None:
    shown: set[tuple[str, ...]] = set()
    for given in SEARCHES.values():
        Sdk.of(MODES[0], served.endpoint, DEFAULT_CREDENTIALS).search(given)
        shown |= set(paths(served.document))
    assert shown == {field.path for field in contract.success_fields}


@pytest.mark.parametrize("given", SEARCHES.values(), ids=SEARCHES)
def test_every_field_decodes(sdk: Sdk, given: dict[str, Any], served: Served) -> None:
    body = sdk.search(given).body
    assert as_json(decoded(body)) == as_json(named_as_attributes(served.document))


def test_attributes_that_an_image_lacks_stay_none(sdk: Sdk, served: Served) -> None:
    entries = sdk.search(SEARCHES["many"]).body.auctions
    for name, attribute in {"IntAttr": "int_attr", "StrAttr2": "str_attr_2", "CustomContent": "custom_content"}.items():
        lacking = [name not in entry for entry in served.document["Auctions"]]
        assert [getattr(entry, attribute) is None for entry in entries] == lacking
        assert set(lacking) == {True, False}


def test_all_parameters_arrive_and_count(sdk: Sdk, served: Served) -> None:
    body = sdk.search(ALL).body
    sent = dict(parameters(served.request))
    assert {name: sent[name] for name in ALL} == {name: str(value) for name, value in ALL.items()}
    assert len(body.auctions) == ALL["Num"]
    assert {entry.category_id for entry in body.auctions} == {20}
    assert all(entry.int_attr or entry.str_attr == "图案" for entry in body.auctions)


def test_parameters_of_later_revisions_travel_elsewhere_and_do_no_harm(sdk: Sdk, served: Served) -> None:
    first = sdk.search(EXAMPLE).body
    body = sdk.search({**EXAMPLE, "ScoreThreshold": "0.5", "DistinctProductId": True}).body
    assert ("ScoreThreshold", "0.5") in parse_form(served.request.query)
    assert ("DistinctProductId", "True") in parse_form(served.request.body)
    assert decoded(body.auctions) == decoded(first.auctions)


def test_awkward_names_find_themselves(sdk: Sdk) -> None:
    named = [{**EXAMPLE, "ProductId": product, "PicName": picture} for product, picture in AWKWARD_NAMES]
    firsts = [sdk.search({**given, "Num": 1}).body.auctions[0] for given in named]
    assert [(first.product_id, first.pic_name) for first in firsts] == list(AWKWARD_NAMES)
    assert {first.score for first in firsts} == {1}
