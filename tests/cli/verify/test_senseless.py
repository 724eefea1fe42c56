"""`verify`: what is no report, or one that makes no sense, is refused."""

import json

import pytest

from imagesearch_conformance.reports.serialization import bytes_digest, render_json

from .certified import report

HOSTILE = {
    "cut": b'{"schemaVersion": 1, "verdict": ',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "nested": b'{"a":' * 900 + b"1" + b"}" * 900,
    "no text": b"\xff\xfe\x00",
    "no object": b'"report"',
}


@pytest.mark.parametrize("name", ["certificate.json", "report.json"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_report_is_refused(command, clean, name, text):
    (clean / name).write_bytes(text)
    said = command("verify", clean)
    assert said.code == (2 if name == "certificate.json" else 1)
    assert name in said.out + said.err


def _wrong():
    def replaced(path, value):
        def change(document):
            *way, last = path
            found = document
            for step in way:
                found = found[step]
            found[last] = value

        return change

    case, sent = ("cases", 0), ("cases", 0, "exchanges", 0)
    return [
        replaced((*case, "definition"), {"id": [], "probes": 3}),
        replaced((*case, "definition", "probes"), "ab"),
        replaced((*case, "definition", "requirements"), []),
        replaced((*case, "requirements"), ["no.such.requirement"]),
        replaced((*case, "definition", "id"), "another/id"),
        replaced((*case, "id"), "../../etc/passwd"),
        replaced((*sent, "sentAt"), "0001-01-01T00:00:00.000000Z"),
        replaced((*sent, "seconds"), 1e300),
        replaced((*sent, "request", "url"), "http://elsewhere.example/"),
        replaced((*sent, "request", "body"), "\ud800"),
        replaced((*sent, "response"), {"status": 200, "headers": [], "truncated": False, "bodyBase64": "***"}),
        replaced((*sent, "response"), {"status": 200, "headers": [], "truncated": False, "body": "{" * 10_000}),
        replaced(
            (*sent, "response"),
            {"status": 200, "headers": [], "truncated": False, "bodyOf": {"case": "a", "exchange": 1}},
        ),
        replaced((*sent, "again"), {"case": "a", "exchange": 1}),
        replaced(("further",), {"generated": [{"case": "x", "source": "y"}], "denied": []}),
        replaced(("target", "instances"), []),
        replaced(("survey",), {}),
        replaced(("survey", "images"), [3]),
        replaced(("target", "endpoint"), "invalid endpoint"),
        replaced(("cases",), []),
        lambda document: document["cases"].append(document["cases"][0]),
        lambda document: document.pop("further"),
    ]


@pytest.mark.parametrize("change", _wrong())
def test_a_report_of_the_right_shape_that_makes_no_sense_is_refused(command, clean, change):
    document = report(clean)
    change(document)
    statement = json.loads((clean / "certificate.json").read_text())
    (clean / "report.json").write_text(render_json(document))
    statement["evidence"]["digest"] = bytes_digest((clean / "report.json").read_bytes())
    (clean / "certificate.json").write_text(render_json(statement))
    said = command("verify", clean)
    assert said.code in {1, 2, 3}
    assert said.out + said.err
