"""Valid requests: required parameters alone, all parameters, each optional one alone, defaults, other instances."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value, unique_variants
from imagesearch_conformance.cases.paging import unrepeatable_reason
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Instance


def positive_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield the valid requests that are not about a bound."""
    yield builder.success_case("request.minimal/first", "the required parameters alone", builder.request())
    yield builder.success_case(
        "request.full/examples", "every parameter at a valid value", builder.request(_all_optional_parameters(builder))
    )
    for parameter in builder.contract.parameters:
        if not parameter.required:
            yield from _optional_cases(builder, parameter)
    instances = [instance for instance in builder.target.instances[1:] if instance.images]
    variants = unique_variants((f"{instance.type}-instance", instance.name) for instance in instances)
    for variant, instance in zip(variants, instances, strict=True):
        title = f"the required parameters alone, on the instance {instance.name}"
        yield builder.success_case(f"request.minimal/{variant}", title, builder.request(instance=instance))
        yield from _category_on_instance_cases(builder, variant, instance)


def _all_optional_parameters(builder: CaseBuilder) -> dict[str, str]:
    optional = (parameter for parameter in builder.contract.parameters if not parameter.required)
    return {parameter.name: example_value(parameter) for parameter in optional}


def _optional_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    name, value = parameter.name, example_value(parameter)
    yield builder.success_case(f"{parameter.key}.optional/given", f"{name} is given", builder.request({name: value}))
    yield builder.success_case(f"{parameter.key}.optional/absent", f"{name} is left out", builder.request())
    if parameter.default is not None:
        yield _explicit_default_case(builder, parameter)


def _explicit_default_case(builder: CaseBuilder, parameter: Parameter) -> Case:
    case_id, title = f"{parameter.key}.default/explicit", f"{parameter.name} left out, then at its default"
    if reason := _default_invisible_reason(builder, parameter):
        return builder.not_applicable_case(case_id, title, reason)
    request = builder.request({parameter.name: to_wire_value(parameter.default)})
    case = builder.success_case(case_id, title, request)
    return evolve(case, probes=(Probe(builder.request()), Probe(request)), relation=Relation.SAME_ENTRIES)


def _default_invisible_reason(builder: CaseBuilder, parameter: Parameter) -> str | None:
    """Return why responses of this target do not show a default, or None."""
    known = len(builder.survey.entries)
    if reason := unrepeatable_reason(builder):
        return reason
    if parameter.name == builder.contract.window.count_parameter and 0 < known <= int(parameter.default or 0):
        return f"the ranking has {known} entries; a default of {parameter.default} needs a longer one"
    return None


def _category_on_instance_cases(builder: CaseBuilder, variant: str, instance: Instance) -> Iterator[Case]:
    parameter = builder.contract.parameter(builder.contract.category.parameter)
    for value in parameter.enum[:1]:
        title = f"{parameter.name} is {value}, on the instance {instance.name}"
        request = builder.request({parameter.name: str(value)}, instance=instance)
        yield builder.success_case(f"{parameter.key}.optional/{variant}", title, request)
