"""`sign`, and `verify` with a public key: whose certificate it is, and keys of no use."""

import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .certified import certified_anew


def test_a_signed_certificate(command, clean, keys):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).out == f"signed: {clean / 'certificate.sig'}\n"
    said = command("verify", clean, "--public-key", public)
    assert said.code == 0
    assert f"note: signed by the owner of {public}" in said.out
    said = command("verify", clean)
    assert said.code == 0
    assert "note: the signature was not looked at: give --public-key FILE" in said.out


def test_the_signature_is_plain_ed25519_over_the_certificate(command, clean, keys):
    import base64

    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    signature = base64.b64decode((clean / "certificate.sig").read_bytes())
    loaded = serialization.load_pem_public_key(public.read_bytes())
    loaded.verify(signature, (clean / "certificate.json").read_bytes())


def test_another_key_did_not_sign_it(command, clean, keys):
    assert command("sign", clean, "--key", keys("own")[0]).code == 0
    said = command("verify", clean, "--public-key", keys("other")[1])
    assert said.code == 1
    assert "differs: certificate.sig: it says something else" in said.out


def test_a_signature_that_is_demanded_has_to_be_there(command, clean, keys):
    said = command("verify", clean, "--public-key", keys("own")[1])
    assert said.code == 1
    assert "certificate.sig" in said.out


@pytest.mark.parametrize("place", [40, 85, 88])
def test_a_changed_byte_of_the_signature_is_found(command, clean, keys, place):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    raw = bytearray((clean / "certificate.sig").read_bytes())
    raw[place] ^= 1
    (clean / "certificate.sig").write_bytes(bytes(raw))
    assert command("verify", clean, "--public-key", public).code == 1


def test_what_was_changed_after_it_was_signed_is_found_although_all_digests_fit(command, faulty, keys):
    private, public = keys("own")
    assert command("sign", faulty, "--key", private).code == 0
    certified_anew(faulty, lambda document: document.update(durationSeconds=0.5))
    assert command("verify", faulty).code == 0
    assert command("verify", faulty, "--public-key", public).code == 1


def test_a_certificate_that_does_not_fit_its_report_is_not_signed(command, clean, keys):
    text = (clean / "report.json").read_text("utf-8")
    (clean / "report.json").write_text(text.replace('"verdict": "conformant"', '"verdict": "inconclusive"', 1))
    said = command("sign", clean, "--key", keys("own")[0])
    assert said.code == 1
    assert said.out.splitlines()[-1] == "not signed"
    assert not (clean / "certificate.sig").exists()


def test_keys_of_no_use_are_refused_and_never_shown(command, clean, keys, tmp_path):
    private, public = keys("own")
    encrypted, _ = keys("locked", encryption=serialization.BestAvailableEncryption(b"open"))
    other, other_public = keys("other", rsa.generate_private_key(65537, 2048))
    broken = tmp_path / "broken.pem"
    broken.write_bytes(private.read_bytes()[:60])
    for wrong, words in (
        (encrypted, "encrypted, which is not supported"),
        (other, "no key of Ed25519"),
        (broken, "no private key in PEM"),
        (public, "no private key in PEM"),
        (tmp_path / "none.pem", "cannot be read"),
    ):
        said = command("sign", clean, "--key", wrong)
        assert (said.code, said.out) == (2, "")
        assert words in said.err
    assert command("sign", clean, "--key", private).code == 0
    for wrong, words in ((private, "this is a private key"), (other_public, "no key of Ed25519"), (broken, "private")):
        said = command("verify", clean, "--public-key", wrong)
        assert said.code == 2
        assert words in said.err
        material = private.read_text().splitlines()[1]
        assert material[:20] not in said.out + said.err


def test_without_the_library_it_says_what_to_install(command, clean, keys, monkeypatch):
    private, public = keys("own")
    assert command("sign", clean, "--key", private).code == 0
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives", None)
    for words in (("sign", clean, "--key", private), ("verify", clean, "--public-key", public)):
        said = command(*words)
        assert said.code == 2
        assert "pip install 'imagesearch-conformance[sign]'" in said.err
    assert command("verify", clean).code == 0
