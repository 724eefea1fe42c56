"""The canonical report: schema, round trip and consistency."""

import json
from collections import Counter

import pytest

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.reports.load import check_report, load_report
from imagesearch_conformance.reports.serialization import deserialize_case, render_json, serialize_case
from imagesearch_conformance.reports.write import RENDERERS, write_reports


def test_it_fits_the_schema(report, contract):
    check_report(report, contract, "report.json")


def test_it_survives_a_round_trip(report):
    text = render_json(report)
    assert json.loads(text) == report
    assert text.isascii()


def test_counts_match_the_cases(report):
    counts = Counter(case["outcome"] for case in report["cases"])
    assert {name: count for name, count in report["counts"].items() if count} == dict(counts)


def test_results_without_a_judgement_have_a_reason(report):
    for result in (*report["requirements"], *report["cases"]):
        assert bool(result["reason"]) is (result["outcome"] in {"skipped", "errored", "notApplicable"}), result["id"]


def test_failures_have_findings_about_known_requirements(report):
    known = {requirement["id"] for requirement in report["requirements"]}
    for case in report["cases"]:
        assert (case["outcome"] in {"failed", "warned"}) is bool(case["findings"])
        assert {finding["requirement"] for finding in case["findings"]} <= known
        assert all(finding["exchange"] < len(case["exchanges"]) for finding in case["findings"])


def test_it_contains_no_secret(report):
    text = render_json(report)
    assert DEFAULT_CREDENTIALS.access_key_secret not in text
    assert UNAUTHORIZED_CREDENTIALS.access_key_secret not in text
    assert "Signature=REDACTED" in text or not report["cases"]


def test_a_report_of_huge_responses_is_bounded(get_report):
    assert len(render_json(get_report("huge"))) < 40_000_000


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
def test_verdicts(get_report, name, verdict, complete):
    report = get_report(name)
    assert (report["verdict"], report["complete"], report["stopReason"] is None) == (verdict, complete, complete)


def test_it_contains_the_options(get_report):
    suite = get_report("selected")["suite"]
    assert suite["select"] == ["num.*"]
    assert (suite["level"], suite["strict"], suite["seed"], suite["document"]) == ("must", False, 0, "2023-09")
    assert get_report("strict")["suite"]["strict"] is True


def test_a_finding_about_the_whole_run_is_stored_with_its_requirement(get_report):
    requirement = next(
        requirement
        for requirement in get_report("faulty")["requirements"]
        if requirement["id"] == "response.requestid.unique"
    )
    assert requirement["outcome"] in {"failed", "warned"}
    assert "occurs" in requirement["findings"][0]["message"]


def test_every_case_can_be_restored_from_its_definition(get_report, records):
    for case, result in zip(get_report("clean")["cases"], records().cases, strict=True):
        assert deserialize_case(json.loads(json.dumps(case["definition"])), "report.json") == result.case


@pytest.mark.parametrize(
    "data", [None, [], "case", {}, {"id": "x"}, {"id": "x", "title": "", "requirements": 1, "probes": "a"}]
)
def test_an_invalid_definition_is_rejected(data):
    with pytest.raises(InvalidInput, match="invalid case"):
        deserialize_case(data, "report.json")


def test_an_unknown_member_of_a_definition_is_rejected(records):
    case: Case = records().cases[0].case
    with pytest.raises(InvalidInput, match="invalid case"):
        deserialize_case({**serialize_case(case), "unknown": 1}, "report.json")


def test_a_written_report_can_be_loaded(get_report, contract, tmp_path):
    paths = write_reports(get_report("faulty"), tmp_path / "deep" / "er")
    assert [path.name for path in paths] == list(RENDERERS)
    assert load_report(paths[0], contract) == get_report("faulty")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_report_is_rejected(get_report, contract, tmp_path, part):
    path = tmp_path / "report.json"
    text = render_json(get_report("faulty")).strip()
    path.write_text(text[: int(len(text) * part)], encoding="utf-8")
    with pytest.raises(InvalidInput, match="the report is not valid JSON"):
        load_report(path, contract)


@pytest.mark.parametrize("change", [{"verdict": "fine"}, {"schemaVersion": 1}, {"cases": None}, {"counts": {}}])
def test_a_report_that_does_not_fit_the_schema_is_rejected_with_the_place(get_report, contract, tmp_path, change):
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**get_report("unreachable"), **change}), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_report(path, contract)
    assert caught.value.where == f"{path}: $.{next(iter(change))}"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 100_000, b"[]", b'"report"', b"null"])
def test_content_that_is_not_a_report_is_rejected(contract, tmp_path, content):
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput):
        load_report(path, contract)
    with pytest.raises(InvalidInput, match="cannot read the report"):
        load_report(tmp_path, contract)


def test_a_directory_that_cannot_be_created_is_rejected(get_report, tmp_path):
    (tmp_path / "taken").write_text("", encoding="ascii")
    with pytest.raises(InvalidInput, match="cannot write the reports"):
        write_reports(get_report("unreachable"), tmp_path / "taken")
