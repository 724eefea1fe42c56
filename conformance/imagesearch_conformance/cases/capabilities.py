"""Cases that need a capability claimed in the profile: authentication, throttling, the fault header."""

from __future__ import annotations

import math
from collections.abc import Iterator

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.contract import AUTHENTICATION, row_acceptances
from imagesearch_conformance.contract.error_table import ErrorRow, ErrorTrigger
from imagesearch_conformance.model.case import Authentication, Case, Identity, Probe, Tampering, Violation
from imagesearch_conformance.model.expectation import Acceptance, Expectation, Grade, Relation
from imagesearch_conformance.model.target import SignatureScheme

#: Seconds beyond the clock tolerance by which a request is misdated: more than clocks differ.
_CLOCK_MARGIN = 600


@frozen
class _SignatureDefect:
    """A way to sign wrongly: the rule that it breaks, and the variant and title of its case."""

    keyword: str
    variant: str
    title: str
    authentication: Authentication
    header_scheme_only: bool = False


def security_cases(builder: CaseBuilder) -> Iterator[Case]:
    for defect in _signature_defects(builder.contract.protocol.clock_tolerance):
        yield _defect_case(builder, defect)
    yield _replay_case(builder)
    yield from _skew_cases(builder)


def _signature_defects(tolerance: int) -> tuple[_SignatureDefect, ...]:
    skew = tolerance + _CLOCK_MARGIN
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
        _SignatureDefect("expired", "past", f"signed {skew} seconds ago", Authentication(skew=-skew)),
        _SignatureDefect("future", "ahead", f"signed {skew} seconds ahead", Authentication(skew=skew)),
        _SignatureDefect(
            "malformed", "fractions", "the time has a fraction", Authentication(date="{:%Y-%m-%dT%H:%M:%S.000Z}")
        ),
        _SignatureDefect("malformed", "not-a-time", "the time is invalid", Authentication(date="yesterday")),
        _SignatureDefect(
            "unsigned-header",
            "operation",
            "the header with the operation is not signed",
            Authentication(tampering=Tampering.UNSIGNED_HEADER),
            header_scheme_only=True,
        ),
        _SignatureDefect("permission", "none", "the key has no permission", Authentication(Identity.UNAUTHORIZED)),
    )


def _no_authentication_reason(builder: CaseBuilder, authentication: Authentication) -> str | None:
    """Return why authentication cannot be tested on this target, or None."""
    if not builder.target.capabilities.authentication:
        return "the profile does not claim authentication"
    if builder.target.credentials is None or builder.target.signature is SignatureScheme.NONE:
        return "there are no credentials to sign with"
    if authentication.identity is Identity.UNAUTHORIZED and builder.target.unauthorized_credentials is None:
        return "the profile has no credentials without permission"
    return None


def _defect_case(builder: CaseBuilder, defect: _SignatureDefect) -> Case:
    case_id = f"authentication.{defect.keyword}/{defect.variant}"
    reason = _no_authentication_reason(builder, defect.authentication)
    if defect.header_scheme_only and builder.target.signature is SignatureScheme.V2:
        reason = reason or "this signature covers parameters only"
    if reason:
        return builder.not_applicable_case(case_id, defect.title, reason)
    violation = Violation(AUTHENTICATION, defect.keyword)
    case = builder.error_case(case_id, defect.title, builder.request(), [violation])
    return evolve(case, probes=(Probe(builder.request(), defect.authentication),))


def _replay_case(builder: CaseBuilder) -> Case:
    case_id, title = "authentication.replay/twice", "the same nonce is used twice"
    probe = Probe(builder.request(), Authentication(nonce_label="twice"), fresh=True)
    if reason := _no_authentication_reason(builder, probe.authentication):
        return builder.not_applicable_case(case_id, title, reason)
    case = builder.error_case(case_id, title, probe.request, [Violation(AUTHENTICATION, "replay")])
    return evolve(case, probes=(probe, probe), relation=Relation.LAST_REJECTED)


def _skew_cases(builder: CaseBuilder) -> Iterator[Case]:
    tolerated = builder.contract.protocol.clock_tolerance // 3
    for variant, skew in (("late", -tolerated), ("early", tolerated)):
        case_id, title = f"authentication.skew/{variant}", f"signed {abs(skew)} seconds {variant}"
        authentication = Authentication(skew=skew)
        if reason := _no_authentication_reason(builder, authentication):
            yield builder.not_applicable_case(case_id, title, reason)
        else:
            yield evolve(
                builder.success_case(case_id, title, builder.request()),
                probes=(Probe(builder.request(), authentication),),
            )


def throttling_cases(builder: CaseBuilder) -> Iterator[Case]:
    rate = builder.target.capabilities.throttling_qps
    case_id, title = "throttling.above/burst", "more requests in one second than the instance allows"
    if rate is None:
        yield builder.not_applicable_case(case_id, title, "the profile claims no throttling_qps")
        return
    # Twice the rate plus one exceeds the limit in every window of a second, whenever it starts. A limit of twice the
    # rate looks like a window that starts in the middle of the burst; to distinguish them takes several seconds.
    burst_size = 2 * math.ceil(rate) + 1
    case = builder.success_case(case_id, f"{title} ({rate:g})", builder.request())
    expectation = Expectation.from_acceptances(*case.expectation.acceptances, *_rate_limit_acceptances(builder))
    yield evolve(
        case,
        probes=(Probe(builder.request(), fresh=True),),
        expectation=expectation,
        relation=Relation.RATE_LIMITED_BURST,
        burst_size=burst_size,
    )


def _rate_limit_acceptances(builder: CaseBuilder) -> Iterator[Acceptance]:
    for row in builder.contract.errors.rows:
        if row.trigger is ErrorTrigger.RATE_LIMIT:
            yield from row_acceptances(row, None, "the rate is exceeded")


def error_mapping_cases(builder: CaseBuilder) -> Iterator[Case]:
    header = builder.target.capabilities.fault_header
    for row in builder.contract.errors.documented_rows:
        yield _fault_header_case(builder, row, header)


def _fault_header_case(builder: CaseBuilder, row: ErrorRow, fault_header: str | None) -> Case:
    requirements = (f"error.{row.code}.status", f"error.{row.code}.message")
    case_id, title = f"{requirements[0]}/fault-header", f"the fault header asks for {row.code}"
    if fault_header is None:
        reason = "the profile claims no fault_header, and no response of this run has the code"
        return evolve(builder.not_applicable_case(case_id, title, reason), requirements=requirements)
    request = evolve(builder.request(), headers=((fault_header, row.code),))
    acceptance = Acceptance(row.status, row.code, Grade.DOCUMENTED, "the documentation lists the code so")
    return Case(case_id, title, requirements, (Probe(request),), Expectation.from_acceptances(acceptance))
