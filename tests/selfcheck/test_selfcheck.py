"""`selfcheck` as a user starts it: who tests the tests."""

import json

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from imagesearch_conformance.checks import expected_outcome, success_response
from imagesearch_conformance.cli.main import main
from imagesearch_conformance.runner import case_priority

#: Enough for every area of the catalogue, as the issue of the suite's users has it.
LEAST_FAULTS = 120

#: Of so many faults at most the order of requests may decide what they break: caches, and what changes now and then.
ORDER_DEPENDENT = 9


@pytest.fixture
def selfcheck(tmp_path, contract):
    """Runs the command and gives its exit code, what it printed and its document."""

    def run(*words):
        given = ["selfcheck", "--reports", str(tmp_path / "results"), *map(str, words)]
        result = CliRunner().invoke(main, given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        found = json.loads((tmp_path / "results" / "selfcheck.json").read_text(encoding="utf-8"))
        Draft202012Validator(contract.spec_files.content("schemas/selfcheck.json")).validate(found)
        return result.exit_code, result.stdout, found

    return run


@pytest.mark.matrix
def test_every_fault_is_killed_by_exactly_the_requirements_it_breaks_and_nothing_that_conforms_is_flagged(selfcheck):
    code, said, found = selfcheck()
    assert [one["name"] for one in found["faults"] if one["outcome"] == "survived"] == []
    assert [one["name"] for one in found["conforming"] if one["outcome"] == "flagged"] == []
    for one in found["faults"]:
        tripped = {*one["failed"], *one["warned"]}
        assert {*one["due"]} <= tripped <= {*one["possible"]}, one["name"]
    assert sum(one["due"] != one["possible"] for one in found["faults"]) <= ORDER_DEPENDENT
    assert [one for one in found["requirements"]["untripped"] if one["level"] == "must"] == []
    assert not found["order"]["stale"]
    assert found["counts"]["faults"] >= LEAST_FAULTS
    assert found["counts"]["imprecise"] <= found["counts"]["faults"] * 0.05
    assert (code, found["sound"], found["whole"]) == (0, True, True)
    assert f"{found['counts']['faults']} faults, {found['counts']['faults']} killed (100 %), 0 survived" in said


def test_a_fault_is_named_with_what_noticed_it(selfcheck, tmp_path):
    code, said, found = selfcheck("--fault", "num-zero-accepted", "--jobs", 1)
    (fault,) = found["faults"]
    assert (code, fault["outcome"], fault["failed"]) == (0, "killed", ["num.minimum"])
    assert fault["case"].startswith("num.minimum/")
    assert f"by {fault['case']} after {fault['requests']} requests: num.minimum" in said
    assert found["whole"] is False
    page = (tmp_path / "results" / "selfcheck.md").read_text(encoding="utf-8")
    assert f"| num-zero-accepted | killed | num.minimum | {fault['case']} | {fault['requests']} |" in page


def test_a_blind_check_lets_faults_survive(selfcheck, monkeypatch):
    monkeypatch.setattr(expected_outcome, "check_expected_outcome", lambda _view: iter(()))
    monkeypatch.setattr("imagesearch_conformance.checks.judge.check_expected_outcome", lambda _view: iter(()))
    code, said, found = selfcheck("--fault", "num-zero-accepted", "--jobs", 1)
    assert (code, found["faults"][0]["outcome"]) == (1, "survived")
    assert "survived: num-zero-accepted (2023-09)" in said
    assert said.splitlines()[-1].startswith("not sound")


def test_a_check_that_is_too_strict_flags_what_conforms(selfcheck, monkeypatch):
    real = success_response.check_success_response

    def strict(view):
        yield from real(view)
        if "Extension" in str(view.response.document):
            yield view.fail_requirement("response.msg.present", "there is more than the page says", [], None, "")

    monkeypatch.setattr("imagesearch_conformance.checks.judge.check_success_response", strict)
    code, said, found = selfcheck("--fault", "extra-fields", "--jobs", 1, "--document", "2023-09")
    assert (code, [one["outcome"] for one in found["conforming"]]) == (1, ["certified", "flagged"])
    assert "flagged: extra-fields (2023-09)" in said


@pytest.mark.long
def test_over_http_the_same_is_found(selfcheck):
    code, _, found = selfcheck("--fault", "body-with-bom", "--http", "--jobs", 1, "--document", "2023-09")
    assert (code, found["sender"]) == (0, "http")
    assert found["faults"][0]["failed"] == ["wire.json"]
    assert found["conforming"][0]["outcome"] == "certified"


@pytest.mark.long
def test_a_budget_tells_what_so_many_requests_notice(selfcheck):
    words = ("--fault", "num-zero-accepted", "--fault", "msg-missing", "--document", "2023-09")
    _, said, found = selfcheck(*words, "--budget", 8, "--budget", 300)
    small, large = found["budgets"]
    assert (small["budget"], small["killed"], small["escaped"]) == (8, 1, ["num-zero-accepted"])
    assert (large["budget"], large["killed"]) == (300, 2)
    assert "a budget of 8 requests kills 1 of 2 (50 %)" in said


def test_an_unknown_name_is_refused():
    result = CliRunner().invoke(main, ["selfcheck", "--fault", "no-such-*"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no fault and no variation is called 'no-such-*'" in result.stderr


@pytest.mark.parametrize("words", [["--fault", "num-*"], ["--document", "2023-09"], ["--http"]])
def test_an_order_needs_everything_tried(words, tmp_path, monkeypatch):
    monkeypatch.setattr(case_priority, "_FILE", tmp_path / "case_priority.json")
    result = CliRunner().invoke(main, ["selfcheck", "--write-order", *words])
    assert result.exit_code == 2
    assert "an order can be made of a whole self-check" in result.stderr
    assert not (tmp_path / "case_priority.json").exists()
