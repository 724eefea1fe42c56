"""Select the calls of this operation from a recording, and collect the evidence on their signatures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from attrs import evolve, frozen

from imagesearch_conformance.checks.parsed_request import ParsedRequest, parse_request
from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.protocol import CallStyle
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.recordings.har import HarEntry
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import (
    V3_HEADERS,
    IncompleteSignature,
    SignatureParts,
    Unsigned,
    parse_signature,
)
from imagesearch_conformance.signing.verify import unsigned_headers

#: Methods of preflight and diagnostic requests, which are not calls (RFC 9110 section 9.3).
_NON_CALL_METHODS = frozenset({"OPTIONS", "HEAD", "TRACE", "CONNECT"})


@frozen(eq=False)
class RecordedCall:
    """A recorded call of the operation; the parsed request has operation and version wherever the call names them."""

    entry: HarEntry
    parsed_request: ParsedRequest
    parameter_pairs: tuple[tuple[str, str], ...]

    @property
    def exchange(self) -> Exchange:
        return self.entry.exchange

    @property
    def request(self) -> WireRequest:
        return self.entry.exchange.request

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The first value of each parameter, without those of the call style."""
        return dict(reversed(self.parameter_pairs))

    @property
    def has_repeated_parameter(self) -> bool:
        return len(self.parameters) < len(self.parameter_pairs)


@frozen
class SelectedCalls:
    """The calls to one endpoint, and the numbers of other entries and of calls to other endpoints."""

    endpoint: str
    calls: tuple[RecordedCall, ...]
    other_entries: int
    calls_elsewhere: int


def select_calls(contract: Contract, entries: Iterable[HarEntry], endpoint: str | None) -> SelectedCalls | None:
    """Select the calls to `endpoint`, or to the most called one if there are none; None without any call."""
    entries = list(entries)
    calls = [call for entry in entries if (call := parse_call(contract, entry)) is not None]
    counts = Counter(call.entry.origin for call in calls)
    if not counts:
        return None
    origin = endpoint if endpoint is not None and endpoint in counts else counts.most_common(1)[0][0]
    selected = tuple(call for call in calls if call.entry.origin == origin)
    return SelectedCalls(origin, selected, len(entries) - len(calls), len(calls) - len(selected))


def parse_call(contract: Contract, entry: HarEntry) -> RecordedCall | None:
    """Return the entry as a call, or None if it is something else."""
    request = entry.exchange.request
    if request.method.upper() in _NON_CALL_METHODS:
        return None
    parsed = _add_names_from_form(contract, parse_request(contract, request))
    if parsed.action is None and not _is_unnamed_call(contract, parsed):
        return None
    if parsed.action is not None and parsed.action.lower() != contract.protocol.action.lower():
        return None
    common = contract.protocol.client_rules.common_parameters
    return RecordedCall(entry, parsed, tuple(pair for pair in parsed.parameters if pair[0] not in common))


def _add_names_from_form(contract: Contract, request: ParsedRequest) -> ParsedRequest:
    """Take operation and version from a form too, as V2 allows."""
    styles = [style for style in contract.protocol.call_styles.values() if not style.in_header]
    return evolve(
        request,
        action=request.action if request.action is not None else _find_in_form(request, styles, "action"),
        version=request.version if request.version is not None else _find_in_form(request, styles, "version"),
    )


def _find_in_form(request: ParsedRequest, styles: Iterable[CallStyle], attribute: str) -> str | None:
    values = (request.value(getattr(style, attribute)) for style in styles)
    return next((value for value in values if value is not None), None)


def _is_unnamed_call(contract: Contract, request: ParsedRequest) -> bool:
    """Return whether a request without the name of an operation can only be a call of this one.

    It names an instance and an image, and has the path of the gateway and a version or a signature.
    """
    names = [contract.instance_parameter, *contract.image.parameters]
    has_names = all(request.value(name) is not None for name in names)
    return (
        has_names
        and request.wire.path == "/"
        and (request.version == contract.protocol.version or not isinstance(parse_signature(request.wire), Unsigned))
    )


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
