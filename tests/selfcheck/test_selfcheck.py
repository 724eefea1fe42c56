"""The command `selfcheck`."""

import json

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from imagesearch_conformance.checks import expected_outcome, success_response
from imagesearch_conformance.cli.main import main
from imagesearch_conformance.runner import case_priority

#: Faults that the catalogue has at least: enough for every area.
MIN_FAULTS = 120

#: Faults of which the order of requests may decide what they violate, at most: caches, and results that vary.
MAX_ORDER_DEPENDENT = 9


@pytest.fixture
def selfcheck(tmp_path, contract):
    """Runs the command; returns its exit code, its output and its document."""

    def run(*arguments):
        command = ["selfcheck", "--reports", str(tmp_path / "results"), *map(str, arguments)]
        result = CliRunner().invoke(main, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        document = json.loads((tmp_path / "results" / "selfcheck.json").read_text(encoding="utf-8"))
        Draft202012Validator(contract.spec_files.content("schemas/selfcheck.json")).validate(document)
        return result.exit_code, result.stdout, document

    return run


@pytest.mark.full_runs
def test_every_fault_is_killed_as_its_row_says_and_nothing_conforming_is_flagged(selfcheck):
    code, output, document = selfcheck()
    faults, counts = document["faults"], document["counts"]
    assert [fault["name"] for fault in faults if fault["outcome"] == "survived"] == []
    assert [entry["name"] for entry in document["conforming"] if entry["outcome"] == "flagged"] == []
    for fault in faults:
        violated = {*fault["failed"], *fault["warned"]}
        assert {*fault["expected"]} <= violated <= {*fault["allowed"]}, fault["name"]
    assert sum(fault["expected"] != fault["allowed"] for fault in faults) <= MAX_ORDER_DEPENDENT
    without_fault = document["requirements"]["withoutFault"]
    assert [requirement for requirement in without_fault if requirement["level"] == "must"] == []
    assert not document["order"]["stale"]
    assert counts["faults"] >= MIN_FAULTS
    assert counts["imprecise"] <= counts["faults"] * 0.05
    assert (code, document["passed"], document["complete"]) == (0, True, True)
    assert f"{counts['faults']} faults, {counts['faults']} killed (100 %), 0 survived" in output


def test_a_fault_is_reported_with_the_case_that_killed_it(selfcheck, tmp_path):
    code, output, document = selfcheck("--fault", "num-zero-accepted", "--jobs", 1)
    (fault,) = document["faults"]
    assert (code, fault["outcome"], fault["failed"]) == (0, "killed", ["num.minimum"])
    assert fault["case"].startswith("num.minimum/")
    assert f"by {fault['case']} after {fault['requests']} requests: num.minimum" in output
    assert document["complete"] is False
    page = (tmp_path / "results" / "selfcheck.md").read_text(encoding="utf-8")
    assert f"| num-zero-accepted | killed | num.minimum | {fault['case']} | {fault['requests']} |" in page


def test_a_check_without_effect_lets_faults_survive(selfcheck, monkeypatch):
    monkeypatch.setattr(expected_outcome, "check_expected_outcome", lambda _context: iter(()))
    monkeypatch.setattr("imagesearch_conformance.checks.judge.check_expected_outcome", lambda _context: iter(()))
    code, output, document = selfcheck("--fault", "num-zero-accepted", "--jobs", 1)
    assert (code, document["faults"][0]["outcome"]) == (1, "survived")
    assert "survived: num-zero-accepted (2023-09)" in output
    assert output.splitlines()[-1].startswith("failed")


def test_a_check_that_is_too_strict_flags_a_conforming_variation(selfcheck, monkeypatch):
    original = success_response.check_success_response

    def strict(context):
        yield from original(context)
        if "Extension" in str(context.response.document):
            yield context.fail_requirement("response.msg.present", "undocumented field", [], None, "")

    monkeypatch.setattr("imagesearch_conformance.checks.judge.check_success_response", strict)
    code, output, document = selfcheck("--fault", "extra-fields", "--jobs", 1, "--document", "2023-09")
    assert (code, [entry["outcome"] for entry in document["conforming"]]) == (1, ["certified", "flagged"])
    assert "flagged: extra-fields (2023-09)" in output


@pytest.mark.long
def test_a_fault_is_killed_over_http_too(selfcheck):
    code, _, document = selfcheck("--fault", "body-with-bom", "--http", "--jobs", 1, "--document", "2023-09")
    assert (code, document["sender"]) == (0, "http")
    assert document["faults"][0]["failed"] == ["wire.json"]
    assert document["conforming"][0]["outcome"] == "certified"


@pytest.mark.long
def test_a_budget_reports_the_faults_that_its_requests_detect(selfcheck):
    faults = ("--fault", "num-zero-accepted", "--fault", "msg-missing", "--document", "2023-09")
    _, output, document = selfcheck(*faults, "--budget", 8, "--budget", 300)
    small, large = document["budgets"]
    assert (small["budget"], small["killed"], small["survived"]) == (8, 1, ["num-zero-accepted"])
    assert (large["budget"], large["killed"]) == (300, 2)
    assert "a budget of 8 requests kills 1 of 2 (50 %)" in output


def test_a_pattern_that_matches_no_fault_is_rejected():
    result = CliRunner().invoke(main, ["selfcheck", "--fault", "no-such-*"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'no-such-*' matches no fault and no variation" in result.stderr


@pytest.mark.parametrize("arguments", [["--fault", "num-*"], ["--document", "2023-09"], ["--http"]])
def test_an_order_can_only_be_written_by_a_complete_self_check(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr(case_priority, "_FILE", tmp_path / "case_priority.json")
    result = CliRunner().invoke(main, ["selfcheck", "--write-order", *arguments])
    assert result.exit_code == 2
    assert "an order needs a complete self-check in process" in result.stderr
    assert not (tmp_path / "case_priority.json").exists()
