"""Searches: what comes back, in which order, page by page."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.awkward_names import AWKWARD_NAMES
from imagesearch_conformance.emulator.store import Store

from .emulator_conversation import Conversation


def test_the_documented_example_finds_itself_first(talk: Conversation) -> None:
    answer = talk.ask()
    assert answer.refusal is None
    assert answer.names[0] == ("2092061_1", "2092061_1.jpg")
    assert answer.body["Auctions"][0]["Score"] == 1.0
    assert answer.body["Auctions"][0]["SortExprValues"] == "5.37633353624177e+24;0"
    assert answer.body["PicInfo"]["CategoryId"] == 20
    assert len(answer.names) == answer.body["Head"]["DocsFound"] == 10
    assert answer.body["Head"]["DocsReturn"] > 600


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_an_awkward_name_finds_itself_first(talk: Conversation, name: tuple[str, str]) -> None:
    assert talk.ask(ProductId=name[0], PicName=name[1]).names[0] == name


@pytest.mark.parametrize("given", [{}, {"CategoryId": "1"}, {"CategoryId": "88888888"}, {"Num": "100", "Start": "400"}])
def test_replies_are_valid_by_the_schema(talk: Conversation, contract: Contract, given: dict[str, str]) -> None:
    jsonschema.validate(talk.ask(**given).body, contract.spec_files.content("schemas/success.json"))


def test_pages_make_up_the_ranking_without_gap_or_overlap(talk: Conversation) -> None:
    pages = [talk.ask(Start=str(start), Num="7").body["Auctions"] for start in range(0, 490, 7)]
    entries = [entry for page in pages for entry in page]
    names = [(entry["ProductId"], entry["PicName"]) for entry in entries]
    assert len(set(names)) == len(names) == 490
    order = [(-entry["Score"], entry["ProductId"], entry["PicName"]) for entry in entries]
    assert order == sorted(order)


def test_sort_expression_values_agree_with_scores(talk: Conversation) -> None:
    entries = talk.ask(Num="100").body["Auctions"]
    firsts = [float(entry["SortExprValues"].partition(";")[0]) for entry in entries]
    assert firsts == sorted(firsts, reverse=True)
    assert len(set(firsts)) == len({entry["Score"] for entry in entries})


def test_the_first_value_of_identical_images_depends_on_the_category(talk: Conversation) -> None:
    answer = talk.ask(ProductId="cat1-0000", PicName="front.jpg")
    assert answer.body["PicInfo"]["CategoryId"] == 1
    assert answer.body["Auctions"][0]["SortExprValues"] == "7.33136443711219e+24;0"


@pytest.mark.parametrize("category", [0, 7, 88888888])
def test_a_category_given_prevails(talk: Conversation, category: int) -> None:
    answer = talk.ask(CategoryId=str(category))
    assert answer.body["PicInfo"]["CategoryId"] == category
    assert {entry["CategoryId"] for entry in answer.body["Auctions"]} == {category}
    assert all(entry["Score"] < 1 for entry in answer.body["Auctions"])


@pytest.mark.parametrize("category", [None, "0", "20", "77", "abc"])
def test_a_generic_instance_takes_no_notice_of_categories(
    talk: Conversation, contract: Contract, category: str | None
) -> None:
    generic = {"InstanceName": "genericdemo", "ProductId": "generic-0000", "PicName": "front.jpg"}
    answer = talk.ask(**generic, CategoryId=category)
    assert answer.body["PicInfo"]["CategoryId"] == contract.category.generic_category
    assert {entry["CategoryId"] for entry in answer.body["Auctions"]} == {contract.category.generic_category}


def test_an_absent_image_finds_nothing(talk: Conversation, contract: Contract) -> None:
    answer = talk.ask(PicName="absent.jpg")
    assert answer.refusal is None
    assert answer.body["Auctions"] == []
    assert answer.body["Head"]["DocsReturn"] == 0
    jsonschema.validate(answer.body, contract.spec_files.content("schemas/success.json"))


def test_regions_give_the_upper_left_corner_first(store: Store) -> None:
    regions = [region for image in store.dataset.images for region in (image.region, *image.regions)]
    for region in regions:
        left, right, top, bottom = map(int, region.split(","))
        assert left <= right
        assert top <= bottom
    counts = {len(image.regions) for image in store.dataset.images}
    assert 0 in counts
    assert len(counts) > 1


def test_all_categories_are_named_as_in_the_sample(talk: Conversation) -> None:
    listed = talk.ask().body["PicInfo"]["AllCategories"]
    assert {"Name": "Digital device", "Id": 22} in listed
    assert len(listed) == 14


def test_answers_differ_in_nothing_but_the_request_id(talk: Conversation) -> None:
    first, second = talk.ask().body, talk.ask().body
    assert first.pop("RequestId") != second.pop("RequestId")
    assert first == second


def test_request_ids_are_upper_case_uuids_each_once(talk: Conversation) -> None:
    ids = [talk.ask(Num="1").body["RequestId"] for _ in range(50)]
    ids += [talk.ask(Num="0").body["RequestId"] for _ in range(50)]
    assert len(set(ids)) == 100
    assert all(re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", one) for one in ids)


def test_the_body_is_json_in_utf_8(talk: Conversation) -> None:
    reply = talk.ask(ProductId="产品", PicName="图片 1.jpg").reply
    assert reply.header("content-type") == "application/json;charset=utf-8"
    assert "图片 1.jpg".encode() in reply.body
    assert json.loads(reply.body)


def test_many_threads_get_the_same_answers(talk: Conversation) -> None:
    requests = [
        talk.signed(talk.unsigned(Filter=f"int_attr>={number % 10}", CategoryId=str(number % 9)))
        for number in range(300)
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(talk.sent, requests))
    for number, answer in enumerate(answers):
        answer.body.pop("RequestId")
        assert answer.body == answers[number % 90].body
