"""What browsers and other tools leave out of archives, and what is made of that."""

import base64
import gzip
import json

import pytest


def test_a_recording_of_chrome_over_http2(judge, calls, failed):
    entry = calls.made()
    entry["_fromCache"] = None
    request = entry["request"]
    request["url"] = request["url"].replace("http:", "https:")
    request["headers"] = [
        {"name": ":authority", "value": "emulator.example"},
        {"name": ":method", "value": "POST"},
        {"name": ":path", "value": "/"},
        *(one for one in request["headers"] if one["name"].lower() not in {"host", "authorization"}),
        {"name": "cookie", "value": "session=very-private"},
    ]
    preflight = calls.made()
    preflight["request"]["method"] = "OPTIONS"
    cached = calls.made(at=5) | {"_fromCache": "disk"}
    said, report = judge([preflight, cached, entry])
    assert (said.code, report["verdict"]) == (0, "conformant")
    assert report["recording"]["judged"] == 1
    assert report["recording"]["others"] == 2
    assert report["target"]["endpoint"] == "https://emulator.example"
    assert "very-private" not in json.dumps(report)
    said, report = judge([entry], "--subject", "client")
    assert said.code == 0
    assert {"operation.host", "operation.action"} <= failed(report, "passed")
    # The signature was taken out when the recording was exported: nothing is said of it.
    assert not {one for one in failed(report, "passed") if one.startswith("authentication")}


def test_a_recording_of_firefox_with_parameters_alone(judge, calls, failed):
    entry = calls.made({"Num": "10"})
    entry["startedDateTime"] = "2026-01-02T04:04:05.123+01:00"
    post = entry["request"]["postData"]
    pairs = [one.split("=") for one in post.pop("text").split("&")]
    post["params"] = [{"name": name, "value": value} for name, value in pairs]
    said, report = judge([entry])
    assert (said.code, failed(report)) == (0, set())
    assert "num.optional" in failed(report, "passed")
    assert report["cases"][0]["exchanges"][0]["sentAt"] == "2026-01-02T03:04:05.123000Z"
    said, report = judge([entry], "--subject", "client")
    assert said.code == 0
    assert not {"authentication.signature", "request.location"} & failed(report, "passed")


@pytest.mark.parametrize("place", ["form", "query"])
def test_calls_are_found_by_the_names_of_v2(judge, calls, place):
    said, report = judge([calls.entry(calls.v2(place=place))])
    assert (said.code, report["recording"]["judged"]) == (0, 1)
    said, report = judge([calls.entry(calls.v2(place=place))], "--subject", "client")
    assert (said.code, report["verdict"]) == (0, "conformant")


def test_a_reply_that_is_not_whole_is_not_judged(judge, calls):
    changes = [
        (lambda response: response["content"].pop("text"), "lacks the body"),
        (lambda response: response["content"].update(text=None, size=-1), "lacks the body"),
        (lambda response: response["content"].update(text=response["content"]["text"][:99]), "only a part"),
        (lambda response: response["content"].update(encoding="rot13"), "in an unknown encoding"),
        (lambda response: response["content"].update(encoding="base64", text="a"), "in an unknown encoding"),
        *((lambda response, one=one: response.update(status=one), "no response") for one in (0, None, "200", -1, True)),
    ]
    entries = [calls.made(at=at) for at in range(len(changes))]
    for (change, _), entry in zip(changes, entries, strict=True):
        change(entry["response"])
    said, report = judge(entries)
    assert (said.code, report["verdict"]) == (3, "inconclusive")
    assert {one["outcome"] for one in report["cases"]} == {"notApplicable"}
    for case, (_, reason) in zip(report["cases"], changes, strict=True):
        assert reason in case["reason"]
    said, report = judge([*entries, calls.made(at=99)])
    assert (said.code, report["verdict"]) == (0, "conformant")


@pytest.mark.parametrize("packed", [False, True])
def test_bodies_in_base64_are_read_compressed_or_not(judge, calls, packed, failed):
    entry = calls.made(faults=("msg-missing",))
    content = entry["response"]["content"]
    raw = content["text"].encode()
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
    content.update(encoding="base64", text=base64.b64encode(gzip.compress(raw) if packed else raw).decode())
    said, report = judge([entry])
    assert said.code == 1
    assert failed(report) == {"response.msg.present"}


def test_a_bomb_in_a_recording_is_not_unpacked(judge, calls):
    entry = calls.made()
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
    bomb = gzip.compress(b"[" * 50_000_000)
    entry["response"]["content"].update(encoding="base64", text=base64.b64encode(bomb).decode())
    said, report = judge([entry])
    assert said.code == 3
    assert "exceeds the size limit" in report["cases"][0]["reason"]


def test_replies_without_headers_are_not_blamed_for_their_type(judge, calls, failed):
    entry = calls.made()
    entry["response"]["headers"], entry["response"]["content"]["mimeType"] = [], ""
    said, report = judge([entry])
    assert said.code == 0
    assert "wire.contenttype" in failed(report, "notApplicable")
    entry["response"]["headers"] = [{"name": "date", "value": "today"}]
    said, report = judge([entry])
    assert failed(report, "warned") | failed(report) == {"wire.contenttype"}


def test_copies_of_an_entry_count_once(judge, calls):
    entry = calls.made()
    said, report = judge([entry, entry], "--subject", "client")
    assert (said.code, report["recording"]["repeated"], report["requests"]) == (0, 1, 1)
