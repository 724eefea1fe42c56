"""`report`: other formats of a report that was written before."""

import hashlib
import json

import pytest

from imagesearch_conformance.reports.write import FORMAT_FILES, RENDERERS


@pytest.fixture
def written(command, tmp_path):
    """The directory with the reports of a small run."""
    place = tmp_path / "out"
    assert command("run", "--reports", place, "--quiet", "--select", "num.*").code == 0
    return place


def contents(place):
    return {path.name: path.read_bytes() for path in place.iterdir()}


def test_a_run_writes_every_format(written):
    assert contents(written).keys() >= RENDERERS.keys()


def test_formats_made_later_are_those_that_the_run_wrote(command, written):
    before = contents(written)
    for name in FORMAT_FILES.values():
        (written / name).unlink()
    said = command("report", written)
    assert said.code == 0
    assert contents(written) == before
    assert all(str(written / name) in said.out for name in FORMAT_FILES.values())


@pytest.mark.parametrize("layout", [{"indent": 1}, {"separators": (",", ":")}, {"indent": 4, "ensure_ascii": False}])
def test_a_certificate_made_later_is_of_the_file_as_it_stands(command, written, layout):
    """An earlier version laid the report out in another way."""
    report = written / "report.json"
    report.write_text(json.dumps(json.loads(report.read_text("utf-8")), **layout) + "\n", "utf-8")
    raw = report.read_bytes()
    assert command("report", written).code == 0
    assert report.read_bytes() == raw
    said = json.loads((written / "certificate.json").read_text("utf-8"))
    assert said["evidence"]["digest"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"


def test_one_format_is_made_elsewhere(command, written, tmp_path):
    said = command("report", written / "report.json", "--format", "html", "--output", tmp_path / "new" / "place")
    assert said.code == 0
    assert contents(tmp_path / "new" / "place") == {"report.html": (written / "report.html").read_bytes()}


def test_an_unknown_format_is_refused_by_name(command, written):
    said = command("report", written, "--format", "pdf")
    assert said.code == 2
    assert "unknown format 'pdf'" in said.err
    assert "html, junit, markdown" in said.err


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot read"),
        (b"", "not valid JSON"),
        (b"\xff\xfe", "cannot read"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[1, 2]", "invalid report"),
        (b'{"schemaVersion": 2}', "invalid report"),
    ],
)
def test_what_is_no_report_is_refused(command, tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "report.json").write_bytes(content)
    said = command("report", tmp_path)
    assert said.code == 2
    assert complaint in said.err
    assert "report.json" in said.err


def _unknown_exchange(document):
    finding = {"requirement": "num.maximum", "level": "must", "message": "no", "expected": [], "actual": 1, "where": ""}
    document["cases"][0]["findings"] = [finding | {"exchange": 99}]


def _unknown_body(document):
    response = document["cases"][-1]["exchanges"][0]["response"]
    response.pop("body", None)
    response["bodyRef"] = {"case": "nobody/knows", "exchange": 0}


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_unknown_exchange, "a finding refers to a missing exchange"),
        (_unknown_body, "the body refers to an exchange that is not stored before it"),
    ],
)
def test_a_report_that_names_what_it_does_not_have_is_refused(command, written, spoil, complaint):
    document = json.loads((written / "report.json").read_text("utf-8"))
    spoil(document)
    (written / "report.json").write_text(json.dumps(document), encoding="utf-8")
    said = command("report", written)
    assert said.code == 2
    assert complaint in said.err


def test_requirements_that_a_report_does_not_list_do_no_harm(command, written):
    document = json.loads((written / "report.json").read_text("utf-8"))
    finding = {"requirement": "no.such", "level": "must", "message": "no", "expected": [], "actual": 1, "where": "/a"}
    document["cases"][0] |= {"requirements": ["no.such"], "outcome": "failed", "findings": [finding]}
    (written / "report.json").write_text(json.dumps(document), encoding="utf-8")
    assert command("report", written).code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("startedAt", "2026-13-45T00:00:00Z"), ("durationSeconds", 1e300)],
)
def test_what_fits_the_schema_and_makes_no_sense_is_refused(command, written, name, value):
    document = json.loads((written / "report.json").read_text("utf-8"))
    document[name] = value
    (written / "report.json").write_text(json.dumps(document), encoding="utf-8")
    said = command("report", written)
    assert said.code == 2
    assert "cannot render" in said.err


def test_a_place_that_cannot_be_written_is_named(command, written, tmp_path):
    (tmp_path / "file").write_text("")
    said = command("report", written, "--output", tmp_path / "file")
    assert said.code == 2
    assert str(tmp_path / "file") in said.err
