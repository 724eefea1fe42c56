"""Signatures that are missing, wrong, late or used before."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.model.case import Authentication, Case, Identity, Probe, Tampering, Violation
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import SignatureScheme

#: How far beyond the tolerance of the clock a request is dated, in seconds: more than clocks differ.
_CLOCK_MARGIN = 600


@frozen
class _SignatureDefect:
    """One way to sign wrongly: which rule it breaks, under which variant's name, and how."""

    keyword: str
    variant: str
    title: str
    authentication: Authentication
    header_scheme_only: bool = False


def security_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All cases about signatures."""
    for defect in _signature_defects(builder.contract.protocol.clock_tolerance):
        yield _defect_case(builder, defect)
    yield _replay_case(builder)
    yield from _skew_cases(builder)


def _signature_defects(tolerance: int) -> tuple[_SignatureDefect, ...]:
    far = tolerance + _CLOCK_MARGIN
    return (
        _SignatureDefect("unsigned", "no-signature", "the request is not signed", Authentication(Identity.UNSIGNED)),
        _SignatureDefect("stranger", "unknown-key", "the key does not exist", Authentication(Identity.STRANGER)),
        _SignatureDefect("impostor", "wrong-secret", "the secret is wrong", Authentication(Identity.IMPOSTOR)),
        _SignatureDefect(
            "body", "changed", "the body is changed after signing", Authentication(tampering=Tampering.BODY)
        ),
        _SignatureDefect(
            "query", "added", "the query is changed after signing", Authentication(tampering=Tampering.QUERY)
        ),
        _SignatureDefect("expired", "past", f"signed {far} seconds ago", Authentication(skew=-far)),
        _SignatureDefect("future", "ahead", f"signed {far} seconds ahead", Authentication(skew=far)),
        _SignatureDefect(
            "malformed", "fractions", "the time has a fraction", Authentication(date="{:%Y-%m-%dT%H:%M:%S.000Z}")
        ),
        _SignatureDefect("malformed", "not-a-time", "the time is no time", Authentication(date="yesterday")),
        _SignatureDefect(
            "unsigned-header",
            "operation",
            "the header with the operation is not signed",
            Authentication(tampering=Tampering.UNSIGNED_HEADER),
            header_scheme_only=True,
        ),
        _SignatureDefect("permission", "none", "the key has no permission", Authentication(Identity.UNAUTHORIZED)),
    )


def _not_applicable_reason(builder: CaseBuilder, authentication: Authentication) -> str | None:
    """Why the target cannot be asked, or None."""
    if not builder.target.capabilities.authentication:
        return "the profile does not claim authentication"
    if builder.target.credentials is None or builder.target.signature is SignatureScheme.NONE:
        return "there are no credentials to sign with"
    if authentication.identity is Identity.UNAUTHORIZED and builder.target.unauthorized_credentials is None:
        return "the profile has no credentials without permission"
    return None


def _defect_case(builder: CaseBuilder, defect: _SignatureDefect) -> Case:
    case_id = f"authentication.{defect.keyword}/{defect.variant}"
    obstacle = _not_applicable_reason(builder, defect.authentication)
    if defect.header_scheme_only and builder.target.signature is SignatureScheme.V2:
        obstacle = obstacle or "this signature covers parameters only"
    if obstacle:
        return builder.not_applicable_case(case_id, defect.title, obstacle)
    violation = Violation(AUTHENTICATION, defect.keyword)
    case = builder.error_case(case_id, defect.title, builder.request(), [violation])
    return evolve(case, probes=(Probe(builder.request(), defect.authentication),))


def _replay_case(builder: CaseBuilder) -> Case:
    case_id, title = "authentication.replay/twice", "the same nonce is used twice"
    probe = Probe(builder.request(), Authentication(nonce_label="twice"), fresh=True)
    if obstacle := _not_applicable_reason(builder, probe.authentication):
        return builder.not_applicable_case(case_id, title, obstacle)
    case = builder.error_case(case_id, title, probe.request, [Violation(AUTHENTICATION, "replay")])
    return evolve(case, probes=(probe, probe), relation=Relation.LAST_REJECTED)


def _skew_cases(builder: CaseBuilder) -> Iterator[Case]:
    some = builder.contract.protocol.clock_tolerance // 3
    for variant, skew in (("late", -some), ("early", some)):
        case_id, title = f"authentication.skew/{variant}", f"signed {abs(skew)} seconds {variant}"
        authentication = Authentication(skew=skew)
        if obstacle := _not_applicable_reason(builder, authentication):
            yield builder.not_applicable_case(case_id, title, obstacle)
        else:
            yield evolve(
                builder.success_case(case_id, title, builder.request()),
                probes=(Probe(builder.request(), authentication),),
            )
