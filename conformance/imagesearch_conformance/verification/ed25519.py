"""Ed25519 signatures (RFC 8032) of certificates, made with the optional library `cryptography`."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.load import read_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: Name of the file with the signature, beside the certificate.
SIGNATURE_FILE = "certificate.sig"

_KEY_HINT = "create one with `openssl genpkey -algorithm ed25519 -out key.pem`"
_PUBLIC_KEY_HINT = "create it with `openssl pkey -in key.pem -pubout -out public.pem`"
_ENCRYPTED_KEY_HINT = "remove the passphrase with `openssl pkey -in encrypted.pem -out key.pem`"


def create_signature(message: bytes, key_path: Path) -> bytes:
    """Return the content of the signature file of a message; raises InvalidInput for an invalid key."""
    return _encode_signature(_load_private_key(key_path).sign(message))


def is_valid_signature(message: bytes, signature: bytes, key_path: Path) -> bool:
    """Return True if the signature is valid for this public key; raises InvalidInput for an invalid key."""
    public_key, raw = _load_public_key(key_path), _decode_signature(signature)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 an optional library

    if raw is None:
        return False
    try:
        public_key.verify(raw, message)
    except InvalidSignature:
        return False
    return True


def _encode_signature(signature: bytes) -> bytes:
    return base64.b64encode(signature) + b"\n"


def _decode_signature(encoded: bytes) -> bytes | None:
    """Return the signature in a file, or None for another encoding than ours: each signature has one text only."""
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
            "the library `cryptography` is required for signatures", "", "pip install 'imagesearch-conformance[sign]'"
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
        raise InvalidInput("encrypted keys are not supported", str(path), _ENCRYPTED_KEY_HINT) from None
    # The message of the library may quote the key.
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("invalid private key, expected PEM (PKCS 8)", str(path), _KEY_HINT) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput("expected an Ed25519 key", str(path), _KEY_HINT)
    return key


def _load_public_key(path: Path) -> Ed25519PublicKey:
    serialization = _import_serialization()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 an optional library
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 an optional library

    raw = read_file(path, "key")
    if b"PRIVATE KEY" in raw:
        raise InvalidInput("expected a public key, got a private key", str(path), _PUBLIC_KEY_HINT)
    try:
        key = serialization.load_pem_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("invalid public key, expected PEM", str(path), _PUBLIC_KEY_HINT) from None
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidInput("expected an Ed25519 key", str(path), _PUBLIC_KEY_HINT)
    return key
