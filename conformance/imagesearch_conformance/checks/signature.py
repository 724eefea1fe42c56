"""Find the defects of the signature of a request, from its bytes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.parse import SignatureParts, Unsigned, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature

#: A signature that does not match may come from a wrong secret or from a change after signing.
_MISMATCH_DEFECTS = frozenset({"impostor", "body", "query"})


@lru_cache(maxsize=1024)
def signature_defects(contract: Contract, target: Target, request: WireRequest, now: datetime) -> frozenset[str]:
    """Return the possible defects, keywords of `authentication` in protocol.yaml; none for a valid signature.

    If the bytes allow several explanations, all are returned. A target that takes unsigned requests has
    no defects in them.
    """
    signature = parse_signature(request)
    if isinstance(signature, Unsigned):
        return frozenset() if target.signature is SignatureScheme.NONE else frozenset({"unsigned"})
    if not isinstance(signature, SignatureParts):
        return frozenset({"incomplete"})
    return _date_defects(contract, signature, now) or _key_defects(target, signature, request)


def _date_defects(contract: Contract, signature: SignatureParts, now: datetime) -> frozenset[str]:
    date = parse_date(signature.date)
    tolerance = timedelta(seconds=contract.protocol.clock_tolerance)
    if date is None:
        return frozenset({"malformed"})
    if date < now - tolerance:
        return frozenset({"expired"})
    return frozenset({"future"}) if date > now + tolerance else frozenset()


def _key_defects(target: Target, signature: SignatureParts, request: WireRequest) -> frozenset[str]:
    keys = [key for key in (target.credentials, target.unauthorized_credentials) if key is not None]
    key: Credentials | None = next((key for key in keys if key.access_key_id == signature.access_key_id), None)
    if key is None:
        return frozenset({"stranger"})
    if not verify_signature(signature, request, key.access_key_secret):
        return _MISMATCH_DEFECTS
    if unsigned_headers(signature, request):
        return frozenset({"unsigned-header"})
    return frozenset() if key == target.credentials else frozenset({"permission"})
