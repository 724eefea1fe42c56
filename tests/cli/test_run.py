"""`run`: output, reports and exit codes."""

import json
import shlex

import pytest

from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import RENDERERS

FAULT = "num-above-maximum-accepted"
FEW = ("--select", "num.*")


def lines(result, word):
    return [
        line.strip().removeprefix(word).strip() for line in result.out.splitlines() if line.strip().startswith(word)
    ]


def test_the_embedded_emulator_conforms(process, finished, contract, tmp_path, monkeypatch):
    monkeypatch.delenv("IMAGESEARCH_CONFORMANCE_EXAMPLES")
    result = finished(process("run", "--reports", tmp_path / "out"))
    assert result.code == 0
    assert result.out.splitlines()[-1] == "verdict: conformant"
    assert result.err == ""
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert report["target"]["embedded"] is True
    assert report["requests"] <= 600
    assert {requirement["outcome"] for requirement in report["requirements"] if requirement["level"] == "must"} == {
        "passed"
    }
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(RENDERERS)


def test_a_failure_explains_itself_and_can_be_replayed(command, emulating, contract, tmp_path):
    with emulating(FAULT) as profile:
        result = command("run", "--profile", profile, "--reports", tmp_path / "some out")
        assert result.code == 1
        assert result.out.splitlines()[-1] == "verdict: nonconformant"
        requirement = contract.requirements["num.maximum"]
        assert "num.maximum (must)" in result.out
        assert lines(result, "statement") == [requirement.statement]
        assert lines(result, "source") == [requirement.source]
        (sent,) = lines(result, "sent")
        assert sent.startswith("POST http://127.0.0.1:")
        assert "Num=" in sent
        (expected,) = lines(result, "expected")
        assert "400 InvalidNum" in expected
        assert lines(result, "got") == ["success"]
        assert lines(result, "at") == ["status"]
        (replay,) = lines(result, "replay")
        _, *arguments = shlex.split(replay)
        replayed = command(*arguments)
        assert replayed.code == 1
        assert "num.maximum (must): " in replayed.out


def test_an_unreachable_target_is_inconclusive(command, dead_port, contract, tmp_path):
    result = command("run", dead_port, "--reports", tmp_path)
    assert result.code == 3
    assert "the target could not be reached" in result.out
    assert result.out.splitlines()[-1] == "verdict: inconclusive"
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert (report["complete"], report["cases"]) == (False, [])
    assert "Connection refused" in report["stopReason"]


def test_an_unknown_host_is_inconclusive(command):
    result = command("run", "http://no-such-host.invalid", "--timeout", "2")
    assert result.code == 3
    assert "http://no-such-host.invalid: no response: " in result.out


def test_a_web_page_is_inconclusive(command, web_page):
    endpoint, received = web_page
    result = command("run", endpoint)
    assert result.code == 3
    assert "expected a JSON response, got status 200 with text/html" in result.out
    assert len(received) == 1


def test_a_target_without_a_profile_gets_the_documented_example(command, emulating):
    with emulating(signature="optional") as profile:
        endpoint = next(line.split('"')[1] for line in profile.read_text().splitlines() if "endpoint" in line)
        result = command("run", endpoint, *FEW)
    assert result.code == 0
    assert result.out.splitlines()[-1] == "verdict: conformant (selected cases only)"


def test_reports_go_to_a_new_directory_by_default(command, emulating, tmp_path):
    with emulating() as profile:
        assert command("run", "--profile", profile, *FEW).code == 0
    (directory,) = (tmp_path / "reports").iterdir()
    assert directory.name.startswith("127.0.0.1-2")
    assert directory.name.endswith("Z")


def test_an_unwritable_directory_is_rejected_before_any_request(command, web_page, tmp_path):
    endpoint, received = web_page
    (tmp_path / "taken").write_text("", encoding="ascii")
    result = command("run", endpoint, "--reports", tmp_path / "taken")
    assert result.code == 2
    assert "cannot write the reports" in result.err
    assert received == []


def test_json_output_is_only_the_report(command, emulating, contract, tmp_path):
    with emulating(FAULT) as profile:
        result = command(
            "run", "--profile", profile, "--format", "json", "--reports", tmp_path / "out", "--verbose", *FEW
        )
    assert result.code == 1
    report = json.loads(result.out)
    check_report(report, contract, "stdout")
    assert result.out == (tmp_path / "out" / "report.json").read_text(encoding="utf-8")


def test_quiet_prints_only_the_verdict(command, emulating):
    with emulating(FAULT) as profile:
        result = command("run", "--profile", profile, "--quiet", *FEW)
    assert (result.code, result.out, result.err) == (1, "verdict: nonconformant (selected cases only)\n", "")


def test_verbose_prints_every_case(command, emulating):
    with emulating(FAULT) as profile:
        result = command("run", "--profile", profile, "--verbose", *FEW)
    report_line = next(line for line in result.out.splitlines() if "requests, " in line)
    outcomes = [line.split()[0] for line in result.out.splitlines() if line.split()[1:2] and "num." in line.split()[1]]
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
def test_options_change_the_exit_code(command, emulating, faults, options, code):
    with emulating(*faults) as profile:
        assert command("run", "--profile", profile, *FEW, *options).code == code


def test_a_silent_target_ends_the_run_after_the_timeout(command, tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = "http://{}:{}".format(*silent.getsockname())
        result = command("run", endpoint, "--timeout", "0.2", "--reports", tmp_path)
    assert result.code == 3
    assert "no complete response within 0.2 s" in result.out
