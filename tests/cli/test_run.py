"""`run`: what it prints, what it writes, and what its exit code says."""

import json
import shlex

import pytest

from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import RENDERERS

FAULT = "num-above-maximum-accepted"
FEW = ("--select", "num.*")


def lines(said, word):
    return [line.strip().removeprefix(word).strip() for line in said.out.splitlines() if line.strip().startswith(word)]


def test_the_embedded_emulator_is_certified(process, finished, contract, tmp_path, monkeypatch):
    monkeypatch.delenv("IMAGESEARCH_CONFORMANCE_EXAMPLES")
    said = finished(process("run", "--reports", tmp_path / "out"))
    assert said.code == 0
    assert said.out.splitlines()[-1] == "verdict: conformant"
    assert said.err == ""
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert report["target"]["embedded"] is True
    assert report["requests"] <= 600
    assert {one["outcome"] for one in report["requirements"] if one["level"] == "must"} == {"passed"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(RENDERERS)


def test_a_failure_explains_itself_and_can_be_made_again(command, emulating, contract, tmp_path):
    with emulating(FAULT) as profile:
        said = command("run", "--profile", profile, "--reports", tmp_path / "some out")
        assert said.code == 1
        assert said.out.splitlines()[-1] == "verdict: nonconformant"
        requirement = contract.requirements["num.maximum"]
        assert "num.maximum (must)" in said.out
        assert lines(said, "statement") == [requirement.statement]
        assert lines(said, "source") == [requirement.source]
        (sent,) = lines(said, "sent")
        assert sent.startswith("POST http://127.0.0.1:")
        assert "Num=" in sent
        (expected,) = lines(said, "expected")
        assert "400 InvalidNum" in expected
        assert lines(said, "got") == ["success"]
        assert lines(said, "at") == ["status"]
        (again,) = lines(said, "replay")
        _, *words = shlex.split(again)
        replayed = command(*words)
        assert replayed.code == 1
        assert "num.maximum (must): " in replayed.out


def test_nobody_there_is_inconclusive(command, dead_port, contract, tmp_path):
    said = command("run", dead_port, "--reports", tmp_path)
    assert said.code == 3
    assert "the target could not be reached" in said.out
    assert said.out.splitlines()[-1] == "verdict: inconclusive"
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert (report["complete"], report["cases"]) == (False, [])
    assert "Connection refused" in report["stopReason"]


def test_a_name_that_does_not_exist_is_inconclusive(command):
    said = command("run", "http://no-such-host.invalid", "--timeout", "2")
    assert said.code == 3
    assert "http://no-such-host.invalid: no response: " in said.out


def test_a_web_page_is_inconclusive(command, web_page):
    endpoint, received = web_page
    said = command("run", endpoint)
    assert said.code == 3
    assert "expected a JSON response, got status 200 with text/html" in said.out
    assert len(received) == 1


def test_a_target_without_profile_is_tried_with_the_documented_example(command, emulating):
    with emulating(signature="optional") as profile:
        endpoint = next(line.split('"')[1] for line in profile.read_text().splitlines() if "endpoint" in line)
        said = command("run", endpoint, *FEW)
    assert said.code == 0
    assert said.out.splitlines()[-1] == "verdict: conformant (selected cases only)"


def test_reports_go_to_a_directory_of_their_own_by_default(command, emulating, tmp_path):
    with emulating() as profile:
        assert command("run", "--profile", profile, *FEW).code == 0
    (made,) = (tmp_path / "reports").iterdir()
    assert made.name.startswith("127.0.0.1-2")
    assert made.name.endswith("Z")


def test_a_directory_that_cannot_be_written_is_refused_before_anything_is_sent(command, web_page, tmp_path):
    endpoint, received = web_page
    (tmp_path / "taken").write_text("", encoding="ascii")
    said = command("run", endpoint, "--reports", tmp_path / "taken")
    assert said.code == 2
    assert "cannot write the reports" in said.err
    assert received == []


def test_json_on_standard_output_is_the_report_and_nothing_else(command, emulating, contract, tmp_path):
    with emulating(FAULT) as profile:
        said = command(
            "run", "--profile", profile, "--format", "json", "--reports", tmp_path / "out", "--verbose", *FEW
        )
    assert said.code == 1
    report = json.loads(said.out)
    check_report(report, contract, "stdout")
    assert said.out == (tmp_path / "out" / "report.json").read_text(encoding="utf-8")


def test_quiet_prints_the_verdict_alone(command, emulating):
    with emulating(FAULT) as profile:
        said = command("run", "--profile", profile, "--quiet", *FEW)
    assert (said.code, said.out, said.err) == (1, "verdict: nonconformant (selected cases only)\n", "")


def test_verbose_prints_every_case(command, emulating):
    with emulating(FAULT) as profile:
        said = command("run", "--profile", profile, "--verbose", *FEW)
    report_line = next(line for line in said.out.splitlines() if "requests, " in line)
    outcomes = [line.split()[0] for line in said.out.splitlines() if line.split()[1:2] and "num." in line.split()[1]]
    assert outcomes.count("failed") >= 1
    assert report_line.startswith(f"{outcomes.count('passed')} passed, ")


@pytest.mark.parametrize(
    ("faults", "options", "code"),
    [
        (["requestid-no-uuid"], [], 0),
        (["requestid-no-uuid"], ["--level", "should"], 1),
        ([FAULT, "msg-missing"], ["--fail-fast"], 1),
        ([], ["--budget", "5"], 3),
        ([FAULT], ["--deselect", "num.maximum"], 0),
    ],
)
def test_options_decide_what_an_exit_code_means(command, emulating, faults, options, code):
    with emulating(*faults) as profile:
        assert command("run", "--profile", profile, *FEW, *options).code == code


def test_a_target_that_is_silent_ends_within_the_timeout(command, tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = "http://{}:{}".format(*silent.getsockname())
        said = command("run", endpoint, "--timeout", "0.2", "--reports", tmp_path)
    assert said.code == 3
    assert "no complete response within 0.2 s" in said.out
