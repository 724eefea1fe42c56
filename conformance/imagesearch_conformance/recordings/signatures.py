"""What a recorded request says of its signature: for certain, perhaps, or not at all."""

from __future__ import annotations

import re
from datetime import timedelta

from attrs import frozen

from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.model import HarEntry
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import (
    V3_HEADERS,
    IncompleteSignature,
    SignatureParts,
    Unsigned,
    parse_signature,
)
from imagesearch_conformance.signing.verify import unsigned_headers

#: What stands where a tool has taken a secret out.
_REDACTED_PATTERN = re.compile(
    r"[^0-9a-z]*(redacted|removed|hidden|masked|filtered|sanitized|sanitised|secret|omitted|x{3,})[^0-9a-z]*"
    r"|[^0-9a-z]*",
    re.IGNORECASE,
)

#: The form of a signature: V3 in hexadecimal, V2 in base 64.
_SIGNATURE_PATTERNS = {
    SignatureScheme.V3: re.compile(r"[0-9a-f]{64}"),
    SignatureScheme.V2: re.compile(r"[A-Za-z0-9+/]{27}="),
}

#: What a signature that does not fit may be accused of.
MISMATCH_DEFECTS = frozenset({"impostor", "body", "query"})

#: How far the clocks of a client, of what records it and of an endpoint may be apart, in seconds.
_MAX_CLOCK_DIFFERENCE = timedelta(seconds=300)


@frozen
class SignatureEvidence:
    """Keywords of `authentication` in protocol.yaml that a signature may be accused of.

    `defects` are certain, `possible` depend on whose clock is right. `checked` says whether the signature itself could
    be made anew, `keyed` whether it is known whose key it names, `dated` whether there was a moment to hold its date
    against, `hidden` that the recording has it no more.
    """

    defects: frozenset[str] = frozenset()
    possible_defects: frozenset[str] = frozenset()
    is_checkable: bool = False
    is_key_known: bool = False
    has_reference_time: bool = False
    is_redacted: bool = False


def collect_signature_evidence(contract: Contract, target: Target, entry: HarEntry) -> SignatureEvidence:
    """What may be said of the signature of a request to a target; its keys are used where there are some."""
    request = entry.exchange.request
    presented = parse_signature(request)
    if _is_redacted(presented, request):
        return SignatureEvidence(is_redacted=True)
    if isinstance(presented, Unsigned):
        return SignatureEvidence(frozenset({"unsigned"}))
    if isinstance(presented, IncompleteSignature):
        return SignatureEvidence(frozenset({"incomplete"}))
    certain, possible = _date_defects(contract, target, presented, entry)
    own, checked = _key_defects(contract, target, presented, entry)
    keyed = target.credentials is not None
    return SignatureEvidence(certain | own, possible - certain, checked, keyed, entry.has_time)


def _is_redacted(signature: object, request: WireRequest) -> bool:
    """Whether a signature was taken out of the recording, as browsers do when they export one."""
    if isinstance(signature, SignatureParts):
        return False
    authorization = request.header("authorization")
    by_header = (
        isinstance(signature, IncompleteSignature)
        and signature.scheme is SignatureScheme.V3
        and signature.has_malformed_header
    )
    if isinstance(signature, Unsigned) or (by_header and _REDACTED_PATTERN.fullmatch(authorization or "")):
        return any(request.header(name) for name in V3_HEADERS) or bool(authorization)
    return False


def _date_defects(
    contract: Contract, target: Target, signature: SignatureParts, entry: HarEntry
) -> tuple[frozenset[str], frozenset[str]]:
    """What its date may be accused of, for certain and perhaps."""
    if parse_date(signature.date) is None:
        return frozenset({"malformed"}), frozenset()
    if not entry.has_time:
        return frozenset(), frozenset({"expired", "future"})
    request, sent_at = entry.exchange.request, entry.exchange.sent_at
    told = [
        signature_defects(contract, target, request, sent_at + apart) & {"expired", "future"}
        for apart in (-_MAX_CLOCK_DIFFERENCE, _MAX_CLOCK_DIFFERENCE)
    ]
    return told[0] & told[1], told[0] | told[1]


def _key_defects(
    contract: Contract, target: Target, signature: SignatureParts, entry: HarEntry
) -> tuple[frozenset[str], bool]:
    """What its key and its bytes may be accused of, and whether these could be checked."""
    request = entry.exchange.request
    left_out = frozenset(
        {"unsigned-header"} if entry.has_exact_request and unsigned_headers(signature, request) else ()
    )
    own = [key.access_key_id for key in (target.credentials, target.unauthorized_credentials) if key is not None]
    if own and signature.access_key_id not in own:
        return frozenset({"stranger"}) | left_out, True
    if not signature.is_supported:
        return MISMATCH_DEFECTS | {"algorithm"}, True
    if _REDACTED_PATTERN.fullmatch(signature.signature):
        return left_out, False
    if not _SIGNATURE_PATTERNS[signature.scheme].fullmatch(signature.signature):
        return MISMATCH_DEFECTS, True
    date = parse_date(signature.date)
    if not own or not entry.has_exact_request or date is None:
        return left_out, False
    return signature_defects(contract, target, request, date), True
