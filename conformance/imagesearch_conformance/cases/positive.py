"""Valid requests: required parameters alone, all parameters, optional ones, defaults, bounds and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value, text_of_length, unique_variants
from imagesearch_conformance.cases.paging import unrepeatable_reason
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.model.case import Case, Probe, Request
from imagesearch_conformance.model.expectation import Relation
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


#: A character of several bytes: the documentation counts characters.
_MULTIBYTE_CHARACTER = "\u56fe"


def boundary_cases(builder: CaseBuilder) -> Iterator[Case]:
    for parameter in builder.contract.parameters:
        if parameter.is_integer:
            yield from _bound_cases(builder, parameter)
            yield from _enum_cases(builder, parameter)
        elif parameter.max_length is not None:
            yield from _length_cases(builder, parameter, parameter.max_length)
        if parameter.pattern is not None:
            yield from _pattern_cases(builder, parameter)
    yield _full_window_case(builder)


def request_within_window(builder: CaseBuilder, parameter: Parameter, value: int) -> Request:
    """Return a request with this value; where the value is the start of the page, the page has the minimum length."""
    window = builder.contract.window
    shortest_page = (
        {window.count_parameter: str(builder.contract.parameter(window.count_parameter).minimum)}
        if parameter.name == window.start_parameter
        else {}
    )
    return builder.request({**shortest_page, parameter.name: str(value)})


def _bound_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    minimum, maximum = parameter.minimum, parameter.maximum
    values = {}
    if minimum is not None:
        values["minimum/at"] = minimum
        values["minimum/inside"] = minimum + 1
    if maximum is not None:
        values["maximum/inside"] = maximum - 1
        values["maximum/at"] = maximum
    for variant, value in values.items():
        title = f"{parameter.name} is {value}"
        yield builder.success_case(
            f"{parameter.key}.{variant}", title, request_within_window(builder, parameter, value)
        )


def _enum_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    for value in parameter.enum:
        request = builder.request({parameter.name: str(value)})
        yield builder.success_case(f"{parameter.key}.enum/{value}", f"{parameter.name} is {value}", request)


def _length_cases(builder: CaseBuilder, parameter: Parameter, limit: int) -> Iterator[Case]:
    if parameter.name == builder.contract.instance_parameter:
        yield _longest_instance_case(builder, parameter, limit)
        return
    for variant, length in (("inside", limit - 1), ("at", limit)):
        value = text_of_length(builder.contract, parameter, length)
        title = f"{parameter.name} has {length} characters"
        yield builder.success_case(
            f"{parameter.key}.maxlength/{variant}", title, builder.request({parameter.name: value})
        )
    if parameter.is_filter:
        # A single such character suffices, and does not make an operand longer.
        ascii_text = text_of_length(builder.contract, parameter, limit)
        value = f"{ascii_text[:-2]}{_MULTIBYTE_CHARACTER}{ascii_text[-1]}"
        title = f"{parameter.name} has {limit} characters, one of them of several bytes"
        yield builder.success_case(
            f"{parameter.key}.maxlength/nonascii", title, builder.request({parameter.name: value})
        )


def _longest_instance_case(builder: CaseBuilder, parameter: Parameter, limit: int) -> Case:
    case_id, title = f"{parameter.key}.maxlength/at", f"{parameter.name} has {limit} characters"
    instances = (instance for instance in builder.target.instances if len(instance.name) == limit and instance.images)
    longest = next(instances, None)
    if longest is None:
        return builder.not_applicable_case(
            case_id, title, f"the profile names no instance whose name has {limit} characters"
        )
    return builder.success_case(case_id, title, builder.request(instance=longest))


def _pattern_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    for value in map(str, parameter.examples):
        request = builder.request({parameter.name: value})
        yield builder.success_case(f"{parameter.key}.pattern/{value}", f"{parameter.name} is {value}", request)


def _full_window_case(builder: CaseBuilder) -> Case:
    window = builder.contract.window
    count = min(builder.max_page_size, window.maximum)
    start = window.maximum - count
    title = f"{window.start_parameter} and {window.count_parameter} add up to {window.maximum}"
    request = builder.request({window.start_parameter: str(start), window.count_parameter: str(count)})
    return builder.success_case("window.within/at", title, request)


#: The length up to which an id shows a filter.
_MAX_SLUG_LENGTH = 46


def filter_example_cases(builder: CaseBuilder) -> Iterator[Case]:
    parameter = builder.contract.filter_parameter
    if parameter is None:
        return
    examples = [str(example) for example in parameter.examples]
    variants = unique_variants((_slugify(text), text) for text in examples)
    for variant, text in zip(variants, examples, strict=True):
        request = builder.request({parameter.name: text})
        yield builder.success_case(f"{parameter.key}.format/{variant}", f"{parameter.name} is {text}", request)


def _slugify(text: str) -> str:
    """Return a filter as a part of an id, with words for operators."""
    words = {"!=": " ne ", ">=": " ge ", "<=": " le ", ">": " gt ", "<": " lt ", "=": " eq "}
    for sign, word in words.items():
        text = text.replace(sign, word)
    return "-".join(re.findall("[a-z0-9]+", text.lower()))[:_MAX_SLUG_LENGTH].rstrip("-")
