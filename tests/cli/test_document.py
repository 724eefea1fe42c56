"""Choosing the revision of the page: by an option, by the profile, by the report, and never by two at once."""

import json

import pytest

from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile

LATER = "2026-06"
FEW = ("--select", "scorethreshold.*", "--select", "num.maximum")


@pytest.fixture(scope="module")
def later_store(later):
    return Store.from_contract(later)


@pytest.fixture
def profile(later, later_store, tmp_path):
    """The profile of an emulator that follows the later revision, and says so."""
    settings = EmulatorSettings(qps=None)
    with serve(Emulator(later, settings, store=later_store)) as endpoint:
        path = tmp_path / "later.toml"
        path.write_text(format_profile(emulated(later, endpoint, settings)), encoding="utf-8")
        yield path


def test_without_anything_the_first_revision_is_followed(command):
    assert "scorethreshold.removes" not in command("requirements").out
    assert "error.PicNotExist.message" not in command("requirements", "--format", "json").out


def test_requirements_and_explanations_of_the_later_one(command):
    assert "scorethreshold.removes" in command("requirements", "--document", LATER).out
    said = command("explain", "scorethreshold.pattern/above", "--document", LATER)
    assert said.code == 0
    assert "ScoreThreshold is '1.01'" in said.out
    assert command("explain", "PicNotExist").out.startswith("PicNotExist (400, tolerated)")
    assert command("explain", "PicNotExist", "--document", LATER).out.startswith("PicNotExist (400, documented)")


def test_the_profile_chooses(command, profile, tmp_path, later):
    assert f'document = "{LATER}"' in profile.read_text(encoding="utf-8")
    said = command("run", "--profile", profile, "--reports", tmp_path / "out", "--format", "json", *FEW)
    report = json.loads(said.out)
    assert said.code == 0, said.err
    assert report["suite"]["document"] == LATER
    assert report["suite"]["specDigest"] == later.digest
    assert any(case["id"] == "scorethreshold.removes/middle" for case in report["cases"])


def test_a_plan_follows_the_profile_too(command, profile):
    assert "distinctproductid.best/true" in command("plan", "--offline", "--profile", profile).out


def test_the_option_chooses_where_the_profile_says_nothing(command, profile, tmp_path):
    text = profile.read_text(encoding="utf-8").replace(f'document = "{LATER}"', "")
    profile.write_text(text, encoding="utf-8")
    given = ("--profile", profile, "--reports", tmp_path / "out", "--format", "json", "--select", "num.maximum")
    assert json.loads(command("run", *given).out)["suite"]["document"] == "2023-09"
    suite = json.loads(command("run", *given, "--document", LATER).out)["suite"]
    assert (suite["document"], suite["origins"]["document"]) == (LATER, "command line")
    variables = {"IMAGESEARCH_CONFORMANCE_DOCUMENT": LATER}
    assert json.loads(command("run", *given, **variables).out)["suite"]["document"] == LATER


def test_option_and_profile_may_agree(command, profile):
    assert command("plan", "--offline", "--profile", profile, "--document", LATER).code == 0


@pytest.mark.parametrize("words", [("run",), ("plan", "--offline")])
def test_option_and_profile_may_not_contradict_each_other(command, profile, words):
    said = command(*words, "--profile", profile, "--document", "2023-09")
    assert said.code == 2
    assert "later.toml: capabilities.document: the profile follows revision '2026-06'" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("run",), ("plan", "--offline"), ("requirements",), ("explain", "num.maximum"), ("emulate", "--port", "0"),
    ],
)  # fmt: skip
def test_an_unknown_revision_is_refused_with_the_known_ones(command, words):
    said = command(*words, "--document", "2031-01")
    assert said.code == 2
    assert "unknown revision '2031-01' (expected one of 2023-09, 2026-06)" in said.err


def test_the_embedded_emulator_follows_the_option_and_replay_the_report(command, tmp_path):
    said = command("run", "--document", LATER, "--reports", tmp_path / "out", "--quiet", *FEW)
    assert (said.code, said.out) == (0, "verdict: conformant (selected cases only)\n")
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


def test_a_report_of_a_revision_that_is_gone_is_judged_by_what_is_there(command, copied, tmp_path):
    assert command("run", "--document", LATER, "--reports", tmp_path / "out", "--quiet", *FEW).code == 0
    import shutil

    shutil.rmtree(copied.root / "revisions")
    said = command("replay", tmp_path / "out" / "report.json", "num.maximum/above", "--spec", copied.root)
    assert said.code == 0
    assert "made with another contract" in said.err


def test_a_fault_of_the_later_revision_needs_it(command):
    said = command("emulate", "--port", "0", "--fault", "threshold-ignored")
    assert said.code == 2
    assert "fault 'threshold-ignored' does not apply to revision 2023-09" in said.err


def test_another_directory_brings_its_own_revisions(command, copied):
    name = "revisions/2026-06/schemas/request.overlay.yaml"
    copied.edit(name, "maxLength: 4096", "maxLength: 512")
    given = ("--spec", copied.root, "--document", LATER)
    assert "up to 512 characters" in command("explain", "filter.maxlength", *given).out
    copied.edit(name, "target: $.properties.Filter", "target: $.properties.Filters")
    said = command("explain", "filter.maxlength", *given)
    assert said.code == 2
    assert f"{name}#/actions/2/target: the target '$.properties.Filters' selects nothing" in said.err


def test_the_emulator_serves_the_revision_and_writes_it_into_the_profile(process, finished, tmp_path):
    path = tmp_path / "written.toml"
    serving = process("emulate", "--port", "0", "--document", LATER, "--write-profile", path, PYTHONUNBUFFERED="1")
    while not serving.stdout.readline().startswith("serving "):
        assert serving.poll() is None
    assert f'document = "{LATER}"' in path.read_text(encoding="utf-8")
    assert finished(process("run", "--profile", path, "--quiet", *FEW)).code == 0
