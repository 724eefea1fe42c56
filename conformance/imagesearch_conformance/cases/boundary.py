"""Valid requests at every bound of every parameter, and just inside it."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.text_of_length import text_of_length
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Request

#: A character of several bytes: the page counts characters.
_MULTIBYTE_CHARACTER = "\u56fe"


def boundary_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All requests at a bound."""
    for parameter in builder.contract.parameters:
        if parameter.is_integer:
            yield from _bound_cases(builder, parameter)
            yield from _enum_cases(builder, parameter)
        elif parameter.max_length is not None:
            yield from _length_cases(builder, parameter, parameter.max_length)
        if parameter.pattern is not None:
            yield from _pattern_cases(builder, parameter)
    yield from _window_cases(builder)


def request_within_window(builder: CaseBuilder, parameter: Parameter, value: int) -> Request:
    """A request with this value, and the fewest entries where the value is how far to skip."""
    window = builder.contract.window
    fewest = (
        {window.count_parameter: str(builder.contract.parameter(window.count_parameter).minimum)}
        if parameter.name == window.start_parameter
        else {}
    )
    return builder.request({**fewest, parameter.name: str(value)})


def _bound_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    low, high = parameter.minimum, parameter.maximum
    found = {}
    if low is not None:
        found["minimum/at"] = low
        found["minimum/inside"] = low + 1
    if high is not None:
        found["maximum/inside"] = high - 1
        found["maximum/at"] = high
    for variant, value in found.items():
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
        # One such character is enough, and leaves every operand as short as it was.
        plain = text_of_length(builder.contract, parameter, limit)
        value = f"{plain[:-2]}{_MULTIBYTE_CHARACTER}{plain[-1]}"
        title = f"{parameter.name} has {limit} characters, one of them of several bytes"
        yield builder.success_case(
            f"{parameter.key}.maxlength/nonascii", title, builder.request({parameter.name: value})
        )


def _longest_instance_case(builder: CaseBuilder, parameter: Parameter, limit: int) -> Case:
    case_id, title = f"{parameter.key}.maxlength/at", f"{parameter.name} has {limit} characters"
    longest = next((one for one in builder.target.instances if len(one.name) == limit and one.images), None)
    if longest is None:
        return builder.not_applicable_case(
            case_id, title, f"the profile names no instance whose name has {limit} characters"
        )
    return builder.success_case(case_id, title, builder.request(instance=longest))


def _pattern_cases(builder: CaseBuilder, parameter: Parameter) -> Iterator[Case]:
    for value in map(str, parameter.examples):
        request = builder.request({parameter.name: value})
        yield builder.success_case(f"{parameter.key}.pattern/{value}", f"{parameter.name} is {value}", request)


def _window_cases(builder: CaseBuilder) -> Iterator[Case]:
    window = builder.contract.window
    most = min(builder.contract.parameter(window.count_parameter).maximum or 1, window.maximum)
    start = window.maximum - most
    title = f"{window.start_parameter} and {window.count_parameter} together are {window.maximum}"
    request = builder.request({window.start_parameter: str(start), window.count_parameter: str(most)})
    yield builder.success_case("window.within/at", title, request)
