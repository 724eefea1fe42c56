"""Commands in subprocesses: interrupts, and `emulate`."""

import json
import signal

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.reports.load import check_report


def interrupt_after(started, word):
    """Read the output of a process up to a word, then send SIGINT."""
    for line in started.stdout:
        if word in line:
            break
    started.send_signal(signal.SIGINT)


def test_an_interrupted_run_reports_what_it_judged(process, finished, emulating, tmp_path, contract):
    with emulating() as profile:
        started = process("run", "--profile", profile, "--reports", tmp_path / "out", "--qps", "40", "--verbose")
        interrupt_after(started, "passed")
        result = finished(started)
    assert result.code == 130
    assert result.out.splitlines()[-1] == "verdict: inconclusive"
    assert "the run was interrupted" in result.out
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert (report["complete"], report["stopReason"]) == (False, "the run was interrupted")
    assert report["counts"]["passed"] >= 1
    assert report["counts"]["skipped"] > 100
    assert (tmp_path / "out" / "junit.xml").exists()
    assert (tmp_path / "out" / "summary.md").exists()


@pytest.fixture
def emulator(process, tmp_path):
    """Start an emulator in a subprocess; return it with its profile and its first lines of output."""

    def start(*options):
        profile = tmp_path / "written.toml"
        started = process("emulate", "--port", "0", "--write-profile", profile, *options)
        output = [started.stdout.readline(), started.stdout.readline()]
        return started, profile, "".join(output)

    return start


def test_an_emulator_conforms_with_the_profile_that_it_writes(emulator, process, finished):
    started, profile, output = emulator("--qps", "1000")
    assert f"wrote {profile}" in output
    assert "serving http://127.0.0.1:" in output
    ran = finished(
        process("run", "--profile", profile, "--select", "num.*", "--select", "security", "--format", "json")
    )
    assert ran.code == 0
    report = json.loads(ran.out)
    assert report["target"]["capabilities"] == {
        "authentication": True,
        "throttlingQps": 1000.0,
        "faultHeader": "X-Conformance-Fault",
        "approximate": False,
        "document": load().revision,
    }
    assert report["counts"]["notApplicable"] == 0
    started.send_signal(signal.SIGINT)
    assert finished(started).code == 0


def test_an_emulator_with_a_fault_fails(emulator, command):
    _, profile, _ = emulator("--fault", "num-above-maximum-accepted", "--qps", "1000")
    result = command("run", "--profile", profile, "--select", "num.maximum", "--jobs", "1")
    assert result.code == 1
    assert "num.maximum (must)" in result.out


def test_an_emulator_with_optional_signatures_accepts_unsigned_requests(emulator, command):
    _, _, output = emulator("--signature", "optional", "--qps", "1000")
    endpoint = output.partition("serving ")[2].partition(",")[0]
    assert command("run", endpoint, "--select", "num.maximum").code == 0


def test_a_used_port_is_wrong_usage(command, emulator):
    _, _, output = emulator()
    port = output.partition("serving http://127.0.0.1:")[2].partition(",")[0]
    result = command("emulate", "--port", port)
    assert (result.code, result.out) == (2, "")
    assert f"127.0.0.1:{port}: the address cannot be used" in result.err


def test_a_profile_that_cannot_be_written_is_wrong_usage(command, tmp_path):
    result = command("emulate", "--port", "0", "--write-profile", tmp_path)
    assert result.code == 2
    assert "cannot write the profile" in result.err


@pytest.mark.parametrize("document", [None, "2026-06"])
def test_every_fault_is_listed_with_its_violations(command, document):
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.emulator import contract_faults

    result = command("emulate", "--list-faults", *(("--document", document) if document else ()))
    assert result.code == 0
    lines = result.out.splitlines()
    faults = contract_faults(load(None, document))
    assert [line.split()[0] for line in lines[::2]] == list(faults)
    assert [tuple(line.split()[1:]) for line in lines[1::2]] == [fault.violates for fault in faults.values()]
    assert all(len(line.split()) > 1 for line in lines[::2])


def test_the_console_script_runs_main():
    from importlib.metadata import entry_points

    from imagesearch_conformance.cli.main import main

    (script,) = entry_points(group="console_scripts", name="imagesearch-conformance")
    assert script.load() is main
