"""Signatures of certificates: Ed25519 (RFC 8032), through the library `cryptography`, which only these need."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.load import read_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: The file with the signature of a certificate, beside it.
SIGNATURE_FILE = "certificate.sig"

_KEY_HINT = "make one with `openssl genpkey -algorithm ed25519 -out key.pem`"
_PUBLIC_KEY_HINT = "make it with `openssl pkey -in key.pem -pubout -out public.pem`"
_PASSPHRASE_HINT = "take the passphrase off with `openssl pkey -in encrypted.pem -out key.pem`"


def create_signature(message: bytes, key_path: Path) -> bytes:
    """What stands in the file of the signature of a statement; raises BadInput for what is no key."""
    return _encode_signature(_load_private_key(key_path).sign(message))


def is_valid_signature(message: bytes, signature: bytes, key_path: Path) -> bool:
    """Whether this is the signature of a statement by the owner of a public key; raises BadInput for what is no key."""
    public, raw = _load_public_key(key_path), _decode_signature(signature)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 an optional library

    if raw is None:
        return False
    try:
        public.verify(raw, message)
    except InvalidSignature:
        return False
    return True


def _encode_signature(signature: bytes) -> bytes:
    return base64.b64encode(signature) + b"\n"


def _decode_signature(encoded: bytes) -> bytes | None:
    """The signature in a file, or None where it is not written as we write it: one signature has one text."""
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _encode_signature(raw) == encoded else None


def _import_serialization() -> Any:
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 an optional library
    except ImportError:
        raise InvalidInput(
            "signatures need the library `cryptography`", "", "pip install 'imagesearch-conformance[sign]'"
        ) from None
    return serialization


def _load_private_key(path: Path) -> Ed25519PrivateKey:
    serialization = _import_serialization()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 an optional library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 an optional library

    raw = read_file(path, "key")
    try:
        key = serialization.load_pem_private_key(raw, None)
    except TypeError:
        raise InvalidInput("the key is encrypted, which is not supported", str(path), _PASSPHRASE_HINT) from None
    # What the library says of a broken key may repeat it.
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("this is no private key in PEM (PKCS 8)", str(path), _KEY_HINT) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput("this is no key of Ed25519", str(path), _KEY_HINT)
    return key


def _load_public_key(path: Path) -> Ed25519PublicKey:
    serialization = _import_serialization()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 an optional library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 an optional library

    raw = read_file(path, "key")
    if b"PRIVATE KEY" in raw:
        raise InvalidInput(
            "this is a private key; whoever verifies needs the public one alone", str(path), _PUBLIC_KEY_HINT
        )
    try:
        key = serialization.load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("this is no public key in PEM", str(path), _PUBLIC_KEY_HINT) from None
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidInput("this is no key of Ed25519", str(path), _PUBLIC_KEY_HINT)
    return key
