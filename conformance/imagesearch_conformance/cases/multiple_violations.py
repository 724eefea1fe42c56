"""Requests that break two rules at once: the code of either is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.model.case import Case


def multiple_violation_cases(builder: CaseBuilder, single_violation_cases: Sequence[Case]) -> Iterator[Case]:
    """Yield a case for each two neighbouring parameters, combining the first violation of each."""
    cases = list(_first_case_per_parameter(builder, single_violation_cases))
    for first, second in pairwise([*cases, *cases[:1]]):
        yield _two_violations_case(builder, first, second)


def _first_case_per_parameter(builder: CaseBuilder, single_violation_cases: Sequence[Case]) -> Iterator[Case]:
    """Yield for each parameter the first case that breaks a MUST by changing a value."""
    parameters = set()
    for case in single_violation_cases:
        if case.not_applicable_reason or case.mutation is None or case.mutation.after is None:
            continue
        (violation,) = case.violations
        must = all(builder.contract.requirements[name].level == "must" for name in case.requirements)
        if must and violation.parameter not in parameters:
            parameters.add(violation.parameter)
            yield case


def _two_violations_case(builder: CaseBuilder, first: Case, second: Case) -> Case:
    violations = first.violations | second.violations
    changes = {
        violation.parameter: case.probes[0].request.value(violation.parameter)
        for case in (first, second)
        for violation in case.violations
    }
    names = "-and-".join(sorted(violation.parameter.lower() for violation in violations))
    title = f"{first.title}, and {second.title}"
    request = builder.request().with_parameters(changes)
    return builder.error_case(f"request.combined/{names}", title, request, violations)
