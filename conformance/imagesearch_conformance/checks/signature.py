"""What is wrong with the signature of a request, judged from its bytes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.dates import parse_date
from imagesearch_conformance.signing.presented import Anonymous, Presented, present
from imagesearch_conformance.signing.verification import unsigned_headers, verify

#: A signature that does not fit may come from a wrong secret or from a change after signing.
_MISFITS = frozenset({"impostor", "body", "query"})


@lru_cache(maxsize=1024)
def signature_defects(contract: Contract, target: Target, request: WireRequest, now: datetime) -> frozenset[str]:
    """What the signature may be accused of: keywords of `authentication` in protocol.yaml, empty when it is right.

    Where the bytes allow several explanations all of them are given. An unsigned request to a
    target that is to be asked unsigned has nothing wrong with it.
    """
    presented = present(request)
    if isinstance(presented, Anonymous):
        return frozenset() if target.signature is SignatureScheme.NONE else frozenset({"unsigned"})
    if not isinstance(presented, Presented):
        return frozenset({"incomplete"})
    return _of_date(contract, presented, now) or _of_key(target, presented, request)


def _of_date(contract: Contract, presented: Presented, now: datetime) -> frozenset[str]:
    date = parse_date(presented.date)
    tolerance = timedelta(seconds=contract.protocol.clock_tolerance)
    if date is None:
        return frozenset({"malformed"})
    if date < now - tolerance:
        return frozenset({"expired"})
    return frozenset({"future"}) if date > now + tolerance else frozenset()


def _of_key(target: Target, presented: Presented, request: WireRequest) -> frozenset[str]:
    keys = [key for key in (target.credentials, target.unauthorized) if key is not None]
    key: Credentials | None = next((one for one in keys if one.access_key_id == presented.access_key_id), None)
    if key is None:
        return frozenset({"stranger"})
    if not verify(presented, request, key.access_key_secret):
        return _MISFITS
    if unsigned_headers(presented, request):
        return frozenset({"unsigned-header"})
    return frozenset() if key == target.credentials else frozenset({"permission"})
