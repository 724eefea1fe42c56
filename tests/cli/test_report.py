"""`report`: render other formats of an existing report."""

import hashlib
import json

import pytest

from imagesearch_conformance.reports.write import FORMAT_FILES, RENDERERS


@pytest.fixture
def report_directory(command, tmp_path):
    """The directory with the reports of a small run."""
    directory = tmp_path / "out"
    assert command("run", "--reports", directory, "--quiet", "--select", "num.*").code == 0
    return directory


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_a_run_writes_every_format(report_directory):
    assert contents(report_directory).keys() >= RENDERERS.keys()


def test_rendered_formats_equal_those_of_the_run(command, report_directory):
    before = contents(report_directory)
    for name in FORMAT_FILES.values():
        (report_directory / name).unlink()
    result = command("report", report_directory)
    assert result.code == 0
    assert contents(report_directory) == before
    assert all(str(report_directory / name) in result.out for name in FORMAT_FILES.values())


@pytest.mark.parametrize("layout", [{"indent": 1}, {"separators": (",", ":")}, {"indent": 4, "ensure_ascii": False}])
def test_a_new_certificate_has_the_digest_of_the_file(command, report_directory, layout):
    """The layout of the JSON may differ: other versions may have written it."""
    report = report_directory / "report.json"
    report.write_text(json.dumps(json.loads(report.read_text("utf-8")), **layout) + "\n", "utf-8")
    raw = report.read_bytes()
    assert command("report", report_directory).code == 0
    assert report.read_bytes() == raw
    result = json.loads((report_directory / "certificate.json").read_text("utf-8"))
    assert result["evidence"]["digest"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"


def test_one_format_in_another_directory(command, report_directory, tmp_path):
    result = command(
        "report", report_directory / "report.json", "--format", "html", "--output", tmp_path / "new" / "place"
    )
    assert result.code == 0
    assert contents(tmp_path / "new" / "place") == {"report.html": (report_directory / "report.html").read_bytes()}


def test_an_unknown_format_is_rejected(command, report_directory):
    result = command("report", report_directory, "--format", "pdf")
    assert result.code == 2
    assert "unknown format 'pdf'" in result.err
    assert "html, junit, markdown" in result.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read"),
        (b"", "not valid JSON"),
        (b"\xff\xfe", "cannot read"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[1, 2]", "invalid report"),
        (b'{"schemaVersion": 2}', "invalid report"),
    ],
)
def test_an_invalid_report_is_rejected(command, tmp_path, content, message):
    if content is not None:
        (tmp_path / "report.json").write_bytes(content)
    result = command("report", tmp_path)
    assert result.code == 2
    assert message in result.err
    assert "report.json" in result.err


def _unknown_exchange(document):
    finding = {"requirement": "num.maximum", "level": "must", "message": "no", "expected": [], "actual": 1, "where": ""}
    document["cases"][0]["findings"] = [finding | {"exchange": 99}]


def _unknown_body(document):
    response = document["cases"][-1]["exchanges"][0]["response"]
    response.pop("body", None)
    response["bodyRef"] = {"case": "nobody/knows", "exchange": 0}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_unknown_exchange, "a finding refers to a missing exchange"),
        (_unknown_body, "the body refers to an exchange that is not stored before it"),
    ],
)
def test_a_report_with_a_dangling_reference_is_rejected(command, report_directory, spoil, message):
    document = json.loads((report_directory / "report.json").read_text("utf-8"))
    spoil(document)
    (report_directory / "report.json").write_text(json.dumps(document), encoding="utf-8")
    result = command("report", report_directory)
    assert result.code == 2
    assert message in result.err


def test_a_report_with_unlisted_requirements_is_rendered(command, report_directory):
    document = json.loads((report_directory / "report.json").read_text("utf-8"))
    finding = {"requirement": "no.such", "level": "must", "message": "no", "expected": [], "actual": 1, "where": "/a"}
    document["cases"][0] |= {"requirements": ["no.such"], "outcome": "failed", "findings": [finding]}
    (report_directory / "report.json").write_text(json.dumps(document), encoding="utf-8")
    assert command("report", report_directory).code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("startedAt", "2026-13-45T00:00:00Z"), ("durationSeconds", 1e300)],
)
def test_impossible_values_are_rejected(command, report_directory, name, value):
    document = json.loads((report_directory / "report.json").read_text("utf-8"))
    document[name] = value
    (report_directory / "report.json").write_text(json.dumps(document), encoding="utf-8")
    result = command("report", report_directory)
    assert result.code == 2
    assert "cannot render" in result.err


def test_an_unwritable_directory_is_named(command, report_directory, tmp_path):
    (tmp_path / "file").write_text("")
    result = command("report", report_directory, "--output", tmp_path / "file")
    assert result.code == 2
    assert str(tmp_path / "file") in result.err
