"""Valid requests: the least, the most, each optional parameter alone, defaults, every instance."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.cases.paging import unrepeatable_reason
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import Instance


def positive_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All valid requests that no bound is the reason for."""
    yield builder.success_case("request.minimal/first", "the required parameters alone", builder.request())
    yield builder.success_case(
        "request.full/examples", "every parameter at a valid value", builder.request(_all_optional_parameters(builder))
    )
    for parameter in builder.contract.parameters:
        if not parameter.required:
            yield from _optional_cases(builder, parameter)
    for instance in builder.target.instances[1:]:
        if instance.images:
            title = f"the required parameters alone, on the instance {instance.name}"
            yield builder.success_case(f"request.minimal/{instance.name}", title, builder.request(instance=instance))
            yield from _category_cases(builder, instance)


def _all_optional_parameters(builder: CaseBuilder) -> dict[str, str]:
    return {one.name: example_value(one) for one in builder.contract.parameters if not one.required}


def _optional_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    name, value = parameter.name, example_value(parameter)
    yield builder.success_case(f"{parameter.key}.optional/given", f"{name} is given", builder.request({name: value}))
    yield builder.success_case(f"{parameter.key}.optional/absent", f"{name} is left out", builder.request())
    if parameter.default is not None:
        yield _default_case(builder, parameter)


def _default_case(builder: CaseBuilder, parameter: Parameter) -> Case:
    given = builder.request({parameter.name: to_wire_value(parameter.default)})
    case = builder.success_case(
        f"{parameter.key}.default/explicit", f"{parameter.name} left out, then at its default", given
    )
    if reason := _not_applicable_reason(builder, parameter):
        return builder.not_applicable_case(case.id, case.title, reason)
    return evolve(case, probes=(Probe(builder.request()), Probe(given)), relation=Relation.SAME_ENTRIES)


def _not_applicable_reason(builder: CaseBuilder, parameter: Parameter) -> str | None:
    """Why a default does not show on this target, or None."""
    known = len(builder.survey.entries)
    if reason := unrepeatable_reason(builder):
        return reason
    if parameter.name == builder.contract.window.count_parameter and 0 < known <= int(parameter.default or 0):
        return f"the ranking has {known} entries, and a default of {parameter.default} shows in a longer one only"
    return None


def _category_cases(builder: CaseBuilder, instance: Instance) -> Iterator[Case]:
    choice = builder.contract.parameter(builder.contract.category.parameter)
    for value in choice.enum[:1]:
        title = f"{choice.name} is {value}, on the instance {instance.name}"
        request = builder.request({choice.name: str(value)}, instance=instance)
        yield builder.success_case(f"{choice.key}.optional/{instance.name}", title, request)
