"""Signatures that are missing, wrong, late or used before."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.model.case import Authentication, Case, Identity, Probe, Tampering, Violation
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import SignatureScheme

#: How far beyond the tolerance of the clock a request is dated, in seconds: more than clocks differ.
_MARGIN = 600


@frozen
class _Defect:
    """One way to sign wrongly: which rule it breaks, under which variant's name, and how."""

    keyword: str
    variant: str
    title: str
    authentication: Authentication
    header_scheme_only: bool = False


def security(shop: Workshop) -> Iterator[Case]:
    """All cases about signatures."""
    for defect in _defects(shop.contract.protocol.clock_tolerance):
        yield _signed_wrongly(shop, defect)
    yield _replayed(shop)
    yield from _skewed(shop)


def _defects(tolerance: int) -> tuple[_Defect, ...]:
    far = tolerance + _MARGIN
    return (
        _Defect("unsigned", "no-signature", "the request is not signed", Authentication(Identity.NOBODY)),
        _Defect("stranger", "unknown-key", "the key does not exist", Authentication(Identity.STRANGER)),
        _Defect("impostor", "wrong-secret", "the secret is wrong", Authentication(Identity.IMPOSTOR)),
        _Defect("body", "changed", "the body is changed after signing", Authentication(tampering=Tampering.BODY)),
        _Defect("query", "added", "the query is changed after signing", Authentication(tampering=Tampering.QUERY)),
        _Defect("expired", "past", f"signed {far} seconds ago", Authentication(skew=-far)),
        _Defect("future", "ahead", f"signed {far} seconds ahead", Authentication(skew=far)),
        _Defect("malformed", "fractions", "the time has a fraction", Authentication(date="{:%Y-%m-%dT%H:%M:%S.000Z}")),
        _Defect("malformed", "not-a-time", "the time is no time", Authentication(date="yesterday")),
        _Defect(
            "unsigned-header",
            "operation",
            "the header with the operation is not signed",
            Authentication(tampering=Tampering.UNSIGNED_HEADER),
            header_scheme_only=True,
        ),
        _Defect("permission", "none", "the key has no permission", Authentication(Identity.UNAUTHORIZED)),
    )


def _obstacle(shop: Workshop, authentication: Authentication) -> str | None:
    """Why the target cannot be asked, or None."""
    if not shop.target.capabilities.authentication:
        return "the profile does not claim authentication"
    if shop.target.credentials is None or shop.target.signature is SignatureScheme.NONE:
        return "there are no credentials to sign with"
    if authentication.identity is Identity.UNAUTHORIZED and shop.target.unauthorized is None:
        return "the profile has no credentials without permission"
    return None


def _signed_wrongly(shop: Workshop, defect: _Defect) -> Case:
    case_id = f"authentication.{defect.keyword}/{defect.variant}"
    obstacle = _obstacle(shop, defect.authentication)
    if defect.header_scheme_only and shop.target.signature is SignatureScheme.V2:
        obstacle = obstacle or "this signature covers parameters only"
    if obstacle:
        return shop.inapplicable(case_id, defect.title, obstacle)
    violation = Violation(AUTHENTICATION, defect.keyword)
    case = shop.refused(case_id, defect.title, shop.request(), [violation])
    return evolve(case, probes=(Probe(shop.request(), defect.authentication),))


def _replayed(shop: Workshop) -> Case:
    case_id, title = "authentication.replay/twice", "the same nonce is used twice"
    probe = Probe(shop.request(), Authentication(nonce="twice"), fresh=True)
    if obstacle := _obstacle(shop, probe.authentication):
        return shop.inapplicable(case_id, title, obstacle)
    case = shop.refused(case_id, title, probe.request, [Violation(AUTHENTICATION, "replay")])
    return evolve(case, probes=(probe, probe), relation=Relation.LAST_REFUSED)


def _skewed(shop: Workshop) -> Iterator[Case]:
    some = shop.contract.protocol.clock_tolerance // 3
    for variant, skew in (("late", -some), ("early", some)):
        case_id, title = f"authentication.skew/{variant}", f"signed {abs(skew)} seconds {variant}"
        authentication = Authentication(skew=skew)
        if obstacle := _obstacle(shop, authentication):
            yield shop.inapplicable(case_id, title, obstacle)
        else:
            yield evolve(shop.accepted(case_id, title, shop.request()), probes=(Probe(shop.request(), authentication),))
