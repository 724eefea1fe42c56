"""Invalid and hostile archives: a message or a report, never a traceback."""

import json

import pytest

#: Invalid files by their problem.
NONE = {
    "empty": b"",
    "text": b"hello",
    "not UTF-8": b"\xff\xfe\x00\x01{",
    "truncated": b'{"log": {"entries": [{"request": {"meth',
    "a list": b"[]",
    "no log": b'{"entries": []}',
    "entries of another kind": b'{"log": {"entries": {"0": 1}}}',
    "deep": b'{"log":' + b"[" * 100_000,
    "endless digits": b'{"log": {"entries": [' + b"9" * 100_000 + b"]}}",
    "another report": b'{"schemaVersion": 1, "cases": []}',
}

#: Invalid entries.
SENSELESS = [
    None, 7, "x", [], {}, {"request": None, "response": None}, {"request": {"method": "POST"}},
    {"request": {"method": 5, "url": "http://a/"}}, {"request": {"method": "POST", "url": "wss://a/"}},
    {"request": {"method": "POST", "url": "http://[::1"}}, {"request": {"method": "POST", "url": "http://a b/"}},
    {"request": {"method": "POST", "url": "http://user:geheim@a/?Action=SearchImageByName"}},
    {"request": {"method": "GET", "url": "http://a:99999/?Action=SearchImageByName"}},
]  # fmt: skip


@pytest.mark.parametrize("name", NONE)
def test_an_invalid_archive_is_a_usage_error(judge_recording, name):
    said, report = judge_recording(NONE[name])
    assert (said.code, report) == (2, None)
    assert "recorded.har" in said.err


def test_a_missing_file_is_a_usage_error(command, tmp_path):
    assert command("judge", tmp_path / "none.har").code == 2
    assert command("judge", tmp_path).code == 2


def test_an_archive_without_a_call_is_inconclusive(judge_recording):
    for entries in ([], SENSELESS[:9]):
        said, report = judge_recording(entries)
        assert (said.code, report["verdict"], report["complete"]) == (3, "inconclusive", True)
        assert report["stopReason"] == "the recording has no call that can be judged"
        assert report["recording"]["judged"] == 0
    assert "cannot be read" in said.err


def test_invalid_entries_are_skipped(judge_recording, recorder):
    said, report = judge_recording([*SENSELESS, recorder.recorded_entry(), recorder.recorded_entry(at=3)])
    assert (said.code, report["recording"]["judged"]) == (0, 2)
    assert "geheim" not in json.dumps(report) + said.out + said.err


@pytest.mark.parametrize("status", [10**400, -(10**400), 1e400, float("nan"), 99, 1000, "200", True])
def test_an_invalid_status_means_no_response(judge_recording, recorder, status):
    entry = recorder.recorded_entry(at=3)
    entry["response"]["status"] = status
    said, report = judge_recording([recorder.recorded_entry(), entry])
    assert (said.code, report["recording"]["judged"]) == (0, 2)
    assert [case["outcome"] for case in report["cases"]] == ["passed", "notApplicable"]


@pytest.mark.parametrize("subject", ["endpoint", "client"])
def test_every_value_of_an_entry_may_be_invalid(judge_recording, recorder, subject, hostile_text):
    wrong = [None, True, -1, 1e308, float("inf"), 10**400, [], {}, hostile_text, "x" * 100_000, [None], {"name": 5}]

    def places(value, path=()):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value[:2]):
            yield (*path, key)
            if isinstance(inner, (dict, list)):
                yield from places(inner, (*path, key))

    def changed(path, value):
        entry = json.loads(json.dumps(whole))
        holder = entry
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value
        return entry

    whole = recorder.recorded_entry()
    every = list(places(whole))
    entries = [changed(path, wrong[(index + turn) % len(wrong)]) for index, path in enumerate(every) for turn in (0, 4)]
    said, report = judge_recording([whole, *entries], "--subject", subject)
    assert said.code in {0, 1, 3}
    assert report["recording"]["entries"] == len(entries) + 1
    assert not [case for case in report["cases"] if "fault of this suite" in (case["reason"] or "")]
    assert "\x1b" not in said.out + said.err


def test_hostile_responses_are_judged(judge_recording, recorder, hostile_bodies):
    entries = []
    for index, body in enumerate(hostile_bodies.values()):
        entry = recorder.recorded_entry(at=index)
        text = body.decode("utf-8", "surrogateescape")
        entry["response"]["content"] = {"size": len(body), "text": text, "mimeType": "application/json"}
        entries.append(entry)
    said, report = judge_recording(entries)
    assert said.code in {1, 3}
    assert len(report["cases"]) == len(entries)
    assert "\x1b" not in said.out + said.err
