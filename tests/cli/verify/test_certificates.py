"""`verify`: certificates of real runs, intact, with a changed byte, and with a missing file."""

import pytest

from imagesearch_conformance.reports.load import parse_certificate
from imagesearch_conformance.reports.write import RENDERERS

from .certified_runs import SELECTED, difference_lines, load_report


def test_a_clean_run_verifies(command, clean):
    result = command("verify", clean)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "note: the certificate is not signed",
        f"verified: {clean} says conformant",
    ]


def test_a_faulty_run_verifies_as_nonconformant(command, faulty):
    result = command("verify", faulty)
    assert result.code == 0
    assert result.out.splitlines()[-1] == f"verified: {faulty} says nonconformant"


def test_the_certificate_fits_its_schema_and_its_report(clean, contract):
    certificate = parse_certificate((clean / "certificate.json").read_bytes(), contract, "")
    report = load_report(clean)
    assert (certificate["verdict"], certificate["select"], certificate["complete"]) == (
        "conformant",
        list(SELECTED),
        True,
    )
    assert certificate["contract"] == {"document": "2023-09", "digest": contract.digest}
    assert certificate["target"]["endpoint"] == report["target"]["endpoint"]
    assert certificate["cases"]["count"] == len(report["cases"])


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
    result = command("verify", tmp_path / "out")
    assert (result.code, difference_lines(result)) == (0, [])


def test_a_run_without_a_reachable_target_verifies(command, tmp_path, dead_port):
    assert command("run", dead_port, "--reports", tmp_path / "out", "--quiet").code == 3
    result = command("verify", tmp_path / "out")
    assert result.code == 0
    assert result.out.splitlines()[-1].endswith("says inconclusive")


def test_signature_v2_verifies_without_any_key(command, emulating, tmp_path):
    with emulating("tampered-body-accepted", "expired-accepted") as profile:
        profile.write_text(profile.read_text("utf-8").replace('signature = "v3"', 'signature = "v2"'), encoding="utf-8")
        out = tmp_path / "out"
        assert command("run", "--profile", profile, "--reports", out, "--quiet", "--select", "security").code == 1
    assert load_report(out)["target"]["signature"] == "v2"
    assert command("verify", out).code == 0


@pytest.mark.parametrize(("name", "place"), [*((name, 0.3) for name in RENDERERS), ("report.json", -1)])
def test_a_changed_byte_is_found_in_every_file(command, clean, name, place):
    path = clean / name
    raw = bytearray(path.read_bytes())
    raw[place if isinstance(place, int) else int(len(raw) * place)] ^= 1
    path.write_bytes(bytes(raw))
    result = command("verify", clean)
    assert result.code == 1 or (result.code, name) == (2, "certificate.json")
    assert name in result.out + result.err


def test_a_missing_file_is_noted(command, clean):
    (clean / "junit.xml").unlink()
    result = command("verify", clean)
    assert result.code == 0
    assert "note: junit.xml is missing" in result.out


def test_a_directory_without_a_certificate_is_a_usage_error(command, tmp_path):
    result = command("verify", tmp_path)
    assert result.code == 2
    assert "certificate.json: cannot read the certificate" in result.err
