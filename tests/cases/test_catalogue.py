"""The cases as a whole: named well, each for a requirement, each requirement with cases."""

import re

from attrs import evolve

from imagesearch_conformance.cases.assumed_survey import assumed_survey
from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.requirement import JudgedBy
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Capabilities, Image, Instance, InstanceType, Target

#: Why an outcome is acceptable where every one is.
SILENT = "the documentation does not specify this"


def test_ids_begin_with_a_requirement_and_never_end_in_an_ordinal(contract, cases):
    for case in cases:
        prefix, _, variant = case.id.partition("/")
        assert prefix in contract.requirements
        assert prefix in case.requirements
        assert re.fullmatch(r"[A-Za-z0-9._-]+", variant)


def test_every_requirement_that_is_judged_by_cases_has_one(contract, cases):
    reached = {name for case in cases for name in case.requirements}
    assert {one.id for one in contract.requirements.values() if one.judged is JudgedBy.CASE} <= reached


def test_every_code_that_a_request_can_provoke_is_expected_of_one(contract, cases):
    provoked = {
        one.code
        for case in cases
        if "fault-header" not in case.id
        for one in case.expectation.acceptances
        if one.code and one.grade is Grade.DOCUMENTED and one.reason != SILENT
    }
    out = {ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION}
    reachable = {row.code for row in contract.errors.documented_rows if row.trigger not in out}
    assert reachable <= provoked
    assert not provoked & {row.code for row in contract.errors.documented_rows if row.trigger in out}


def test_every_case_says_why_each_outcome_is_acceptable(cases):
    for case in cases:
        assert case.title
        assert case.expectation.acceptances or case.not_applicable_reason
        assert all(one.reason for one in case.expectation.acceptances)


def test_a_refused_case_never_accepts_success_unless_an_interpretation_allows_it(contract, cases):
    for case in cases:
        if case.violations and case.expectation.success is not None:
            assert contract.requirements[case.requirements[0]].interpretation


def test_the_same_input_gives_the_same_cases_and_another_seed_other_absent_names(contract, target, cases):
    survey = assumed_survey(contract, target)
    assert build_cases(contract, target, survey) == cases
    other = {case.id: case for case in build_cases(contract, target, survey, seed=7)}
    changed = {case.id for case in cases if other[case.id] != case}
    assert changed
    assert all(name.startswith(("image.known/", "instancename.known/")) for name in changed)


def test_what_a_target_does_not_claim_is_not_asked_and_says_why(contract):
    modest = Target("http://127.0.0.1:1", (Instance("demo", InstanceType.PRODUCT, (Image("p", "p.jpg"),)),))
    cases = build_cases(contract, modest, Survey.from_target(modest))
    silent = [case for case in cases if case.not_applicable_reason]
    areas = {contract.requirements[case.requirements[0]].area for case in silent}
    assert {"security", "throttling", "errors", "wire"} <= areas
    assert all(case.max_requests == 0 and not case.probes for case in silent)


def test_on_a_generic_instance_the_category_is_not_expected_to_be_refused(contract, target):
    generic = next(one for one in target.instances if one.type is InstanceType.GENERIC)
    only = evolve(target, instances=(generic,))
    cases = build_cases(contract, only, Survey.from_target(only))
    about = [case for case in cases if case.id.startswith(("categoryid.type", "categoryid.enum")) and case.violations]
    assert about == []


def test_a_target_without_claims_keeps_within_the_promised_number_of_requests(contract):
    modest = Target("http://127.0.0.1:1", (Instance("demo", InstanceType.PRODUCT, (Image("p", "p.jpg"),)),))
    cases = build_cases(contract, modest, Survey.from_target(modest))
    assert sum(case.max_requests for case in cases) <= 450


def test_an_unclaimed_fault_header_leaves_the_codes_to_what_replies_show(contract, target):
    claims = evolve(target.capabilities, fault_header=None)
    without = evolve(target, capabilities=claims)
    cases = build_cases(contract, without, Survey.from_target(without))
    assert all(case.not_applicable_reason for case in cases if "fault-header" in case.id)
    assert Capabilities().fault_header is None


def test_the_greatest_length_is_one_of_characters(contract, cases):
    (case,) = [one for one in cases if one.id == "filter.maxlength/nonascii"]
    text = case.probes[0].request.value(contract.filter_parameter.name)
    assert len(text) == contract.filter_parameter.max_length
    assert len(text.encode()) > len(text)
    assert contract.filter_rules.parser.is_valid(text)


def test_categories_wrap_at_every_width(cases):
    ids = {one.id for one in cases}
    assert {"categoryid.enum/wraps-32", "categoryid.enum/wraps-64"} <= ids
