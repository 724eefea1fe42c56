"""Drawn response bodies: no check has a finding."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagesearch_conformance import strategies
from imagesearch_conformance.filters.ast import satisfies
from imagesearch_conformance.model.expectation import Grade

FEW = settings(max_examples=15, database=None)


def entries_of(body):
    return body.get("Auctions", [])


def test_no_success_body_has_findings(judges):
    contract = judges.contract
    schema = Draft202012Validator(contract.spec_files.content("schemas/success.json"))
    max_entries = contract.parameter(contract.window.count_parameter).maximum

    @FEW
    @given(strategies.success_bodies(contract.revision))
    def check(body):
        assert judges.response_findings(contract.protocol.success_status, body, max_entries) == []
        schema.validate(body)
        assert json.loads(json.dumps(body)) == body

    check()


def test_a_success_body_fits_its_request(judges):
    document, filter_rules = judges.contract.revision, judges.contract.filter_rules

    @FEW
    @given(st.data())
    def check(data):
        request = data.draw(strategies.requests(document, given=judges.names))
        body = data.draw(strategies.success_bodies(document, request=request))
        assert judges.findings(request, body) == ()
        if "Filter" in request:
            condition = filter_rules.parser.parse(request["Filter"])
            for entry in entries_of(body):
                attributes = {name: entry.get(column) for name, column in filter_rules.attributes.items()}
                assert satisfies(condition, attributes)

    check()


def test_a_generic_instance_has_one_category(judges):
    generic = judges.contract.category.generic_category

    @settings(max_examples=20, database=None)
    @given(strategies.success_bodies(request={**judges.names, "CategoryId": 3}, category=generic))
    def check(body):
        assert {entry["CategoryId"] for entry in entries_of(body)} <= {generic}
        assert body.get("PicInfo", {"CategoryId": generic})["CategoryId"] == generic

    check()


def test_no_error_body_has_findings(judges):
    codes = set()

    @settings(max_examples=150, database=None, derandomize=True)
    @given(strategies.error_bodies(judges.contract.revision))
    def check(response):
        status, body = response
        assert judges.response_findings(status, body) == []
        assert judges.contract.errors.find(body["Code"]).grade in Grade
        codes.add(body["Code"])

    check()
    assert len(codes) > 30


def test_a_tolerated_code_has_each_status_and_message_of_a_source(draw):
    responses = draw(strategies.error_bodies(codes=["Throttling"]), 40)
    assert {status for status, _ in responses} == {400, 403, 429, 503}
    assert len({body["Message"] for _, body in responses}) > 2


def test_error_bodies_of_some_codes_alone(smallest):
    status, body = smallest(strategies.error_bodies(codes=["InvalidCategory"]))
    assert (status, body["Code"]) == (400, "InvalidCategory")
    assert set(body) == {"Code", "Message", "RequestId"}


@pytest.mark.parametrize(
    "predicate",
    [
        lambda body: len(entries_of(body)) == 100,
        lambda body: body.get("Auctions") == [] and "PicInfo" in body,
        lambda body: "Auctions" not in body,
        lambda body: "PicInfo" not in body,
        lambda body: any({"IntAttr", "StrAttr", "CustomContent"} <= set(entry) for entry in entries_of(body)),
        lambda body: any({"IntAttr", "StrAttr", "CustomContent"}.isdisjoint(entry) for entry in entries_of(body)),
        lambda body: len({entry["Score"] for entry in entries_of(body)}) > 2,
        lambda body: body["Head"]["DocsFound"] > body["Head"]["DocsReturn"],
        lambda body: body["Head"]["DocsFound"] < body["Head"]["DocsReturn"],
        lambda body: len(body.get("PicInfo", {}).get("MultiRegion", [])) > 1,
        lambda body: body.get("PicInfo", {}).get("AllCategories") == [],
        lambda body: len(body.get("PicInfo", {}).get("AllCategories", [])) > 3,
        lambda body: len(body) > 7,
        lambda body: any(entry["CategoryId"] > 2 for entry in entries_of(body)),
    ],
    ids=[
        "hundred", "empty", "no list", "no picture", "all attributes", "no attributes", "scores", "found", "returned",
        "regions", "unlisted", "listed", "unknown", "category",
    ],
)  # fmt: skip
@pytest.mark.long
def test_success_bodies_vary(predicate, examples):
    assert any(map(predicate, examples("success_bodies", 100)))


def test_a_filtered_list_is_not_always_empty(judges_by_revision, draw):
    request = {**judges_by_revision["2023-09"].names, "Filter": 'int_attr>=100 AND str_attr="value1"', "Num": 5}
    bodies = draw(strategies.success_bodies(request=request), 200)
    assert 1 < max(len(entries_of(body)) for body in bodies) <= 5


def test_a_later_request_gets_distinct_products_above_the_threshold(judges_by_revision, draw):
    restrictions = {"ScoreThreshold": "0.55", "DistinctProductId": True, "Num": 20}
    request = {**judges_by_revision["2026-06"].names, **restrictions}
    bodies = draw(strategies.success_bodies("2026-06", request=request), 40)
    assert 5 < max(len(entries_of(body)) for body in bodies) <= 20
    for entries in map(entries_of, bodies):
        assert len({entry["ProductId"] for entry in entries}) == len(entries)
        assert all(entry["Score"] >= 0.55 for entry in entries)


def test_the_smallest_success_is_empty_and_the_smallest_entry_minimal(smallest):
    body = smallest(strategies.success_bodies())
    assert (body["Auctions"], body["Head"]["DocsFound"]) == ([], 0)
    (entry,) = smallest(strategies.success_bodies(), lambda body: bool(entries_of(body)))["Auctions"]
    assert set(entry) == {"ProductId", "PicName", "CategoryId", "SortExprValues", "Score"}
    assert (entry["ProductId"], entry["PicName"]) == ("2092061_1", "2092061_1.jpg")


@pytest.mark.parametrize(
    "predicate",
    [
        lambda response: response[0] == 500,
        lambda response: {"HostId", "Recommend"} <= set(response[1]),
        lambda response: response[1]["Code"].startswith("Missing"),
    ],
    ids=["server", "details", "gateway"],
)
@pytest.mark.long
def test_error_bodies_vary(predicate, examples):
    assert any(map(predicate, examples("error_bodies", 200)))
