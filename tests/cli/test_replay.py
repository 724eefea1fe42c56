"""`replay`: repeat one case of an earlier run with the same data and a new signature."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target, format_profile

FAULT = "num-above-maximum-accepted"
KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator-own-key", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "emulator-own-secret"}


@pytest.fixture(scope="module")
def run_directory(contract, store, tmp_path_factory):
    """The profile of a faulty emulator and the report of a run against it."""
    settings = EmulatorSettings(qps=None, faults=(FAULT,))
    directory = tmp_path_factory.mktemp("run")
    with serve(Emulator(contract, settings, store=store)) as endpoint:
        (directory / "emulator.toml").write_text(
            format_profile(build_target(contract, endpoint, settings)), encoding="utf-8"
        )
        options = ("--examples", "0", "--quiet", "--select", "num.*", "--select", "security")
        arguments = ("run", "--profile", str(directory / "emulator.toml"), "--reports", str(directory), *options)
        assert CliRunner().invoke(main, arguments).exit_code == 1
        yield directory


@pytest.fixture
def profile_and_report(run_directory, tmp_path):
    """Copies of the profile and the report, which a test may change."""
    return tuple(Path(shutil.copy(run_directory / name, tmp_path)) for name in ("emulator.toml", "report.json"))


def test_a_failing_case_fails_again_with_the_same_finding(command, profile_and_report):
    profile, report = profile_and_report
    result = command("replay", report, "num.maximum/above", "--profile", profile)
    assert result.code == 1
    case = next(case for case in json.loads(report.read_text())["cases"] if case["id"] == "num.maximum/above")
    (finding,) = case["findings"]
    assert f"num.maximum (must): {finding['message']}" in result.out
    assert result.out.splitlines()[-1] == "num.maximum/above: failed"
    for accepted in case["accepted"]:
        assert f"accepted: {accepted}" in result.out


def test_request_and_response_are_shown_without_secrets(command, profile_and_report):
    profile, report = profile_and_report
    result = command("replay", report, "num.maximum/above", "--profile", profile)
    request = [line for line in result.out.splitlines() if line.startswith("> ")]
    response = [line for line in result.out.splitlines() if line.startswith("< ")]
    assert request[0].startswith("> POST http://127.0.0.1:")
    assert any("Signature=REDACTED" in line for line in request)
    assert response[0] == "< 200"
    assert json.loads(response[-1].removeprefix("< "))["Success"] is True


def test_the_signature_is_new(command, profile_and_report):
    _, report = profile_and_report
    first, second = (command("replay", report, "num.maximum/above", **KEYS).out for _ in range(2))
    nonces = [next(line for line in result.splitlines() if "signature-nonce" in line) for result in (first, second)]
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    "case", ["num.maximum/at", "authentication.unsigned/no-signature", "authentication.replay/twice"]
)
def test_a_passing_case_passes_again(command, profile_and_report, case):
    _, report = profile_and_report
    result = command("replay", report, case, **KEYS)
    assert result.code == 0
    assert result.out.splitlines()[-1] == f"{case}: passed"


def test_missing_keys_are_wrong_usage(command, profile_and_report):
    _, report = profile_and_report
    result = command("replay", report, "num.maximum/above")
    assert (result.code, result.out) == (2, "")
    assert "no keys to sign with" in result.err
    assert "--profile" in result.err
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in result.err


def test_a_missing_unauthorized_key_is_wrong_usage(command, profile_and_report):
    profile, report = profile_and_report
    result = command("replay", report, "authentication.permission/none", **KEYS)
    assert result.code == 2
    assert "[credentials.unauthorized]" in result.err
    assert command("replay", report, "authentication.permission/none", "--profile", profile).code == 0


@pytest.mark.parametrize("case", ["num.maximum/abov", "num.maximum", ""])
def test_an_unknown_case_is_wrong_usage(command, profile_and_report, case):
    _, report = profile_and_report
    result = command("replay", report, case, **KEYS)
    assert (result.code, result.out) == (2, "")
    assert f"the report has no case {case!r}" in result.err


def test_an_unreachable_target_is_inconclusive(command, profile_and_report, dead_port):
    _, report = profile_and_report
    result = command("replay", report, "num.maximum/above", "--endpoint", dead_port, **KEYS)
    assert result.code == 3
    assert "Connection refused" in result.out
    assert result.out.splitlines()[-1].startswith("num.maximum/above: errored (")


def test_the_option_overrides_the_endpoint(command, profile_and_report, emulating, tmp_path):
    profile, report = profile_and_report
    before = profile.read_text(encoding="utf-8")
    with emulating() as clean:
        endpoint = next(line.split('"')[1] for line in clean.read_text().splitlines() if "endpoint" in line)
        profile.write_text(before, encoding="utf-8")
        for options in (["--endpoint", endpoint], ["--endpoint", endpoint, "--profile", profile]):
            assert command("replay", report, "num.maximum/above", *options, **KEYS).code == 0
    assert tmp_path.exists()


def test_the_endpoint_of_the_report_overrides_that_of_the_profile(command, profile_and_report, dead_port):
    profile, report = profile_and_report
    tables = profile.read_text(encoding="utf-8").splitlines()
    moved = [f'endpoint = "{dead_port}"' if line.startswith("endpoint") else line for line in tables]
    profile.write_text("\n".join(moved), encoding="utf-8")
    assert command("replay", report, "num.maximum/above", "--profile", profile).code == 1


def test_a_case_of_the_embedded_emulator_is_replayed_on_a_new_one(command, tmp_path):
    assert command("run", "--reports", tmp_path, "--select", "num.maximum", "--quiet").code == 0
    assert command("replay", tmp_path / "report.json", "num.maximum/above").code == 0


def test_level_and_strict_may_be_changed(command, profile_and_report, tmp_path):
    _, report = profile_and_report
    document = json.loads(report.read_text(encoding="utf-8"))
    document["suite"]["level"] = "should"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert command("replay", changed, "num.maximum/above", "--level", "must", "--strict", **KEYS).code == 1


@pytest.mark.parametrize("definition", [None, "text", {"id": "x"}])
def test_a_report_without_a_valid_definition_is_rejected(command, profile_and_report, tmp_path, definition):
    _, report = profile_and_report
    document = json.loads(report.read_text(encoding="utf-8"))
    case = next(case for case in document["cases"] if case["id"] == "num.maximum/above")
    if definition is None:
        del case["definition"]
    else:
        case["definition"] = definition
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert command("replay", changed, "num.maximum/above", **KEYS).code == 2


def test_a_truncated_report_is_rejected(command, profile_and_report, tmp_path):
    _, report = profile_and_report
    cut = tmp_path / "cut.json"
    cut.write_text(report.read_text(encoding="utf-8")[:-100], encoding="utf-8")
    result = command("replay", cut, "num.maximum/above", **KEYS)
    assert result.code == 2
    assert "cut.json: the report is not valid JSON" in result.err
