"""A negative case breaks exactly one rule, and undoing its mutation makes the request valid."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.violations import find_violations, signature_defects
from imagesearch_conformance.contract.contract import AUTHENTICATION
from imagesearch_conformance.model.case import Location, Probe
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.transport.request_encoder import RequestEncoder

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

#: A defect of two requests together: the bytes of a single one do not show it.
REPLAY = "replay"


def encode(contract, target, probe):
    return RequestEncoder(contract, target).encode(probe, NOW, "a-nonce")


def violations_in_bytes(contract, target, probe):
    return find_violations(contract, target, parse_request(contract, encode(contract, target, probe)))


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_the_bytes_of_every_case_show_exactly_its_violations(contract, target, cases, scheme):
    signing_target = evolve(target, signature=scheme)
    for case in cases:
        intended = {violation for violation in case.violations if violation.parameter != AUTHENTICATION}
        for probe in case.probes:
            assert violations_in_bytes(contract, signing_target, probe) == intended, case.id


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
def test_the_signature_of_every_case_has_only_the_intended_defects(contract, target, cases, scheme):
    signing_target = evolve(target, signature=scheme)
    for case in cases:
        violations = [violation for violation in case.violations if violation.parameter == AUTHENTICATION]
        intended = {violation.keyword for violation in violations} - {REPLAY}
        if not case.probes or (scheme is SignatureScheme.V2 and "unsigned-header" in intended):
            continue
        request = encode(contract, signing_target, case.probes[-1])
        defects = signature_defects(contract, signing_target, request, NOW)
        assert intended <= defects, case.id
        assert intended or not defects, case.id


def test_undoing_the_mutation_makes_the_request_valid(contract, target, cases):
    mutated = [case for case in cases if case.mutation]
    assert len(mutated) > 50
    for case in mutated:
        (violation,) = case.violations
        restored = case.probes[0].request.with_parameters({violation.parameter: case.mutation.before})
        assert violations_in_bytes(contract, target, Probe(restored)) == frozenset(), case.id


def test_the_mutation_breaks_the_keyword_of_its_violation(cases):
    for case in cases:
        if case.mutation is None:
            continue
        (violation,) = case.violations
        assert violation.keyword == case.mutation.keyword
        assert case.probes[0].request.value(violation.parameter) == case.mutation.after


def test_only_cases_about_the_location_use_the_query(cases):
    in_query = {case.id for case in cases for probe in case.probes if probe.request.location is Location.QUERY}
    assert in_query == {"silence.location/query", "silence.method/get"}
