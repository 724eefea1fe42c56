"""Evidence on the signature of a recorded request: certain defects, possible ones, and gaps."""

from __future__ import annotations

import re
from datetime import timedelta

from attrs import frozen

from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.model import HarEntry
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.parse import (
    V3_HEADERS,
    IncompleteSignature,
    SignatureParts,
    Unsigned,
    parse_signature,
)
from imagesearch_conformance.signing.verify import unsigned_headers

#: Placeholders of tools that redact secrets.
_REDACTED_PATTERN = re.compile(
    r"[^0-9a-z]*(redacted|removed|hidden|masked|filtered|sanitized|sanitised|secret|omitted|x{3,})[^0-9a-z]*"
    r"|[^0-9a-z]*",
    re.IGNORECASE,
)

#: Signatures are hexadecimal in V3 and base64 in V2.
_SIGNATURE_PATTERNS = {
    SignatureScheme.V3: re.compile(r"[0-9a-f]{64}"),
    SignatureScheme.V2: re.compile(r"[A-Za-z0-9+/]{27}="),
}

#: The possible defects of a signature that does not match.
MISMATCH_DEFECTS = frozenset({"impostor", "body", "query"})

#: Maximum difference between the clocks of the client, of the recording tool and of the endpoint.
_MAX_CLOCK_DIFFERENCE = timedelta(seconds=300)


@frozen
class SignatureEvidence:
    """Defects of a signature: keywords of `authentication` in protocol.yaml.

    `defects` are certain, `possible_defects` depend on the clocks. `is_checkable`: the signature could be computed
    again. `is_key_known`: the profile has the keys. `has_reference_time`: the recording has a time to compare its date
    with. `is_redacted`: the recording no longer has the signature.
    """

    defects: frozenset[str] = frozenset()
    possible_defects: frozenset[str] = frozenset()
    is_checkable: bool = False
    is_key_known: bool = False
    has_reference_time: bool = False
    is_redacted: bool = False


def collect_signature_evidence(contract: Contract, target: Target, entry: HarEntry) -> SignatureEvidence:
    """Collect the evidence on the signature of a request, with the keys of the target if it has any."""
    request = entry.exchange.request
    signature = parse_signature(request)
    if _is_redacted(signature, request):
        return SignatureEvidence(is_redacted=True)
    if isinstance(signature, Unsigned):
        return SignatureEvidence(frozenset({"unsigned"}))
    if isinstance(signature, IncompleteSignature):
        return SignatureEvidence(frozenset({"incomplete"}))
    certain, possible = _date_defects(contract, target, signature, entry)
    key_defects, is_checkable = _key_defects(contract, target, signature, entry)
    is_key_known = target.credentials is not None
    return SignatureEvidence(certain | key_defects, possible - certain, is_checkable, is_key_known, entry.has_time)


def _is_redacted(signature: object, request: WireRequest) -> bool:
    """Return whether a signature was redacted, as browsers do on export."""
    if isinstance(signature, SignatureParts):
        return False
    authorization = request.header("authorization")
    is_malformed_header = (
        isinstance(signature, IncompleteSignature)
        and signature.scheme is SignatureScheme.V3
        and signature.has_malformed_header
    )
    if isinstance(signature, Unsigned) or (is_malformed_header and _REDACTED_PATTERN.fullmatch(authorization or "")):
        return any(request.header(name) for name in V3_HEADERS) or bool(authorization)
    return False


def _date_defects(
    contract: Contract, target: Target, signature: SignatureParts, entry: HarEntry
) -> tuple[frozenset[str], frozenset[str]]:
    """The certain and the possible defects of the date."""
    if parse_date(signature.date) is None:
        return frozenset({"malformed"}), frozenset()
    if not entry.has_time:
        return frozenset(), frozenset({"expired", "future"})
    request, sent_at = entry.exchange.request, entry.exchange.sent_at
    earliest, latest = (
        signature_defects(contract, target, request, sent_at + difference) & {"expired", "future"}
        for difference in (-_MAX_CLOCK_DIFFERENCE, _MAX_CLOCK_DIFFERENCE)
    )
    return earliest & latest, earliest | latest


def _key_defects(
    contract: Contract, target: Target, signature: SignatureParts, entry: HarEntry
) -> tuple[frozenset[str], bool]:
    """The defects of key and signature, and whether the signature could be checked."""
    request = entry.exchange.request
    unsigned_header = frozenset(
        {"unsigned-header"} if entry.has_exact_request and unsigned_headers(signature, request) else ()
    )
    key_ids = [key.access_key_id for key in (target.credentials, target.unauthorized_credentials) if key is not None]
    if key_ids and signature.access_key_id not in key_ids:
        return frozenset({"stranger"}) | unsigned_header, True
    if not signature.is_supported:
        return MISMATCH_DEFECTS | {"algorithm"}, True
    if _REDACTED_PATTERN.fullmatch(signature.signature):
        return unsigned_header, False
    if not _SIGNATURE_PATTERNS[signature.scheme].fullmatch(signature.signature):
        return MISMATCH_DEFECTS, True
    date = parse_date(signature.date)
    if not key_ids or not entry.has_exact_request or date is None:
        return unsigned_header, False
    return signature_defects(contract, target, request, date), True
