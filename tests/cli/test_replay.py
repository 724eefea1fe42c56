"""`replay`: one case of an earlier run, made again with the same data and a new signature."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile

FAULT = "num-above-maximum-accepted"
KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "emulator-own-key", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "emulator-own-secret"}


@pytest.fixture(scope="module")
def judged(contract, store, tmp_path_factory):
    """A faulty emulator and a report of it, made once."""
    given = EmulatorSettings(qps=None, faults=(FAULT,))
    place = tmp_path_factory.mktemp("judged")
    with serve(Emulator(contract, given, store=store)) as endpoint:
        (place / "emulator.toml").write_text(format_profile(emulated(contract, endpoint, given)), encoding="utf-8")
        words = ("--examples", "0", "--quiet", "--select", "num.*", "--select", "security")
        asked = ("run", "--profile", str(place / "emulator.toml"), "--reports", str(place), *words)
        assert CliRunner().invoke(main, asked).exit_code == 1
        yield place


@pytest.fixture
def served(judged, tmp_path):
    """The file of that emulator's profile and the report, free to be changed."""
    return tuple(Path(shutil.copy(judged / name, tmp_path)) for name in ("emulator.toml", "report.json"))


def test_a_failing_case_fails_again_with_the_same_finding(command, served):
    profile, report = served
    said = command("replay", report, "num.maximum/above", "--profile", profile)
    assert said.code == 1
    case = next(one for one in json.loads(report.read_text())["cases"] if one["id"] == "num.maximum/above")
    (finding,) = case["findings"]
    assert f"num.maximum (must): {finding['message']}" in said.out
    assert said.out.splitlines()[-1] == "num.maximum/above: failed"
    for accepted in case["accepted"]:
        assert f"accepted: {accepted}" in said.out


def test_both_sides_are_shown_without_secrets(command, served):
    profile, report = served
    said = command("replay", report, "num.maximum/above", "--profile", profile)
    sent = [line for line in said.out.splitlines() if line.startswith("> ")]
    came = [line for line in said.out.splitlines() if line.startswith("< ")]
    assert sent[0].startswith("> POST http://127.0.0.1:")
    assert any("Signature=REDACTED" in line for line in sent)
    assert came[0] == "< 200"
    assert json.loads(came[-1].removeprefix("< "))["Success"] is True


def test_the_signature_is_new(command, served):
    _, report = served
    first, second = (command("replay", report, "num.maximum/above", **KEYS).out for _ in range(2))
    nonce = [next(line for line in said.splitlines() if "signature-nonce" in line) for said in (first, second)]
    assert nonce[0] != nonce[1]


@pytest.mark.parametrize(
    "case", ["num.maximum/at", "authentication.unsigned/no-signature", "authentication.replay/twice"]
)
def test_a_passing_case_passes_again(command, served, case):
    _, report = served
    said = command("replay", report, case, **KEYS)
    assert said.code == 0
    assert said.out.splitlines()[-1] == f"{case}: passed"


def test_without_keys_it_says_where_keys_come_from(command, served):
    _, report = served
    said = command("replay", report, "num.maximum/above")
    assert (said.code, said.out) == (2, "")
    assert "no keys to sign with" in said.err
    assert "--profile" in said.err
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in said.err


def test_without_the_weak_key_it_says_so(command, served):
    profile, report = served
    said = command("replay", report, "authentication.permission/none", **KEYS)
    assert said.code == 2
    assert "[credentials.unauthorized]" in said.err
    assert command("replay", report, "authentication.permission/none", "--profile", profile).code == 0


@pytest.mark.parametrize("case", ["num.maximum/abov", "num.maximum", ""])
def test_an_unknown_case_is_wrong_usage(command, served, case):
    _, report = served
    said = command("replay", report, case, **KEYS)
    assert (said.code, said.out) == (2, "")
    assert f"the report has no case {case!r}" in said.err


def test_a_target_that_is_gone_is_inconclusive(command, served, dead_port):
    _, report = served
    said = command("replay", report, "num.maximum/above", "--endpoint", dead_port, **KEYS)
    assert said.code == 3
    assert "Connection refused" in said.out
    assert said.out.splitlines()[-1].startswith("num.maximum/above: errored (")


def test_another_endpoint_is_asked_where_one_is_given(command, served, emulating, tmp_path):
    profile, report = served
    before = profile.read_text(encoding="utf-8")
    with emulating() as clean:
        endpoint = next(line.split('"')[1] for line in clean.read_text().splitlines() if "endpoint" in line)
        profile.write_text(before, encoding="utf-8")
        for words in (["--endpoint", endpoint], ["--endpoint", endpoint, "--profile", profile]):
            assert command("replay", report, "num.maximum/above", *words, **KEYS).code == 0
    assert tmp_path.exists()


def test_the_report_s_endpoint_is_asked_although_the_profile_names_another(command, served, dead_port):
    profile, report = served
    tables = profile.read_text(encoding="utf-8").splitlines()
    moved = [f'endpoint = "{dead_port}"' if line.startswith("endpoint") else line for line in tables]
    profile.write_text("\n".join(moved), encoding="utf-8")
    assert command("replay", report, "num.maximum/above", "--profile", profile).code == 1


def test_a_case_of_the_embedded_emulator_is_made_on_a_new_one(command, tmp_path):
    assert command("run", "--reports", tmp_path, "--select", "num.maximum", "--quiet").code == 0
    assert command("replay", tmp_path / "report.json", "num.maximum/above").code == 0


def test_strictness_may_be_asked_for_anew(command, served, tmp_path):
    _, report = served
    document = json.loads(report.read_text(encoding="utf-8"))
    document["suite"]["level"] = "should"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert command("replay", changed, "num.maximum/above", "--level", "must", "--strict", **KEYS).code == 1


@pytest.mark.parametrize("definition", [None, "text", {"id": "x"}])
def test_a_report_that_does_not_say_what_was_sent_is_refused(command, served, tmp_path, definition):
    _, report = served
    document = json.loads(report.read_text(encoding="utf-8"))
    case = next(one for one in document["cases"] if one["id"] == "num.maximum/above")
    if definition is None:
        del case["definition"]
    else:
        case["definition"] = definition
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert command("replay", changed, "num.maximum/above", **KEYS).code == 2


def test_a_truncated_report_is_refused(command, served, tmp_path):
    _, report = served
    cut = tmp_path / "cut.json"
    cut.write_text(report.read_text(encoding="utf-8")[:-100], encoding="utf-8")
    said = command("replay", cut, "num.maximum/above", **KEYS)
    assert said.code == 2
    assert "cut.json: the report is not valid JSON" in said.err
