"""`verify`: invalid and inconsistent reports are rejected."""

import json

import pytest

from imagesearch_conformance.reports.serialization import bytes_digest, render_json

from .certified_runs import load_report

HOSTILE = {
    "truncated": b'{"schemaVersion": 1, "verdict": ',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "nested": b'{"a":' * 900 + b"1" + b"}" * 900,
    "not UTF-8": b"\xff\xfe\x00",
    "not an object": b'"report"',
}


@pytest.mark.parametrize("name", ["certificate.json", "report.json"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_invalid_file_is_rejected(command, clean, name, text):
    (clean / name).write_bytes(text)
    result = command("verify", clean)
    assert result.code == (2 if name == "certificate.json" else 1)
    assert name in result.out + result.err


def _inconsistencies():
    def replace(path, value):
        def change(document):
            *parents, last = path
            container = document
            for step in parents:
                container = container[step]
            container[last] = value

        return change

    case, exchange = ("cases", 0), ("cases", 0, "exchanges", 0)
    return [
        replace((*case, "definition"), {"id": [], "probes": 3}),
        replace((*case, "definition", "probes"), "ab"),
        replace((*case, "definition", "requirements"), []),
        replace((*case, "requirements"), ["no.such.requirement"]),
        replace((*case, "definition", "id"), "another/id"),
        replace((*case, "id"), "../../etc/passwd"),
        replace((*exchange, "sentAt"), "0001-01-01T00:00:00.000000Z"),
        replace((*exchange, "seconds"), 1e300),
        replace((*exchange, "request", "url"), "http://elsewhere.example/"),
        replace((*exchange, "request", "body"), "\ud800"),
        replace((*exchange, "response"), {"status": 200, "headers": [], "truncated": False, "bodyBase64": "***"}),
        replace((*exchange, "response"), {"status": 200, "headers": [], "truncated": False, "body": "{" * 10_000}),
        replace(
            (*exchange, "response"),
            {"status": 200, "headers": [], "truncated": False, "bodyRef": {"case": "a", "exchange": 1}},
        ),
        replace((*exchange, "sameAs"), {"case": "a", "exchange": 1}),
        replace(("unassignedExchanges",), {"generated": [{"case": "x", "source": "y"}], "rateLimited": []}),
        replace(("target", "instances"), []),
        replace(("survey",), {}),
        replace(("survey", "images"), [3]),
        replace(("target", "endpoint"), "no endpoint"),
        replace(("cases",), []),
        lambda document: document["cases"].append(document["cases"][0]),
        lambda document: document.pop("unassignedExchanges"),
    ]


@pytest.mark.parametrize("change", _inconsistencies())
def test_an_inconsistent_report_is_rejected(command, clean, change):
    report = load_report(clean)
    change(report)
    certificate = json.loads((clean / "certificate.json").read_text())
    (clean / "report.json").write_text(render_json(report))
    certificate["evidence"]["digest"] = bytes_digest((clean / "report.json").read_bytes())
    (clean / "certificate.json").write_text(render_json(certificate))
    result = command("verify", clean)
    assert result.code in {1, 2, 3}
    assert result.out + result.err
