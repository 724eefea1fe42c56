"""Valid requests at each bound of each parameter, and just inside it."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.text_of_length import text_of_length
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Request

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
