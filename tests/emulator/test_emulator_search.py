"""Searches: entries, order, pages and the fields of responses."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import AWKWARD_NAMES
from imagesearch_conformance.emulator.store import Store

from .emulator_client import EmulatorClient


def test_the_documented_image_is_its_own_first_result(client: EmulatorClient) -> None:
    response = client.search()
    assert response.error is None
    assert response.names[0] == ("2092061_1", "2092061_1.jpg")
    assert response.body["Auctions"][0]["Score"] == 1.0
    assert response.body["Auctions"][0]["SortExprValues"] == "5.37633353624177e+24;0"
    assert response.body["PicInfo"]["CategoryId"] == 20
    assert len(response.names) == response.body["Head"]["DocsFound"] == 10
    assert response.body["Head"]["DocsReturn"] > 600


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_an_image_with_an_awkward_name_is_its_own_first_result(client: EmulatorClient, name: tuple[str, str]) -> None:
    assert client.search(ProductId=name[0], PicName=name[1]).names[0] == name


@pytest.mark.parametrize(
    "parameters", [{}, {"CategoryId": "1"}, {"CategoryId": "88888888"}, {"Num": "100", "Start": "400"}]
)
def test_responses_match_the_schema(client: EmulatorClient, contract: Contract, parameters: dict[str, str]) -> None:
    jsonschema.validate(client.search(**parameters).body, contract.spec_files.content("schemas/success.json"))


def test_pages_cover_the_ranking_without_gap_or_overlap(client: EmulatorClient) -> None:
    pages = [client.search(Start=str(start), Num="7").body["Auctions"] for start in range(0, 490, 7)]
    entries = [entry for page in pages for entry in page]
    names = [(entry["ProductId"], entry["PicName"]) for entry in entries]
    assert len(set(names)) == len(names) == 490
    order = [(-entry["Score"], entry["ProductId"], entry["PicName"]) for entry in entries]
    assert order == sorted(order)


def test_sort_expression_values_agree_with_scores(client: EmulatorClient) -> None:
    entries = client.search(Num="100").body["Auctions"]
    firsts = [float(entry["SortExprValues"].partition(";")[0]) for entry in entries]
    assert firsts == sorted(firsts, reverse=True)
    assert len(set(firsts)) == len({entry["Score"] for entry in entries})


def test_the_first_value_of_identical_images_depends_on_the_category(client: EmulatorClient) -> None:
    response = client.search(ProductId="cat1-0000", PicName="front.jpg")
    assert response.body["PicInfo"]["CategoryId"] == 1
    assert response.body["Auctions"][0]["SortExprValues"] == "7.33136443711219e+24;0"


@pytest.mark.parametrize("category", [0, 7, 88888888])
def test_a_given_category_overrides_the_predicted_one(client: EmulatorClient, category: int) -> None:
    response = client.search(CategoryId=str(category))
    assert response.body["PicInfo"]["CategoryId"] == category
    assert {entry["CategoryId"] for entry in response.body["Auctions"]} == {category}
    assert all(entry["Score"] < 1 for entry in response.body["Auctions"])


@pytest.mark.parametrize("category", [None, "0", "20", "77", "abc"])
def test_a_generic_instance_ignores_categories(
    client: EmulatorClient, contract: Contract, category: str | None
) -> None:
    generic = {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg"}
    response = client.search(**generic, CategoryId=category)
    assert response.body["PicInfo"]["CategoryId"] == contract.category.generic_category
    assert {entry["CategoryId"] for entry in response.body["Auctions"]} == {contract.category.generic_category}


def test_a_missing_image_has_no_results(client: EmulatorClient, contract: Contract) -> None:
    response = client.search(PicName="absent.jpg")
    assert response.error is None
    assert response.body["Auctions"] == []
    assert response.body["Head"]["DocsReturn"] == 0
    jsonschema.validate(response.body, contract.spec_files.content("schemas/success.json"))


def test_regions_give_the_upper_left_corner_first(store: Store) -> None:
    regions = [region for image in store.dataset.images for region in (image.region, *image.regions)]
    for region in regions:
        left, right, top, bottom = map(int, region.split(","))
        assert left <= right
        assert top <= bottom
    counts = {len(image.regions) for image in store.dataset.images}
    assert 0 in counts
    assert len(counts) > 1


def test_all_categories_are_named_as_in_the_sample(client: EmulatorClient) -> None:
    listed = client.search().body["PicInfo"]["AllCategories"]
    assert {"Name": "Digital device", "Id": 22} in listed
    assert len(listed) == 14


def test_repeated_responses_differ_only_in_the_request_id(client: EmulatorClient) -> None:
    first, second = client.search().body, client.search().body
    assert first.pop("RequestId") != second.pop("RequestId")
    assert first == second


def test_request_ids_are_unique_upper_case_uuids(client: EmulatorClient) -> None:
    ids = [client.search(Num="1").body["RequestId"] for _ in range(50)]
    ids += [client.search(Num="0").body["RequestId"] for _ in range(50)]
    assert len(set(ids)) == 100
    assert all(re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", request_id) for request_id in ids)


def test_the_body_is_json_in_utf_8(client: EmulatorClient) -> None:
    reply = client.search(ProductId="产品", PicName="图片 1.jpg").wire
    assert reply.header("content-type") == "application/json;charset=utf-8"
    assert "图片 1.jpg".encode() in reply.body
    assert json.loads(reply.body)


def test_many_threads_get_the_same_responses(client: EmulatorClient) -> None:
    requests = [
        client.sign(client.build_request(Filter=f"int_attr>={number % 10}", CategoryId=str(number % 9)))
        for number in range(300)
    ]
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(client.send, requests))
    for number, response in enumerate(responses):
        response.body.pop("RequestId")
        assert response.body == responses[number % 90].body
