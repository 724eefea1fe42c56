"""The traffic as a browser's network panel reads it; tests/peers holds it against the format's schema."""

import base64
import json
from urllib.parse import parse_qsl

import pytest

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.reports.har import render_har


@pytest.fixture(scope="module", params=["clean", "hostile", "selected", "unreachable"])
def report(request, documents):
    return documents(request.param)


@pytest.fixture(scope="module")
def text(report):
    return render_har(report)


@pytest.fixture(scope="module")
def entries(text):
    return json.loads(text)["log"]["entries"]


def of(document):
    return json.loads(render_har(document))["log"]["entries"]


def test_every_case_that_sent_something_is_named(report, entries):
    told = [entry["comment"].split(", ") for entry in entries]
    assert {name for names in told for name in names} == {case["id"] for case in report["cases"] if case["exchanges"]}


def test_as_many_are_there_as_were_made(records):
    from imagesearch_conformance.reports.document import build_report

    record = records()
    made = {id(one) for case in record.cases for one in case.exchanges}
    assert len(of(build_report(record))) == len(made)


def test_they_are_in_the_order_in_which_they_were_sent(documents):
    """The clock of these runs stands still, so the moments are made up: the last first."""
    report, moments = json.loads(json.dumps(documents("selected"))), {}
    for one in (one for case in report["cases"] for one in case["exchanges"]):
        one["sentAt"] = moments.setdefault(str(one["request"]), f"2026-01-02T03:{59 - len(moments)}:00.000000Z")
    started = [entry["startedDateTime"] for entry in of(report)]
    assert started == sorted(started)
    assert len(started) == len(of(documents("selected")))


def test_requests_are_taken_apart(entries):
    for entry in entries:
        request = entry["request"]
        query = request["url"].partition("?")[2]
        assert pairs(request["queryString"]) == parse_qsl(query, keep_blank_values=True)
        if "postData" in request and request["postData"]["mimeType"].startswith("application/x-www-form-urlencoded"):
            post = request["postData"]
            assert pairs(post["params"]) == parse_qsl(post["text"], keep_blank_values=True)


def pairs(records):
    return [(one["name"], one["value"]) for one in records]


def test_bodies_that_are_only_referred_to_are_filled_in(documents):
    report = documents("clean")
    assert any("bodyOf" in one["response"] for case in report["cases"] for one in case["exchanges"])
    whole = {
        text
        for case in report["cases"]
        for one in case["exchanges"]
        if (text := one["response"].get("body")) is not None
    }
    assert {entry["response"]["content"]["text"] for entry in of(report)} == whole


def test_a_body_that_is_no_text_stays_as_it_is(bench):
    from attrs import evolve

    from imagesearch_conformance.reports.document import build_report

    bytes_of = b"\xff\xd8\xff\xe0 no text"
    record = bench(around=lambda request, answer: evolve(answer(request), body=bytes_of)).record(select=["num.maximum"])
    entry, *_ = of(build_report(record))
    content = entry["response"]["content"]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == bytes_of
    assert content["size"] == len(bytes_of)


def test_what_was_cut_off_says_so(documents):
    contents = [entry["response"]["content"] for entry in of(documents("huge"))]
    assert {one.get("comment") for one in contents} == {None, "only the beginning is kept"} or all(
        one["comment"] == "only the beginning is kept" for one in contents
    )
    assert max(one["size"] for one in contents) <= 64 * 1024


def test_no_traffic_holds_a_secret(text):
    assert DEFAULT_CREDENTIALS.access_key_secret not in text
    assert UNAUTHORIZED_CREDENTIALS.access_key_secret not in text


def test_firefox_finds_the_list_of_pages_it_needs(text):
    assert json.loads(text)["log"]["pages"] == []
