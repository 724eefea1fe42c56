"""Requests that break two rules at once: any of their codes is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.model.case import Case


def multiple_violation_cases(builder: CaseBuilder, single_violation_cases: Sequence[Case]) -> Iterator[Case]:
    """One case for each two neighbouring parameters, made of the first clear violation of each."""
    chosen = list(_first_case_per_parameter(builder, single_violation_cases))
    for first, second in pairwise([*chosen, *chosen[:1]]):
        yield _two_violations_case(builder, first, second)


def _first_case_per_parameter(builder: CaseBuilder, single_violation_cases: Sequence[Case]) -> Iterator[Case]:
    """For each parameter the first case that is refused at the level MUST and changes a value."""
    taken = set()
    for case in single_violation_cases:
        if case.not_applicable_reason or case.mutation is None or case.mutation.after is None:
            continue
        (violation,) = case.violations
        must = all(builder.contract.requirements[name].level == "must" for name in case.requirements)
        if must and violation.parameter not in taken:
            taken.add(violation.parameter)
            yield case


def _two_violations_case(builder: CaseBuilder, first: Case, second: Case) -> Case:
    broken = first.violations | second.violations
    changes = {
        one.parameter: case.probes[0].request.value(one.parameter)
        for case in (first, second)
        for one in case.violations
    }
    names = "-and-".join(sorted(one.parameter.lower() for one in broken))
    title = f"{first.title}, and {second.title}"
    return builder.error_case(f"request.combined/{names}", title, builder.request().with_parameters(changes), broken)
