"""What needs processes of its own: signals, and an emulator at the other end."""

import json
import signal

import pytest

from imagesearch_conformance.contract import load
from imagesearch_conformance.reports.load import check_report


def interrupted_after(started, word):
    """Reads what a process prints until a word came, and then does what Ctrl-C does."""
    for line in started.stdout:
        if word in line:
            break
    started.send_signal(signal.SIGINT)


def test_an_interrupted_run_reports_what_it_judged(process, finished, emulating, tmp_path, contract):
    with emulating() as profile:
        started = process("run", "--profile", profile, "--reports", tmp_path / "out", "--qps", "40", "--verbose")
        interrupted_after(started, "passed")
        said = finished(started)
    assert said.code == 130
    assert said.out.splitlines()[-1] == "verdict: inconclusive"
    assert "the run was interrupted" in said.out
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    check_report(report, contract, "report.json")
    assert (report["complete"], report["stopReason"]) == (False, "the run was interrupted")
    assert report["counts"]["passed"] >= 1
    assert report["counts"]["skipped"] > 100
    assert (tmp_path / "out" / "junit.xml").exists()
    assert (tmp_path / "out" / "summary.md").exists()


@pytest.fixture
def emulator(process, tmp_path):
    """An emulator in a process of its own, with its profile; and what it printed so far."""

    def start(*words):
        profile = tmp_path / "written.toml"
        started = process("emulate", "--port", "0", "--write-profile", profile, *words)
        said = [started.stdout.readline(), started.stdout.readline()]
        return started, profile, "".join(said)

    return start


def test_an_emulator_writes_a_profile_with_which_it_is_certified(emulator, process, finished):
    started, profile, said = emulator("--qps", "1000")
    assert f"wrote {profile}" in said
    assert "serving http://127.0.0.1:" in said
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


def test_an_emulator_with_a_fault_is_not_certified(emulator, command):
    _, profile, _ = emulator("--fault", "num-above-maximum-accepted", "--qps", "1000")
    said = command("run", "--profile", profile, "--select", "num.maximum", "--jobs", "1")
    assert said.code == 1
    assert "num.maximum (must)" in said.out


def test_an_emulator_that_needs_no_signature_takes_unsigned_requests(emulator, command):
    _, _, said = emulator("--signature", "optional", "--qps", "1000")
    endpoint = said.partition("serving ")[2].partition(",")[0]
    assert command("run", endpoint, "--select", "num.maximum").code == 0


def test_a_port_that_is_taken_is_wrong_usage(command, emulator):
    _, _, said = emulator()
    port = said.partition("serving http://127.0.0.1:")[2].partition(",")[0]
    refused = command("emulate", "--port", port)
    assert (refused.code, refused.out) == (2, "")
    assert f"127.0.0.1:{port}: the address cannot be used" in refused.err


def test_a_profile_that_cannot_be_written_is_wrong_usage(command, tmp_path):
    said = command("emulate", "--port", "0", "--write-profile", tmp_path)
    assert said.code == 2
    assert "cannot write the profile" in said.err


@pytest.mark.parametrize("document", [None, "2026-06"])
def test_every_named_fault_is_listed_with_what_it_breaks(command, document):
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.emulator import contract_faults

    said = command("emulate", "--list-faults", *(("--document", document) if document else ()))
    assert said.code == 0
    lines = said.out.splitlines()
    faults = contract_faults(load(None, document))
    assert [line.split()[0] for line in lines[::2]] == list(faults)
    assert [tuple(line.split()[1:]) for line in lines[1::2]] == [fault.violates for fault in faults.values()]
    assert all(len(line.split()) > 1 for line in lines[::2])


def test_the_console_script_opens_the_same_door():
    from importlib.metadata import entry_points

    from imagesearch_conformance.cli.main import main

    (script,) = entry_points(group="console_scripts", name="imagesearch-conformance")
    assert script.load() is main
