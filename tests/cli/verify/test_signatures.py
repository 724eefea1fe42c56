"""`sign`, and `verify` with a public key; unusable keys."""

import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .certified_runs import certify_changed_report


def test_a_signed_certificate(command, clean, keys):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).out == f"signed: {clean / 'certificate.sig'}\n"
    result = command("verify", clean, "--public-key", public)
    assert result.code == 0
    assert f"note: valid signature by {public}" in result.out
    result = command("verify", clean)
    assert result.code == 0
    assert "note: signature not checked: no --public-key given" in result.out


def test_the_signature_is_plain_ed25519_over_the_certificate(command, clean, keys):
    import base64

    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    signature = base64.b64decode((clean / "certificate.sig").read_bytes())
    loaded = serialization.load_pem_public_key(public.read_bytes())
    loaded.verify(signature, (clean / "certificate.json").read_bytes())


def test_a_signature_by_another_key_is_rejected(command, clean, keys):
    assert command("sign", clean, "--key", keys("own")[0]).code == 0
    result = command("verify", clean, "--public-key", keys("other")[1])
    assert result.code == 1
    assert "differs: certificate.sig: expected a signature of certificate.json by" in result.out


def test_a_missing_signature_is_a_difference(command, clean, keys):
    result = command("verify", clean, "--public-key", keys("own")[1])
    assert result.code == 1
    assert "certificate.sig" in result.out


@pytest.mark.parametrize("place", [40, 85, 88])
def test_a_changed_byte_of_the_signature_is_found(command, clean, keys, place):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    raw = bytearray((clean / "certificate.sig").read_bytes())
    raw[place] ^= 1
    (clean / "certificate.sig").write_bytes(bytes(raw))
    assert command("verify", clean, "--public-key", public).code == 1


def test_a_change_after_signing_is_found_even_if_all_digests_fit(command, faulty, keys):
    private, public = keys("own")
    assert command("sign", faulty, "--key", private).code == 0
    certify_changed_report(faulty, lambda document: document.update(durationSeconds=0.5))
    assert command("verify", faulty).code == 0
    assert command("verify", faulty, "--public-key", public).code == 1


def test_a_certificate_that_differs_from_its_report_is_not_signed(command, clean, keys):
    text = (clean / "report.json").read_text("utf-8")
    (clean / "report.json").write_text(text.replace('"verdict": "conformant"', '"verdict": "inconclusive"', 1))
    result = command("sign", clean, "--key", keys("own")[0])
    assert result.code == 1
    assert result.out.splitlines()[-1] == "not signed"
    assert not (clean / "certificate.sig").exists()


def test_unusable_keys_are_rejected_and_never_shown(command, clean, keys, tmp_path):
    private, public = keys("own")
    encrypted, _ = keys("encrypted", encryption=serialization.BestAvailableEncryption(b"open"))
    other, other_public = keys("other", rsa.generate_private_key(65537, 2048))
    broken = tmp_path / "broken.pem"
    broken.write_bytes(private.read_bytes()[:60])
    for key, message in (
        (encrypted, "encrypted keys are not supported"),
        (other, "expected an Ed25519 key"),
        (broken, "invalid private key"),
        (public, "invalid private key"),
        (tmp_path / "none.pem", "cannot read the key"),
    ):
        result = command("sign", clean, "--key", key)
        assert (result.code, result.out) == (2, "")
        assert message in result.err
    assert command("sign", clean, "--key", private).code == 0
    for key, message in (
        (private, "expected a public key, got a private key"),
        (other_public, "expected an Ed25519 key"),
        (broken, "private"),
    ):
        result = command("verify", clean, "--public-key", key)
        assert result.code == 2
        assert message in result.err
        key_text = private.read_text().splitlines()[1]
        assert key_text[:20] not in result.out + result.err


def test_without_the_library_the_extra_is_suggested(command, clean, keys, monkeypatch):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    for arguments in (("sign", clean, "--key", private), ("verify", clean, "--public-key", public)):
        result = command(*arguments)
        assert result.code == 2
        assert "pip install 'imagesearch-conformance[sign]'" in result.err
    assert command("verify", clean).code == 0
