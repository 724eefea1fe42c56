"""`verify` and known departures: what became of them is told again by the evidence."""

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
def made():
    """Directories of runs, by their known departures; made once."""
    return {}


@pytest.fixture
def ran(command, emulating, made, tmp_path, tmp_path_factory):
    """The directory of a run against a faulty emulator that knows of these departures."""

    def run(**known):
        name = str(known)
        if name not in made:
            text = "".join(
                DEVIATION.format(requirement=one.replace("_", "."), expires=day) for one, day in known.items()
            )
            (tmp_path / "known.toml").write_text(text)
            made[name] = tmp_path_factory.mktemp("known") / "out"
            with emulating(FAULT) as profile:
                command(
                    "run", "--profile", profile, "--deviations", tmp_path / "known.toml", "--select", "num.*",
                    "--reports", made[name], "--quiet",
                )  # fmt: skip
        return made[name]

    return run


def rewritten(document, tmp_path):
    """The reports of a document that somebody made up, with a certificate that fits."""
    (tmp_path / "forged").mkdir()
    for name, make in RENDERERS.items():
        (tmp_path / "forged" / name).write_bytes(encode_text(make(document)))
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
def test_every_state_comes_out_again(command, ran, known, states):
    place = ran(**known)
    said = command("verify", place)
    assert (said.code, said.err) == (0, "")
    statement = json.loads((place / "certificate.json").read_text())
    assert {one["requirement"]: one["state"] for one in statement["deviations"]} == states


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({"num_maximum": "2020-01-01"}, "applied"),
        ({"num_minimum": "2999-01-01"}, "undetermined"),
        ({"num_maximum": "2999-01-01"}, "notSelected"),
    ],
)
def test_a_state_that_somebody_made_up_is_found(command, ran, tmp_path, known, state):
    place = ran(**known)
    document = json.loads((place / "report.json").read_text())
    document["deviations"][0]["state"] = state
    for one in document["requirements"]:
        one["deviation"] = next((known for known in document["deviations"] if known["requirement"] == one["id"]), None)
    said = command("verify", rewritten(document, tmp_path))
    assert said.code == 1
    assert f"deviation {document['deviations'][0]['requirement']}: state" in said.out


def test_a_departure_that_is_taken_out_leaves_a_failure(command, ran, tmp_path):
    place = ran(num_maximum="2999-01-01")
    document = json.loads((place / "report.json").read_text())
    document["deviations"] = []
    for one in document["requirements"]:
        one["deviation"] = None
    said = command("verify", rewritten(document, tmp_path))
    assert said.code == 1
    assert "nonconformant" in said.out


def test_a_day_that_does_not_exist_is_no_traceback(command, ran, tmp_path):
    place = ran(num_maximum="2999-01-01")
    document = json.loads((place / "report.json").read_text())
    document["deviations"][0]["expires"] = "2999-02-31"
    said = command("verify", rewritten(document, tmp_path))
    assert said.code == 2
    assert "invalid date" in said.err
