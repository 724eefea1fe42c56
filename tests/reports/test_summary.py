"""The job summary, and properties of all texts for people."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.reports.index import most_severe, most_severe_with_case
from imagesearch_conformance.reports.summary import render_summary
from imagesearch_conformance.reports.text import clip_text, escape_unprintable, finding_text, format_value

#: Maximum length, far below the limit of pipelines (one mebibyte at GitHub).
MAX_SIZE = 200_000


def test_verdict_target_and_counts_come_first(report):
    head = render_summary(report).split("\n\n## ")[0]
    note = " (selected cases only)" if report["suite"]["select"] else ""
    assert head.splitlines()[0].endswith(f"SearchImageByName: {report['verdict']}{note}")
    assert "`http://emulator.example`" in head
    assert f"{report['requests']} requests" in head
    assert ("**Run incomplete:**" in head) is bool(report["stopReason"])


def test_the_summary_is_bounded(report):
    assert len(render_summary(report)) < MAX_SIZE


def test_requirements_are_counted_by_area(report):
    _, *rows = [line.split("|")[2:-1] for line in render_summary(report).splitlines() if line.startswith("| ")]
    assert sum(int(cell) for row in rows for cell in row if cell.strip()) == len(report["requirements"])


def test_failed_requirements_are_listed_with_a_case(get_report):
    text = render_summary(get_report("faulty"))
    line = next(line for line in text.splitlines() if line.startswith("- **num.maximum**"))
    assert "(must)" in line
    assert "(`num.maximum/above`)" in line


@pytest.mark.parametrize("name", ["hostile", "huge"])
def test_hostile_responses_remain_text(get_report, name):
    text = render_summary(get_report(name))
    outside_code = "".join(text.replace("\\`", "").split("`")[::2])
    assert "<script>" not in outside_code.replace("\\<", "")
    assert "<script>" in text
    assert not set(text) & set("\x00\x08\x07\x1b\u202e\u2066\ud800")
    assert not [line for line in text.splitlines() if line.startswith("verdict")]


def test_code_spans_are_closed(report):
    assert all(line.replace("\\`", "").count("`") % 2 == 0 for line in render_summary(report).splitlines())


@given(st.text())
def test_formatted_text_is_one_printable_line(text):
    for formatted in (
        clip_text(text),
        escape_unprintable(text),
        format_value(text),
        format_value([text]),
        format_value({text: text}),
    ):
        assert formatted.isprintable()


def test_formatted_text_is_bounded():
    assert len(clip_text("\x1b" * 1_000_000)) < 10_000
    assert len(format_value(["x" * 1_000_000])) < 1_000
    assert format_value("x" * 301).endswith("... (301 characters)")


@given(st.from_regex(r"[a-z ]{1,40}", fullmatch=True))
def test_plain_words_are_unchanged(text):
    assert clip_text(text) == escape_unprintable(text) == format_value(text) == text


FINDING = {
    "requirement": "num.maximum",
    "level": "must",
    "message": "wrong",
    "expected": ["400 InvalidNum (documented)"],
    "actual": {"a": 1},
    "where": "/Code",
}


def test_a_finding_as_text():
    assert finding_text(FINDING) == (
        'num.maximum (must): wrong\nexpected: 400 InvalidNum (documented)\ngot: {"a": 1}\nat: /Code'
    )
    assert finding_text({**FINDING, "expected": [], "actual": None, "where": ""}) == "num.maximum (must): wrong"


def test_documented_and_must_findings_are_the_most_severe():
    tolerated = {**FINDING, "grade": "tolerated"}
    should = {**FINDING, "level": "should", "grade": "documented"}
    must = {**FINDING, "grade": "documented", "message": "worst"}
    assert most_severe([tolerated, should, must, {**must, "message": "later"}]) is must
    assert most_severe([tolerated, should]) is should


def test_the_most_severe_finding_comes_with_its_case(get_report):
    report = json.loads(json.dumps(get_report("faulty")))
    for requirement in report["requirements"]:
        case, finding = most_severe_with_case(report, requirement)
        assert (finding is None) is (requirement["outcome"] not in {"failed", "warned"})
        assert finding is None or finding["requirement"] == requirement["id"]
        assert case is None or case["id"] in requirement["cases"]
