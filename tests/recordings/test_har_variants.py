"""Archives of browsers and other tools, with what they leave out."""

import base64
import gzip
import json

import pytest


def test_a_recording_of_chrome_over_http2(judge_recording, recorder, requirements_with):
    entry = recorder.recorded_entry()
    entry["_fromCache"] = None
    request = entry["request"]
    request["url"] = request["url"].replace("http:", "https:")
    request["headers"] = [
        {"name": ":authority", "value": "emulator.example"},
        {"name": ":method", "value": "POST"},
        {"name": ":path", "value": "/"},
        *(header for header in request["headers"] if header["name"].lower() not in {"host", "authorization"}),
        {"name": "cookie", "value": "session=very-private"},
    ]
    preflight = recorder.recorded_entry()
    preflight["request"]["method"] = "OPTIONS"
    cached = recorder.recorded_entry(at=5) | {"_fromCache": "disk"}
    said, report = judge_recording([preflight, cached, entry])
    assert (said.code, report["verdict"]) == (0, "conformant")
    assert report["recording"]["judged"] == 1
    assert report["recording"]["otherRequests"] == 2
    assert report["target"]["endpoint"] == "https://emulator.example"
    assert "very-private" not in json.dumps(report)
    said, report = judge_recording([entry], "--subject", "client")
    assert said.code == 0
    assert {"operation.host", "operation.action"} <= requirements_with(report, "passed")
    # The browser redacted the signature on export, so it is not judged.
    assert not {name for name in requirements_with(report, "passed") if name.startswith("authentication")}


def test_a_recording_of_firefox_with_parameters_alone(judge_recording, recorder, requirements_with):
    entry = recorder.recorded_entry({"Num": "10"})
    entry["startedDateTime"] = "2026-01-02T04:04:05.123+01:00"
    post = entry["request"]["postData"]
    pairs = [pair.split("=") for pair in post.pop("text").split("&")]
    post["params"] = [{"name": name, "value": value} for name, value in pairs]
    said, report = judge_recording([entry])
    assert (said.code, requirements_with(report)) == (0, set())
    assert "num.optional" in requirements_with(report, "passed")
    assert report["cases"][0]["exchanges"][0]["sentAt"] == "2026-01-02T03:04:05.123000Z"
    said, report = judge_recording([entry], "--subject", "client")
    assert said.code == 0
    assert not {"authentication.signature", "request.location"} & requirements_with(report, "passed")


@pytest.mark.parametrize("place", ["form", "query"])
def test_calls_of_v2_are_recognized(judge_recording, recorder, place):
    said, report = judge_recording([recorder.entry(recorder.v2_request(place=place))])
    assert (said.code, report["recording"]["judged"]) == (0, 1)
    said, report = judge_recording([recorder.entry(recorder.v2_request(place=place))], "--subject", "client")
    assert (said.code, report["verdict"]) == (0, "conformant")


def test_an_incomplete_response_is_not_judged(judge_recording, recorder):
    changes = [
        (lambda response: response["content"].pop("text"), "lacks the body"),
        (lambda response: response["content"].update(text=None, size=-1), "lacks the body"),
        (lambda response: response["content"].update(text=response["content"]["text"][:99]), "only a part"),
        (lambda response: response["content"].update(encoding="rot13"), "in an unknown encoding"),
        (lambda response: response["content"].update(encoding="base64", text="a"), "in an unknown encoding"),
        *(
            (lambda response, status=status: response.update(status=status), "no response")
            for status in (0, None, "200", -1, True)
        ),
    ]
    entries = [recorder.recorded_entry(at=at) for at in range(len(changes))]
    for (change, _), entry in zip(changes, entries, strict=True):
        change(entry["response"])
    said, report = judge_recording(entries)
    assert (said.code, report["verdict"]) == (3, "inconclusive")
    assert {case["outcome"] for case in report["cases"]} == {"notApplicable"}
    for case, (_, reason) in zip(report["cases"], changes, strict=True):
        assert reason in case["reason"]
    said, report = judge_recording([*entries, recorder.recorded_entry(at=99)])
    assert (said.code, report["verdict"]) == (0, "conformant")


@pytest.mark.parametrize("packed", [False, True])
def test_base64_bodies_are_read_compressed_or_not(judge_recording, recorder, packed, requirements_with):
    entry = recorder.recorded_entry(faults=("msg-missing",))
    content = entry["response"]["content"]
    raw = content["text"].encode()
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
    content.update(encoding="base64", text=base64.b64encode(gzip.compress(raw) if packed else raw).decode())
    said, report = judge_recording([entry])
    assert said.code == 1
    assert requirements_with(report) == {"response.msg.present"}


def test_a_decompression_bomb_is_not_unpacked(judge_recording, recorder):
    entry = recorder.recorded_entry()
    entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
    bomb = gzip.compress(b"[" * 50_000_000)
    entry["response"]["content"].update(encoding="base64", text=base64.b64encode(bomb).decode())
    said, report = judge_recording([entry])
    assert said.code == 3
    assert "exceeds the size limit" in report["cases"][0]["reason"]


def test_responses_without_headers_do_not_fail_the_content_type(judge_recording, recorder, requirements_with):
    entry = recorder.recorded_entry()
    entry["response"]["headers"], entry["response"]["content"]["mimeType"] = [], ""
    said, report = judge_recording([entry])
    assert said.code == 0
    assert "wire.contenttype" in requirements_with(report, "notApplicable")
    entry["response"]["headers"] = [{"name": "date", "value": "today"}]
    said, report = judge_recording([entry])
    assert requirements_with(report, "warned") | requirements_with(report) == {"wire.contenttype"}


def test_copies_of_an_entry_count_once(judge_recording, recorder):
    entry = recorder.recorded_entry()
    said, report = judge_recording([entry, entry], "--subject", "client")
    assert (said.code, report["recording"]["duplicates"], report["requests"]) == (0, 1, 1)
