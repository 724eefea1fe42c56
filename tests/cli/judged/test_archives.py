"""Files that are no archives, or mean harm: a message or a report, and never a traceback."""

import json

import pytest

#: Files that are no archive, by what is wrong with them.
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

#: Entries in which nothing is what it should be.
SENSELESS = [
    None, 7, "x", [], {}, {"request": None, "response": None}, {"request": {"method": "POST"}},
    {"request": {"method": 5, "url": "http://a/"}}, {"request": {"method": "POST", "url": "wss://a/"}},
    {"request": {"method": "POST", "url": "http://[::1"}}, {"request": {"method": "POST", "url": "http://a b/"}},
    {"request": {"method": "POST", "url": "http://user:geheim@a/?Action=SearchImageByName"}},
    {"request": {"method": "GET", "url": "http://a:99999/?Action=SearchImageByName"}},
]  # fmt: skip


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_archive_is_refused(judge, name):
    said, report = judge(NONE[name])
    assert (said.code, report) == (2, None)
    assert "recorded.har" in said.err


def test_a_file_that_is_not_there_is_refused(command, tmp_path):
    assert command("judge", tmp_path / "none.har").code == 2
    assert command("judge", tmp_path).code == 2


def test_an_archive_without_a_call_is_inconclusive(judge):
    for entries in ([], SENSELESS[:9]):
        said, report = judge(entries)
        assert (said.code, report["verdict"], report["complete"]) == (3, "inconclusive", True)
        assert report["trouble"] == "the recording has no call that can be judged"
        assert report["recording"]["judged"] == 0
    assert "cannot be read" in said.err


def test_senseless_entries_do_not_keep_the_others_from_being_judged(judge, calls):
    said, report = judge([*SENSELESS, calls.made(), calls.made(at=3)])
    assert (said.code, report["recording"]["judged"]) == (0, 2)
    assert "geheim" not in json.dumps(report) + said.out + said.err


@pytest.mark.parametrize("status", [10**400, -(10**400), 1e400, float("nan"), 99, 1000, "200", True])
def test_a_status_that_is_none_is_no_reply(judge, calls, status):
    entry = calls.made(at=3)
    entry["response"]["status"] = status
    said, report = judge([calls.made(), entry])
    assert (said.code, report["recording"]["judged"]) == (0, 2)
    assert [one["outcome"] for one in report["cases"]] == ["passed", "notApplicable"]


@pytest.mark.parametrize("subject", ["endpoint", "client"])
def test_every_value_of_an_entry_may_be_of_any_kind(judge, calls, subject, hostile_text):
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

    whole = calls.made()
    every = list(places(whole))
    entries = [changed(path, wrong[(index + turn) % len(wrong)]) for index, path in enumerate(every) for turn in (0, 4)]
    said, report = judge([whole, *entries], "--subject", subject)
    assert said.code in {0, 1, 3}
    assert report["recording"]["entries"] == len(entries) + 1
    assert not [one for one in report["cases"] if "fault of this suite" in (one["reason"] or "")]
    assert "\x1b" not in said.out + said.err


def test_hostile_replies_are_judged(judge, calls, hostile_bodies):
    entries = []
    for index, body in enumerate(hostile_bodies.values()):
        entry = calls.made(at=index)
        text = body.decode("utf-8", "surrogateescape")
        entry["response"]["content"] = {"size": len(body), "text": text, "mimeType": "application/json"}
        entries.append(entry)
    said, report = judge(entries)
    assert said.code in {1, 3}
    assert len(report["cases"]) == len(entries)
    assert "\x1b" not in said.out + said.err
