"""The revision of the documentation: by an option, by the profile, or by the report."""

import json

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target, format_profile

LATER = "2026-06"
FEW = ("--select", "scorethreshold.*", "--select", "num.maximum")


@pytest.fixture(scope="module")
def later_store(later):
    return Store.from_contract(later)


@pytest.fixture
def profile(later, later_store, tmp_path):
    """The profile of an emulator of the later revision."""
    settings = EmulatorSettings(qps=None)
    with serve(Emulator(later, settings, store=later_store)) as endpoint:
        path = tmp_path / "later.toml"
        path.write_text(format_profile(build_target(later, endpoint, settings)), encoding="utf-8")
        yield path


def test_without_anything_the_first_revision_is_followed(command):
    assert "scorethreshold.removes" not in command("requirements").out
    assert "error.PicNotExist.message" not in command("requirements", "--format", "json").out


def test_requirements_and_explanations_of_the_later_one(command):
    assert "scorethreshold.removes" in command("requirements", "--document", LATER).out
    result = command("explain", "scorethreshold.pattern/above", "--document", LATER)
    assert result.code == 0
    assert "ScoreThreshold is '1.01'" in result.out
    assert command("explain", "PicNotExist").out.startswith("PicNotExist (400, tolerated)")
    assert command("explain", "PicNotExist", "--document", LATER).out.startswith("PicNotExist (400, documented)")


def test_the_profile_chooses_the_revision(command, profile, tmp_path, later):
    assert f'document = "{LATER}"' in profile.read_text(encoding="utf-8")
    result = command("run", "--profile", profile, "--reports", tmp_path / "out", "--format", "json", *FEW)
    report = json.loads(result.out)
    assert result.code == 0, result.err
    assert report["suite"]["document"] == LATER
    assert report["suite"]["specDigest"] == later.digest
    assert any(case["id"] == "scorethreshold.removes/middle" for case in report["cases"])


def test_a_plan_follows_the_profile_too(command, profile):
    assert "distinctproductid.best/true" in command("plan", "--offline", "--profile", profile).out


def test_the_option_chooses_without_one_in_the_profile(command, profile, tmp_path):
    text = profile.read_text(encoding="utf-8").replace(f'document = "{LATER}"', "")
    profile.write_text(text, encoding="utf-8")
    options = ("--profile", profile, "--reports", tmp_path / "out", "--format", "json", "--select", "num.maximum")
    assert json.loads(command("run", *options).out)["suite"]["document"] == "2023-09"
    suite = json.loads(command("run", *options, "--document", LATER).out)["suite"]
    assert (suite["document"], suite["origins"]["document"]) == (LATER, "command line")
    variables = {"IMAGESEARCH_CONFORMANCE_DOCUMENT": LATER}
    assert json.loads(command("run", *options, **variables).out)["suite"]["document"] == LATER


def test_option_and_profile_may_agree(command, profile):
    assert command("plan", "--offline", "--profile", profile, "--document", LATER).code == 0


@pytest.mark.parametrize("arguments", [("run",), ("plan", "--offline")])
def test_option_and_profile_must_not_contradict_each_other(command, profile, arguments):
    result = command(*arguments, "--profile", profile, "--document", "2023-09")
    assert result.code == 2
    assert "later.toml: capabilities.document: the profile follows revision '2026-06'" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",), ("plan", "--offline"), ("requirements",), ("explain", "num.maximum"), ("emulate", "--port", "0"),
    ],
)  # fmt: skip
def test_an_unknown_revision_is_rejected_with_the_known_ones(command, arguments):
    result = command(*arguments, "--document", "2031-01")
    assert result.code == 2
    assert "unknown revision '2031-01' (expected one of 2023-09, 2026-06)" in result.err


def test_the_embedded_emulator_follows_the_option_and_replay_the_report(command, tmp_path):
    result = command("run", "--document", LATER, "--reports", tmp_path / "out", "--quiet", *FEW)
    assert (result.code, result.out) == (0, "verdict: conformant (selected cases only)\n")
    report = tmp_path / "out" / "report.json"
    again = command("replay", report, "scorethreshold.removes/middle")
    assert again.code == 0
    assert again.err == ""
    assert "?ScoreThreshold=0." in again.out
    assert again.out.splitlines()[-1] == "scorethreshold.removes/middle: passed"
    other = command("replay", report, "scorethreshold.removes/middle", "--document", "2023-09")
    assert other.code == 2
    assert "the report follows revision '2026-06'" in other.err


def test_replay_on_the_profile_of_the_run(command, profile, tmp_path):
    assert command("run", "--profile", profile, "--reports", tmp_path / "out", "--quiet", *FEW).code == 0
    report = tmp_path / "out" / "report.json"
    assert command("replay", report, "scorethreshold.inclusive/equal", "--profile", profile).code == 0


def test_a_report_of_a_missing_revision_is_replayed_with_the_default(command, copied, tmp_path):
    assert command("run", "--document", LATER, "--reports", tmp_path / "out", "--quiet", *FEW).code == 0
    import shutil

    shutil.rmtree(copied.root / "revisions")
    result = command("replay", tmp_path / "out" / "report.json", "num.maximum/above", "--spec", copied.root)
    assert result.code == 0
    assert "made with another contract" in result.err


def test_a_fault_of_the_later_revision_needs_that_revision(command):
    result = command("emulate", "--port", "0", "--fault", "threshold-ignored")
    assert result.code == 2
    assert "fault 'threshold-ignored' does not apply to revision 2023-09" in result.err


def test_another_contract_has_its_own_revisions(command, copied):
    name = "revisions/2026-06/schemas/request.overlay.yaml"
    copied.edit(name, "maxLength: 4096", "maxLength: 512")
    options = ("--spec", copied.root, "--document", LATER)
    assert "up to 512 characters" in command("explain", "filter.maxlength", *options).out
    copied.edit(name, "target: $.properties.Filter", "target: $.properties.Filters")
    result = command("explain", "filter.maxlength", *options)
    assert result.code == 2
    assert f"{name}#/actions/2/target: the target '$.properties.Filters' selects nothing" in result.err


def test_the_emulator_serves_the_revision_and_writes_it_into_the_profile(process, finished, tmp_path):
    path = tmp_path / "written.toml"
    serving = process("emulate", "--port", "0", "--document", LATER, "--write-profile", path, PYTHONUNBUFFERED="1")
    while not serving.stdout.readline().startswith("serving "):
        assert serving.poll() is None
    assert f'document = "{LATER}"' in path.read_text(encoding="utf-8")
    assert finished(process("run", "--profile", path, "--quiet", *FEW)).code == 0
