"""All cases of a target: their ids, requirements and expectations."""

import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.cases.build import assumed_survey, build_cases
from imagesearch_conformance.cases.names import awkward_kinds
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.requirement import JudgedBy
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Capabilities, Image, Instance, InstanceType, Target

#: The reason of acceptances where each outcome is accepted.
UNSPECIFIED = "the documentation does not specify this"

MODEST_TARGET = Target("http://127.0.0.1:1", (Instance("demo", InstanceType.PRODUCT, (Image("p", "p.jpg"),)),))


def test_ids_are_short_ascii_and_begin_with_a_requirement(contract, cases):
    for case in cases:
        requirement, _, variant = case.id.partition("/")
        assert requirement in contract.requirements
        assert requirement in case.requirements
        assert re.fullmatch(r"[A-Za-z0-9._-]+", variant)
        assert len(case.id) <= 60


NAMES = [
    "it's", "\u00e9 \u56fe.jpg", "caf\u00e9.jpg", "\u00e9t\u00e9.jpg", "a b.jpg", "c d.jpg", " a", "100%.jpg",
    "a%20b.jpg", "+%&=~*#/?;:@$,.jpg", "\u0416" * 90, "\U0001f457.jpg", "\u00df" * 200, "\u0bb2.jpg",
]  # fmt: skip


def build_with(contract, target, names):
    """Return the cases of a target with images of these names, and with two more instances for each name."""
    images = tuple(Image(f"p-{name}", name) for name in names)
    others = tuple(Instance(f"{name}{kind}", kind, images[:1]) for name in names for kind in InstanceType)
    varied = evolve(target, instances=(evolve(target.instance, images=images), *others))
    return build_cases(contract, varied, assumed_survey(contract, varied))


def test_ids_do_not_show_names_of_the_target(contract, target):
    ids = [case.id for case in build_with(contract, target, NAMES)]
    assert all(len(case_id) <= 60 and re.fullmatch(r"[A-Za-z0-9._/-]+", case_id) for case_id in ids)
    assert {"wire.nonascii/latin", "wire.nonascii/cyrillic", "wire.reserved/escape", "wire.reserved/mixed"} <= set(ids)


def test_ids_stay_when_the_profile_gets_more_images(contract, target):
    ids = [case.id for case in build_with(contract, target, NAMES[:-3])]
    assert set(ids) <= {case.id for case in build_with(contract, target, NAMES)}


@given(name=st.text(st.characters(codec="utf-8"), min_size=1))
def test_each_name_outside_ascii_is_awkward(name):
    assert ("nonascii" in awkward_kinds(Image("p", name))) is not name.isascii()
    assert ("spaces" in awkward_kinds(Image("p", name))) is (" " in name)


def test_every_requirement_that_cases_judge_has_a_case(contract, cases):
    covered = {name for case in cases for name in case.requirements}
    judged = {requirement for requirement in contract.requirements.values() if requirement.judged is JudgedBy.CASE}
    assert {requirement.id for requirement in judged} <= covered


def test_every_code_that_a_request_can_trigger_is_expected(contract, cases):
    expected = {
        acceptance.code
        for case in cases
        if "fault-header" not in case.id
        for acceptance in case.expectation.acceptances
        if acceptance.code and acceptance.grade is Grade.DOCUMENTED and acceptance.reason != UNSPECIFIED
    }
    unreachable = {ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION}
    rows = contract.errors.documented_rows
    assert {row.code for row in rows if row.trigger not in unreachable} <= expected
    assert not expected & {row.code for row in rows if row.trigger in unreachable}


def test_every_case_says_why_each_outcome_is_acceptable(cases):
    for case in cases:
        assert case.title
        assert case.expectation.acceptances or case.not_applicable_reason
        assert all(acceptance.reason for acceptance in case.expectation.acceptances)


def test_an_invalid_request_accepts_success_only_by_an_interpretation(contract, cases):
    for case in cases:
        if case.violations and case.expectation.success is not None:
            assert contract.requirements[case.requirements[0]].interpretation


def test_another_seed_changes_only_the_names_of_missing_things(contract, target, cases):
    survey = assumed_survey(contract, target)
    assert build_cases(contract, target, survey) == cases
    seeded = {case.id: case for case in build_cases(contract, target, survey, seed=7)}
    changed = {case.id for case in cases if seeded[case.id] != case}
    assert changed
    assert all(case_id.startswith(("image.known/", "instancename.known/")) for case_id in changed)


def test_unclaimed_capabilities_are_not_tested_for_a_reason(contract):
    cases = build_cases(contract, MODEST_TARGET, Survey.from_target(MODEST_TARGET))
    not_applicable = [case for case in cases if case.not_applicable_reason]
    areas = {contract.requirements[case.requirements[0]].area for case in not_applicable}
    assert {"security", "throttling", "errors", "wire"} <= areas
    assert all(case.max_requests == 0 and not case.probes for case in not_applicable)


def test_on_a_generic_instance_no_category_is_invalid(contract, target):
    generic = next(instance for instance in target.instances if instance.type is InstanceType.GENERIC)
    generic_target = evolve(target, instances=(generic,))
    cases = build_cases(contract, generic_target, Survey.from_target(generic_target))
    prefixes = ("categoryid.type", "categoryid.enum")
    assert [case for case in cases if case.id.startswith(prefixes) and case.violations] == []


def test_a_target_without_claims_gets_at_most_450_requests(contract):
    cases = build_cases(contract, MODEST_TARGET, Survey.from_target(MODEST_TARGET))
    assert sum(case.max_requests for case in cases) <= 450


def test_without_a_fault_header_its_cases_do_not_apply(contract, target):
    without = evolve(target, capabilities=evolve(target.capabilities, fault_header=None))
    cases = build_cases(contract, without, Survey.from_target(without))
    assert all(case.not_applicable_reason for case in cases if "fault-header" in case.id)
    assert Capabilities().fault_header is None


def test_the_maximum_length_counts_characters_and_not_bytes(contract, cases):
    (case,) = [case for case in cases if case.id == "filter.maxlength/nonascii"]
    text = case.probes[0].request.value(contract.filter_parameter.name)
    assert len(text) == contract.filter_parameter.max_length
    assert len(text.encode()) > len(text)
    assert contract.filter_rules.parser.is_valid(text)


@pytest.mark.parametrize("bits", [32, 64])
def test_categories_overflow_at_each_integer_width(cases, bits):
    assert f"categoryid.enum/wraps-{bits}" in {case.id for case in cases}
