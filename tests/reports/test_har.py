"""The exchanges as a browser's network panel reads them; tests/peers validates them against the schema of HAR."""

import base64
import json
from urllib.parse import parse_qsl

import pytest

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.reports.har import render_har


@pytest.fixture(scope="module", params=["clean", "hostile", "selected", "unreachable"])
def report(request, get_report):
    return get_report(request.param)


@pytest.fixture(scope="module")
def text(report):
    return render_har(report)


@pytest.fixture(scope="module")
def entries(text):
    return json.loads(text)["log"]["entries"]


def render_entries(document):
    return json.loads(render_har(document))["log"]["entries"]


def test_every_case_with_requests_is_named(report, entries):
    case_ids = [entry["comment"].split(", ") for entry in entries]
    assert {name for ids in case_ids for name in ids} == {case["id"] for case in report["cases"] if case["exchanges"]}


def test_every_exchange_has_one_entry(records):
    from imagesearch_conformance.reports.document import build_report

    record = records()
    exchanges = {id(exchange) for case in record.cases for exchange in case.exchanges}
    assert len(render_entries(build_report(record))) == len(exchanges)


def test_entries_are_in_the_order_of_sending(get_report):
    """The clock of these runs stands still, so the times are set here, in reverse order."""
    report, times = json.loads(json.dumps(get_report("selected"))), {}
    for exchange in (exchange for case in report["cases"] for exchange in case["exchanges"]):
        exchange["sentAt"] = times.setdefault(str(exchange["request"]), f"2026-01-02T03:{59 - len(times)}:00.000000Z")
    started = [entry["startedDateTime"] for entry in render_entries(report)]
    assert started == sorted(started)
    assert len(started) == len(render_entries(get_report("selected")))


def test_requests_are_parsed(entries):
    for entry in entries:
        request = entry["request"]
        query = request["url"].partition("?")[2]
        assert pairs(request["queryString"]) == parse_qsl(query, keep_blank_values=True)
        if "postData" in request and request["postData"]["mimeType"].startswith("application/x-www-form-urlencoded"):
            post = request["postData"]
            assert pairs(post["params"]) == parse_qsl(post["text"], keep_blank_values=True)


def pairs(records):
    return [(record["name"], record["value"]) for record in records]


def test_referenced_bodies_are_filled_in(get_report):
    report = get_report("clean")
    assert any("bodyRef" in exchange["response"] for case in report["cases"] for exchange in case["exchanges"])
    bodies = {
        text
        for case in report["cases"]
        for exchange in case["exchanges"]
        if (text := exchange["response"].get("body")) is not None
    }
    assert {entry["response"]["content"]["text"] for entry in render_entries(report)} == bodies


def test_a_binary_body_is_base64(bench):
    from attrs import evolve

    from imagesearch_conformance.reports.document import build_report

    body = b"\xff\xd8\xff\xe0 no text"
    record = bench(around=lambda request, answer: evolve(answer(request), body=body)).record(select=["num.maximum"])
    entry, *_ = render_entries(build_report(record))
    content = entry["response"]["content"]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == body
    assert content["size"] == len(body)


def test_truncated_responses_are_marked(get_report):
    contents = [entry["response"]["content"] for entry in render_entries(get_report("huge"))]
    assert {content.get("comment") for content in contents} == {None, "truncated"} or all(
        content["comment"] == "truncated" for content in contents
    )
    assert max(content["size"] for content in contents) <= 64 * 1024


def test_it_contains_no_secret(text):
    assert DEFAULT_CREDENTIALS.access_key_secret not in text
    assert UNAUTHORIZED_CREDENTIALS.access_key_secret not in text


def test_it_has_the_list_of_pages_that_firefox_requires(text):
    assert json.loads(text)["log"]["pages"] == []
