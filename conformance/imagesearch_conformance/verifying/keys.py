"""Signatures of certificates: Ed25519 (RFC 8032), through the library `cryptography`, which only these need."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.reports.reading import bytes_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: The file with the signature of a certificate, beside it.
SIGNATURE = "certificate.sig"

_ED25519 = "make one with `openssl genpkey -algorithm ed25519 -out key.pem`"
_PUBLIC = "make it with `openssl pkey -in key.pem -pubout -out public.pem`"
_ENCRYPTED = "take the passphrase off with `openssl pkey -in encrypted.pem -out key.pem`"


def signed(statement: bytes, key: Path) -> bytes:
    """What stands in the file of the signature of a statement; raises BadInput for what is no key."""
    return _written(_private(key).sign(statement))


def fits(statement: bytes, written: bytes, key: Path) -> bool:
    """Whether this is the signature of a statement by the owner of a public key; raises BadInput for what is no key."""
    public, raw = _public(key), _read(written)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 an optional library

    if raw is None:
        return False
    try:
        public.verify(raw, statement)
    except InvalidSignature:
        return False
    return True


def _written(signature: bytes) -> bytes:
    return base64.b64encode(signature) + b"\n"


def _read(written: bytes) -> bytes | None:
    """The signature in a file, or None where it is not written as we write it: one signature has one text."""
    try:
        raw = base64.b64decode(written.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _written(raw) == written else None


def _require() -> Any:
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 an optional library
    except ImportError:
        raise BadInput(
            "signatures need the library `cryptography`", "", "pip install 'imagesearch-conformance[sign]'"
        ) from None
    return serialization


def _private(path: Path) -> Ed25519PrivateKey:
    serialization = _require()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 an optional library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 an optional library

    raw = bytes_of(path, "key")
    try:
        key = serialization.load_pem_private_key(raw, None)
    except TypeError:
        raise BadInput("the key is encrypted, which is not supported", str(path), _ENCRYPTED) from None
    # What the library says of a broken key may repeat it.
    except (ValueError, UnsupportedAlgorithm):
        raise BadInput("this is no private key in PEM (PKCS 8)", str(path), _ED25519) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("this is no key of Ed25519", str(path), _ED25519)
    return key


def _public(path: Path) -> Ed25519PublicKey:
    serialization = _require()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 an optional library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 an optional library

    raw = bytes_of(path, "key")
    if b"PRIVATE KEY" in raw:
        raise BadInput("this is a private key; whoever verifies needs the public one alone", str(path), _PUBLIC)
    try:
        key = serialization.load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        raise BadInput("this is no public key in PEM", str(path), _PUBLIC) from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadInput("this is no key of Ed25519", str(path), _PUBLIC)
    return key
