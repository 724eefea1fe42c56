"""`verify` checks the states of known deviations by the evidence."""

import json

import pytest

from imagesearch_conformance.reports.write import RENDERERS, encode_text

FAULT = "num-above-maximum-accepted"
BROKEN, KEPT, OTHER = "num.maximum", "num.minimum", "start.maximum"

DEVIATION = """
[[deviation]]
requirement = "{requirement}"
reason = "Our gateway allows more."
link = "https://example.com/issues/17"
expires = {expires}
"""


@pytest.fixture(scope="module")
def run_directories():
    """The directories of earlier runs, by their known deviations."""
    return {}


@pytest.fixture
def run_with_deviations(command, emulating, run_directories, tmp_path, tmp_path_factory):
    """Run against a faulty emulator with known deviations; return the directory of the reports."""

    def run(**known):
        key = str(known)
        if key not in run_directories:
            text = "".join(
                DEVIATION.format(requirement=name.replace("_", "."), expires=last_day)
                for name, last_day in known.items()
            )
            (tmp_path / "known.toml").write_text(text)
            run_directories[key] = tmp_path_factory.mktemp("known") / "out"
            with emulating(FAULT) as profile:
                command(
                    "run", "--profile", profile, "--deviations", tmp_path / "known.toml", "--select", "num.*",
                    "--reports", run_directories[key], "--quiet",
                )  # fmt: skip
        return run_directories[key]

    return run


def write_forged(document, tmp_path):
    """Write the reports of a forged document, with a matching certificate."""
    (tmp_path / "forged").mkdir()
    for name, render in RENDERERS.items():
        (tmp_path / "forged" / name).write_bytes(encode_text(render(document)))
    return tmp_path / "forged"


@pytest.mark.parametrize(
    ("known", "states"),
    [
        ({"num_maximum": "2999-01-01"}, {BROKEN: "applied"}),
        ({"num_maximum": "2020-01-01"}, {BROKEN: "expired"}),
        ({"num_minimum": "2999-01-01"}, {KEPT: "resolved"}),
        ({"start_maximum": "2999-01-01", "num_maximum": "2999-01-01"}, {OTHER: "notSelected", BROKEN: "applied"}),
    ],
)
def test_every_state_verifies(command, run_with_deviations, known, states):
    directory = run_with_deviations(**known)
    result = command("verify", directory)
    assert (result.code, result.err) == (0, "")
    statement = json.loads((directory / "certificate.json").read_text())
    assert {entry["requirement"]: entry["state"] for entry in statement["deviations"]} == states


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({"num_maximum": "2020-01-01"}, "applied"),
        ({"num_minimum": "2999-01-01"}, "undetermined"),
        ({"num_maximum": "2999-01-01"}, "notSelected"),
    ],
)
def test_a_forged_state_is_detected(command, run_with_deviations, tmp_path, known, state):
    directory = run_with_deviations(**known)
    document = json.loads((directory / "report.json").read_text())
    document["deviations"][0]["state"] = state
    deviations = {deviation["requirement"]: deviation for deviation in document["deviations"]}
    for requirement in document["requirements"]:
        requirement["deviation"] = deviations.get(requirement["id"])
    result = command("verify", write_forged(document, tmp_path))
    assert result.code == 1
    assert f"deviation {document['deviations'][0]['requirement']}: state" in result.out


def test_a_removed_deviation_is_detected(command, run_with_deviations, tmp_path):
    directory = run_with_deviations(num_maximum="2999-01-01")
    document = json.loads((directory / "report.json").read_text())
    document["deviations"] = []
    for requirement in document["requirements"]:
        requirement["deviation"] = None
    result = command("verify", write_forged(document, tmp_path))
    assert result.code == 1
    assert "nonconformant" in result.out


def test_an_invalid_date_is_an_error(command, run_with_deviations, tmp_path):
    directory = run_with_deviations(num_maximum="2999-01-01")
    document = json.loads((directory / "report.json").read_text())
    document["deviations"][0]["expires"] = "2999-02-31"
    result = command("verify", write_forged(document, tmp_path))
    assert result.code == 2
    assert "invalid date" in result.err
