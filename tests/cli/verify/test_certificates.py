"""`verify`: certificates of real runs, and what becomes of them when a byte is changed or a file is missing."""

import pytest

from imagesearch_conformance.reports.load import parse_certificate
from imagesearch_conformance.reports.write import RENDERERS

from .certified import SELECTED, differing, report


def test_a_clean_run_verifies(command, clean):
    said = command("verify", clean)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "note: the certificate is not signed",
        f"verified: {clean} says conformant",
    ]


def test_a_faulty_run_verifies_as_what_it_is(command, faulty):
    said = command("verify", faulty)
    assert said.code == 0
    assert said.out.splitlines()[-1] == f"verified: {faulty} says nonconformant"


def test_the_certificate_fits_its_published_schema_and_says_what_the_report_says(clean, contract):
    said = parse_certificate((clean / "certificate.json").read_bytes(), contract, "")
    document = report(clean)
    assert (said["verdict"], said["select"], said["complete"]) == ("conformant", list(SELECTED), True)
    assert said["contract"] == {"document": "2023-09", "digest": contract.digest}
    assert said["target"]["endpoint"] == document["target"]["endpoint"]
    assert said["cases"]["count"] == len(document["cases"])


@pytest.mark.parametrize(
    "words",
    [
        ("--select", "generated", "--examples", "6"),
        ("--select", "num.*", "--budget", "12"),
        ("--document", "2026-06", "--select", "*threshold*"),
    ],
)
def test_a_run_of_the_embedded_emulator_verifies(command, tmp_path, words):
    assert command("run", "--reports", tmp_path / "out", "--quiet", *words).code in {0, 3}
    said = command("verify", tmp_path / "out")
    assert (said.code, differing(said)) == (0, [])


def test_a_run_that_reached_nobody_verifies(command, tmp_path, dead_port):
    assert command("run", dead_port, "--reports", tmp_path / "out", "--quiet").code == 3
    said = command("verify", tmp_path / "out")
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith("says inconclusive")


def test_signature_v2_verifies_without_any_key(command, emulating, tmp_path):
    with emulating("tampered-body-accepted", "expired-accepted") as profile:
        profile.write_text(profile.read_text("utf-8").replace('signature = "v3"', 'signature = "v2"'), encoding="utf-8")
        out = tmp_path / "out"
        assert command("run", "--profile", profile, "--reports", out, "--quiet", "--select", "security").code == 1
    assert report(out)["target"]["signature"] == "v2"
    assert command("verify", out).code == 0


@pytest.mark.parametrize(("name", "place"), [*((name, 0.3) for name in RENDERERS), ("report.json", -1)])
def test_a_changed_byte_is_found_in_every_file(command, clean, name, place):
    path = clean / name
    raw = bytearray(path.read_bytes())
    raw[place if isinstance(place, int) else int(len(raw) * place)] ^= 1
    path.write_bytes(bytes(raw))
    said = command("verify", clean)
    assert said.code == 1 or (said.code, name) == (2, "certificate.json")
    assert name in said.out + said.err


def test_a_file_that_is_not_there_is_told(command, clean):
    (clean / "junit.xml").unlink()
    said = command("verify", clean)
    assert said.code == 0
    assert "note: junit.xml is not there" in said.out


def test_a_directory_without_a_certificate(command, tmp_path):
    said = command("verify", tmp_path)
    assert said.code == 2
    assert "certificate.json: the certificate cannot be read" in said.err
