"""The canonical report: it fits its schema, survives a round trip, and its parts agree with each other."""

import json
from collections import Counter

import pytest

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.reports.case_serialization import deserialize_case, serialize_case
from imagesearch_conformance.reports.load import check_report, load_report
from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.reports.write import RENDERERS, write_reports


def test_it_fits_the_published_schema(report, contract):
    check_report(report, contract, "report.json")


def test_it_survives_a_round_trip(report):
    text = render_json(report)
    assert json.loads(text) == report
    assert text.isascii()


def test_its_counts_are_those_of_its_cases(report):
    found = Counter(case["outcome"] for case in report["cases"])
    assert {name: count for name, count in report["counts"].items() if count} == dict(found)


def test_what_is_no_judgement_carries_a_reason(report):
    for one in (*report["requirements"], *report["cases"]):
        assert bool(one["reason"]) is (one["outcome"] in {"skipped", "errored", "notApplicable"}), one["id"]


def test_a_failure_has_a_finding_and_a_finding_names_its_requirement(report):
    known = {one["id"] for one in report["requirements"]}
    for case in report["cases"]:
        assert (case["outcome"] in {"failed", "warned"}) is bool(case["findings"])
        assert {one["requirement"] for one in case["findings"]} <= known
        assert all(one["exchange"] < len(case["exchanges"]) for one in case["findings"])


def test_no_report_holds_a_secret(report):
    text = render_json(report)
    assert DEFAULT_CREDENTIALS.access_key_secret not in text
    assert UNAUTHORIZED_CREDENTIALS.access_key_secret not in text
    assert "Signature=REDACTED" in text or not report["cases"]


def test_a_report_is_bounded_whatever_the_replies_say(documents):
    assert len(render_json(documents("huge"))) < 40_000_000


@pytest.mark.parametrize(
    ("name", "verdict", "complete"),
    [
        ("clean", "conformant", True),
        ("selected", "conformant", True),
        ("faulty", "nonconformant", True),
        ("unreachable", "inconclusive", False),
        ("budget", "inconclusive", True),
        ("interrupted", "nonconformant", False),
    ],
)
def test_verdicts(documents, name, verdict, complete):
    made = documents(name)
    assert (made["verdict"], made["complete"], made["trouble"] is None) == (verdict, complete, complete)


def test_it_says_what_was_set_and_by_whom(documents):
    suite = documents("selected")["suite"]
    assert suite["select"] == ["num.*"]
    assert (suite["level"], suite["strict"], suite["seed"], suite["document"]) == ("must", False, 0, "2023-09")
    assert documents("strict")["suite"]["strict"] is True


def test_a_finding_over_the_whole_run_stands_with_its_requirement(documents):
    requirement = next(one for one in documents("faulty")["requirements"] if one["id"] == "response.requestid.unique")
    assert requirement["outcome"] in {"failed", "warned"}
    assert "came" in requirement["findings"][0]["message"]


def test_every_case_can_be_made_again_from_its_definition(documents, records):
    for plain, result in zip(documents("clean")["cases"], records().cases, strict=True):
        assert deserialize_case(json.loads(json.dumps(plain["definition"])), "report.json") == result.case


@pytest.mark.parametrize(
    "plain", [None, [], "case", {}, {"id": "x"}, {"id": "x", "title": "", "requirements": 1, "probes": "a"}]
)
def test_what_defines_no_case_is_refused(plain):
    with pytest.raises(InvalidInput, match="this is no case"):
        deserialize_case(plain, "report.json")


def test_an_unknown_part_of_a_definition_is_refused(records):
    case: Case = records().cases[0].case
    with pytest.raises(InvalidInput, match="this is no case"):
        deserialize_case({**serialize_case(case), "unheard": 1}, "report.json")


def test_a_written_report_reads_back(documents, contract, tmp_path):
    written = write_reports(documents("faulty"), tmp_path / "deep" / "er")
    assert [path.name for path in written] == list(RENDERERS)
    assert load_report(written[0], contract) == documents("faulty")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_report_is_refused(documents, contract, tmp_path, part):
    path = tmp_path / "report.json"
    text = render_json(documents("faulty")).strip()
    path.write_text(text[: int(len(text) * part)], encoding="utf-8")
    with pytest.raises(InvalidInput, match="the report is not JSON"):
        load_report(path, contract)


@pytest.mark.parametrize("change", [{"verdict": "fine"}, {"schemaVersion": 2}, {"cases": None}, {"counts": {}}])
def test_a_report_of_another_shape_is_refused_with_the_place(documents, contract, tmp_path, change):
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**documents("unreachable"), **change}), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_report(path, contract)
    assert caught.value.where == f"{path}: $.{next(iter(change))}"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 100_000, b"[]", b'"report"', b"null"])
def test_what_is_no_report_at_all_is_refused(contract, tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput):
        load_report(path, contract)
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_report(tmp_path, contract)


def test_a_directory_that_cannot_be_made_is_refused(documents, tmp_path):
    (tmp_path / "taken").write_text("", encoding="ascii")
    with pytest.raises(InvalidInput, match="the reports cannot be written"):
        write_reports(documents("unreachable"), tmp_path / "taken")
