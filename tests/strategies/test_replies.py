"""Drawn replies: no check has anything to say of one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagesearch_conformance import strategies
from imagesearch_conformance.filters.ast import satisfies
from imagesearch_conformance.model.expectation import Grade

FEW = settings(max_examples=15, database=None)


def test_no_success_departs_from_anything(bench):
    schema = Draft202012Validator(bench.contract.spec_files.content("schemas/success.json"))
    most = bench.contract.parameter(bench.contract.window.count_parameter).maximum

    @FEW
    @given(strategies.success_bodies(bench.contract.revision))
    def right(body):
        assert bench.flaws(bench.contract.protocol.success_status, body, most) == []
        schema.validate(body)
        assert json.loads(json.dumps(body)) == body

    right()


def test_a_success_answers_its_request(bench):
    document, filters = bench.contract.revision, bench.contract.filter_rules

    @FEW
    @given(st.data())
    def right(data):
        request = data.draw(strategies.requests(document, given=bench.names))
        body = data.draw(strategies.success_bodies(document, request=request))
        assert bench.departures(request, body) == ()
        if "Filter" in request:
            condition = filters.parser.parse(request["Filter"])
            shown = [{name: one.get(field) for name, field in filters.attributes.items()} for one in _entries(body)]
            assert all(satisfies(condition, one) for one in shown)

    right()


def _entries(body):
    return body.get("Auctions", [])


def test_a_generic_instance_has_one_category(bench):
    generic = bench.contract.category.generic_category

    @settings(max_examples=20, database=None)
    @given(strategies.success_bodies(request={**bench.names, "CategoryId": 3}, category=generic))
    def one(body):
        assert {one["CategoryId"] for one in _entries(body)} <= {generic}
        assert body.get("PicInfo", {"CategoryId": generic})["CategoryId"] == generic

    one()


def test_no_error_departs_from_anything(bench):
    seen = set()

    @settings(max_examples=150, database=None, derandomize=True)
    @given(strategies.error_bodies(bench.contract.revision))
    def right(reply):
        status, body = reply
        assert bench.flaws(status, body) == []
        assert bench.contract.errors.find(body["Code"]).grade in Grade
        seen.add(body["Code"])

    right()
    assert len(seen) > 30


def test_a_tolerated_code_has_any_status_and_text_that_a_source_prints(some):
    replies = some(strategies.error_bodies(codes=["Throttling"]), 40)
    assert {status for status, _ in replies} == {400, 403, 429, 503}
    assert len({body["Message"] for _, body in replies}) > 2


def test_errors_of_some_codes_alone(smallest):
    status, body = smallest(strategies.error_bodies(codes=["InvalidCategory"]))
    assert (status, body["Code"]) == (400, "InvalidCategory")
    assert set(body) == {"Code", "Message", "RequestId"}


@pytest.mark.parametrize(
    "wanted",
    [
        lambda body: len(_entries(body)) == 100,
        lambda body: body.get("Auctions") == [] and "PicInfo" in body,
        lambda body: "Auctions" not in body,
        lambda body: "PicInfo" not in body,
        lambda body: any({"IntAttr", "StrAttr", "CustomContent"} <= set(one) for one in _entries(body)),
        lambda body: any({"IntAttr", "StrAttr", "CustomContent"}.isdisjoint(one) for one in _entries(body)),
        lambda body: len({one["Score"] for one in _entries(body)}) > 2,
        lambda body: body["Head"]["DocsFound"] > body["Head"]["DocsReturn"],
        lambda body: body["Head"]["DocsFound"] < body["Head"]["DocsReturn"],
        lambda body: len(body.get("PicInfo", {}).get("MultiRegion", [])) > 1,
        lambda body: body.get("PicInfo", {}).get("AllCategories") == [],
        lambda body: len(body.get("PicInfo", {}).get("AllCategories", [])) > 3,
        lambda body: len(body) > 7,
        lambda body: any(one["CategoryId"] > 2 for one in _entries(body)),
    ],
    ids=[
        "hundred", "empty", "no list", "no picture", "all attributes", "no attributes", "scores", "found", "returned",
        "regions", "unlisted", "listed", "unknown", "category",
    ],
)  # fmt: skip
@pytest.mark.long
def test_successes_vary(wanted, drawn):
    assert any(map(wanted, drawn("success_bodies", 100)))


def test_a_filtered_list_is_not_always_empty(made, some):
    request = {**made["2023-09"].names, "Filter": 'int_attr>=100 AND str_attr="value1"', "Num": 5}
    bodies = some(strategies.success_bodies(request=request), 40)
    assert 1 < max(len(_entries(body)) for body in bodies) <= 5


def test_the_later_request_is_answered_by_distinct_products_above_the_threshold(made, some):
    request = {**made["2026-06"].names, "ScoreThreshold": "0.55", "DistinctProductId": True, "Num": 20}
    bodies = some(strategies.success_bodies("2026-06", request=request), 40)
    assert 5 < max(len(_entries(body)) for body in bodies) <= 20
    for entries in map(_entries, bodies):
        assert len({one["ProductId"] for one in entries}) == len(entries)
        assert all(one["Score"] >= 0.55 for one in entries)


def test_the_smallest_success_is_empty_and_the_smallest_entry_plain(smallest):
    body = smallest(strategies.success_bodies())
    assert (body["Auctions"], body["Head"]["DocsFound"]) == ([], 0)
    (entry,) = smallest(strategies.success_bodies(), lambda body: bool(_entries(body)))["Auctions"]
    assert set(entry) == {"ProductId", "PicName", "CategoryId", "SortExprValues", "Score"}
    assert (entry["ProductId"], entry["PicName"]) == ("2092061_1", "2092061_1.jpg")


@pytest.mark.parametrize(
    "wanted",
    [
        lambda reply: reply[0] == 500,
        lambda reply: {"HostId", "Recommend"} <= set(reply[1]),
        lambda reply: reply[1]["Code"].startswith("Missing"),
    ],
    ids=["server", "details", "gateway"],
)
@pytest.mark.long
def test_errors_vary(wanted, drawn):
    assert any(map(wanted, drawn("error_bodies", 200)))
