"""All cases of a target, checked against the register of requirements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.capabilities import error_mapping_cases, security_cases, throttling_cases
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.filter_combinations import filter_combination_cases
from imagesearch_conformance.cases.filter_conditions import filter_condition_cases, filter_list_cases
from imagesearch_conformance.cases.filters_across_pages import filters_across_pages_cases
from imagesearch_conformance.cases.generated_placeholders import generated_placeholder_cases
from imagesearch_conformance.cases.names import awkward_name_cases, image_identity_cases, unknown_name_cases
from imagesearch_conformance.cases.negative import multiple_violation_cases, negative_cases
from imagesearch_conformance.cases.paging import paging_cases
from imagesearch_conformance.cases.positive import boundary_cases, filter_example_cases, positive_cases
from imagesearch_conformance.cases.threshold_and_distinct import threshold_and_distinct_cases
from imagesearch_conformance.cases.unspecified_behaviour import unspecified_behaviour_cases
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InternalError, InvalidSpec
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import JudgedBy
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image, Target


def build_cases(
    contract: Contract, target: Target, survey: Survey, seed: int = 0, examples: int = 0
) -> tuple[Case, ...]:
    """Return all cases in reading order.

    Raise InvalidSpec if a case names an unregistered requirement, or a requirement that cases judge has none.
    """
    builder = CaseBuilder(contract, target, survey, seed)
    cases = tuple(
        _with_interpretation(contract, case)
        for case in (*_all_cases(builder), *generated_placeholder_cases(builder, examples))
    )
    duplicates = [case_id for case_id, count in Counter(case.id for case in cases).items() if count > 1]
    if duplicates:
        raise InternalError(f"two cases have the id {duplicates[0]}")
    _check_register(contract, cases)
    return cases


def _all_cases(builder: CaseBuilder) -> Iterator[Case]:
    yield from positive_cases(builder)
    yield from boundary_cases(builder)
    yield from filter_example_cases(builder)
    yield from paging_cases(builder)
    yield from filter_condition_cases(builder)
    yield from filter_combination_cases(builder)
    yield from filter_list_cases(builder)
    yield from threshold_and_distinct_cases(builder)
    yield from filters_across_pages_cases(builder)
    yield from image_identity_cases(builder)
    yield from awkward_name_cases(builder)
    yield from unknown_name_cases(builder)
    single_violations = tuple(negative_cases(builder))
    yield from single_violations
    yield from multiple_violation_cases(builder, single_violations)
    yield from unspecified_behaviour_cases(builder)
    yield from error_mapping_cases(builder)
    yield from security_cases(builder)
    yield from throttling_cases(builder)


def _with_interpretation(contract: Contract, case: Case) -> Case:
    requirement = contract.requirements.get(case.requirements[0])
    return evolve(case, interpretation=requirement.interpretation) if requirement else case


def _check_register(contract: Contract, cases: tuple[Case, ...]) -> None:
    covered = {name for case in cases for name in case.requirements}
    for case in cases:
        for name in case.requirements:
            if name not in contract.requirements:
                raise InvalidSpec(
                    f"the case {case.id} names an unregistered requirement: {name!r}",
                    "requirements/",
                    "add it as an entry or as a member of a family",
                )
    for requirement in contract.requirements.values():
        if requirement.judged is JudgedBy.CASE and requirement.id not in covered:
            raise InvalidSpec(
                f"the requirement {requirement.id!r} has no case",
                f"requirements/ ({requirement.area})",
                "if it needs none, give it `judged: reply`, `run` or `never`, with a reason",
            )


def assumed_survey(contract: Contract, target: Target) -> Survey:
    """Return a survey with a ranking as long as the window, and every attribute on most entries."""
    integers = {success_field.path[-1] for success_field in contract.success_fields if success_field.is_integer}
    attributes = tuple(
        (name, 1 if column in integers else "value") for name, column in contract.filter_rules.attributes.items()
    )
    entries = (
        Entry(
            Image(f"assumed-{number // 2}", f"assumed-{number}"),
            score=round(1 / (1 + number / 100), 2),
            attributes=attributes if number % 4 else (),
        )
        for number in range(contract.window.maximum)
    )
    return evolve(Survey.from_target(target), entries=tuple(entries))
