"""What a recorded request says of its signature: for certain, perhaps, or not at all."""

from __future__ import annotations

import re
from datetime import timedelta

from attrs import frozen

from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.recordings.recorded import Recorded
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.presented import V3_HEADERS, Anonymous, Incomplete, Presented, present
from imagesearch_conformance.signing.verification import unsigned_headers

#: What stands where a tool has taken a secret out.
_TAKEN_OUT = re.compile(
    r"[^0-9a-z]*(redacted|removed|hidden|masked|filtered|sanitized|sanitised|secret|omitted|x{3,})[^0-9a-z]*"
    r"|[^0-9a-z]*",
    re.IGNORECASE,
)

#: The form of a signature: V3 in hexadecimal, V2 in base 64.
_FORMS = {
    SignatureScheme.V3: re.compile(r"[0-9a-f]{64}"),
    SignatureScheme.V2: re.compile(r"[A-Za-z0-9+/]{27}="),
}

#: What a signature that does not fit may be accused of.
MISFITS = frozenset({"impostor", "body", "query"})

#: How far the clocks of a client, of what records it and of an endpoint may be apart, in seconds.
_APART = timedelta(seconds=300)


@frozen
class Signature:
    """Keywords of `authentication` in protocol.yaml that a signature may be accused of.

    `defects` are certain, `possible` depend on whose clock is right. `checked` says whether the signature itself could
    be made anew, `keyed` whether it is known whose key it names, `dated` whether there was a moment to hold its date
    against, `hidden` that the recording has it no more.
    """

    defects: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    checked: bool = False
    keyed: bool = False
    dated: bool = False
    hidden: bool = False


def signature_of(contract: Contract, target: Target, recorded: Recorded) -> Signature:
    """What may be said of the signature of a request to a target; its keys are used where there are some."""
    request = recorded.exchange.request
    presented = present(request)
    if _hidden(presented, request):
        return Signature(hidden=True)
    if isinstance(presented, Anonymous):
        return Signature(frozenset({"unsigned"}))
    if isinstance(presented, Incomplete):
        return Signature(frozenset({"incomplete"}))
    certain, possible = _of_date(contract, target, presented, recorded)
    own, checked = _of_key(contract, target, presented, recorded)
    keyed = target.credentials is not None
    return Signature(certain | own, possible - certain, checked, keyed, recorded.timed)


def _hidden(presented: object, request: WireRequest) -> bool:
    """Whether a signature was taken out of the recording, as browsers do when they export one."""
    if isinstance(presented, Presented):
        return False
    authorization = request.header("authorization")
    by_header = isinstance(presented, Incomplete) and presented.scheme is SignatureScheme.V3 and presented.malformed
    if isinstance(presented, Anonymous) or (by_header and _TAKEN_OUT.fullmatch(authorization or "")):
        return any(request.header(name) for name in V3_HEADERS) or bool(authorization)
    return False


def _of_date(
    contract: Contract, target: Target, presented: Presented, recorded: Recorded
) -> tuple[frozenset[str], frozenset[str]]:
    """What its date may be accused of, for certain and perhaps."""
    if parse_date(presented.date) is None:
        return frozenset({"malformed"}), frozenset()
    if not recorded.timed:
        return frozenset(), frozenset({"expired", "future"})
    request, sent_at = recorded.exchange.request, recorded.exchange.sent_at
    told = [
        signature_defects(contract, target, request, sent_at + apart) & {"expired", "future"}
        for apart in (-_APART, _APART)
    ]
    return told[0] & told[1], told[0] | told[1]


def _of_key(
    contract: Contract, target: Target, presented: Presented, recorded: Recorded
) -> tuple[frozenset[str], bool]:
    """What its key and its bytes may be accused of, and whether these could be checked."""
    request = recorded.exchange.request
    left_out = frozenset({"unsigned-header"} if recorded.exact and unsigned_headers(presented, request) else ())
    own = [key.access_key_id for key in (target.credentials, target.unauthorized) if key is not None]
    if own and presented.access_key_id not in own:
        return frozenset({"stranger"}) | left_out, True
    if not presented.supported:
        return MISFITS | {"algorithm"}, True
    if _TAKEN_OUT.fullmatch(presented.signature):
        return left_out, False
    if not _FORMS[presented.scheme].fullmatch(presented.signature):
        return MISFITS, True
    date = parse_date(presented.date)
    if not own or not recorded.exact or date is None:
        return left_out, False
    return signature_defects(contract, target, request, date), True
