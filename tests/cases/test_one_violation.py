"""A negative case breaks exactly one rule, and undoing its mutation leaves a valid request."""

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

#: A property of two requests: one shows nothing of it.
REPLAYED = "replay"


def shown(contract, target, probe):
    request = RequestEncoder(contract, target).encode(probe, NOW, "a-nonce")
    return request, find_violations(contract, target, parse_request(contract, request))


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_the_bytes_of_every_case_show_exactly_the_violations_it_means(contract, target, cases, scheme):
    styled = evolve(target, signature=scheme)
    for case in cases:
        meant = {one for one in case.violations if one.parameter != AUTHENTICATION}
        for probe in case.probes:
            assert shown(contract, styled, probe)[1] == meant, case.id


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, SignatureScheme.V2])
def test_the_signature_of_every_case_is_wrong_only_as_meant(contract, target, cases, scheme):
    styled = evolve(target, signature=scheme)
    for case in cases:
        accused = {one.keyword for one in case.violations if one.parameter == AUTHENTICATION} - {REPLAYED}
        if not case.probes or (scheme is SignatureScheme.V2 and "unsigned-header" in accused):
            continue
        request, _ = shown(contract, styled, case.probes[-1])
        defects = signature_defects(contract, styled, request, NOW)
        assert accused <= defects, case.id
        assert accused or not defects, case.id


def test_undoing_the_mutation_leaves_a_valid_request(contract, target, cases):
    mutated = [case for case in cases if case.mutation]
    assert len(mutated) > 50
    for case in mutated:
        (violation,) = case.violations
        undone = case.probes[0].request.with_parameters({violation.parameter: case.mutation.before})
        assert shown(contract, target, Probe(undone))[1] == frozenset(), case.id


def test_applying_the_mutation_to_a_valid_request_breaks_only_its_keyword(cases):
    for case in cases:
        if case.mutation is None:
            continue
        (violation,) = case.violations
        assert violation.keyword == case.mutation.keyword
        assert case.probes[0].request.value(violation.parameter) == case.mutation.after


def test_no_case_leaves_the_form_but_those_about_the_place(cases):
    elsewhere = {case.id for case in cases for probe in case.probes if probe.request.location is Location.QUERY}
    assert elsewhere == {"silence.location/query", "silence.method/get"}
