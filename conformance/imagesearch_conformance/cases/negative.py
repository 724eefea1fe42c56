"""Requests that break exactly one rule of one parameter, and requests that break two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value, text_of_length
from imagesearch_conformance.cases.positive import request_within_window
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Mutation, Violation

#: Variants and invalid values as sent; None leaves the parameter out.
InvalidValues = Iterator[tuple[str, str | None]]

#: Texts that are not integers in any notation, although some decoders accept them.
_INVALID_INTEGERS = {
    "text": "abc",
    "fraction": "1.5",
    "exponent": "1e1",
    "hexadecimal": "0x1",
    "underscore": "1_0",
    "separator": "1,0",
    "fullwidth": "\uff11\uff10",
    "boolean": "true",
    "null": "null",
    "trailing": "10abc",
}

#: Texts that are not booleans in any notation.
_INVALID_BOOLEANS = {"text": "maybe", "number": "2", "both": "truefalse"}

#: Widths at which integers overflow, in bits.
_INTEGER_WIDTHS = (32, 64)


def negative_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield the requests that break one keyword of one parameter."""
    for parameter in builder.contract.parameters:
        for keyword in parameter.constraints():
            yield from _keyword_cases(builder, parameter, keyword)


def _keyword_cases(builder: CaseBuilder, parameter: Parameter, keyword: str) -> Iterator[Case]:
    prefix = f"{parameter.key}.{keyword.lower()}"
    if parameter.name == builder.contract.category.parameter and not builder.has_product_instance:
        yield builder.not_applicable_case(
            f"{prefix}/any", f"{parameter.name} is invalid", "a generic instance ignores the category"
        )
        return
    for variant, value in _INVALID_VALUE_GENERATORS[keyword](builder, parameter):
        request = builder.request().with_parameters({parameter.name: value})
        if parameter.name == builder.contract.window.start_parameter and value is not None and _is_integer(value):
            request = request_within_window(builder, parameter, int(value))
        mutation = Mutation(parameter.pointer(keyword), keyword, builder.request().value(parameter.name), value)
        title = f"{parameter.name} is left out" if value is None else f"{parameter.name} is {_describe_value(value)}"
        yield builder.error_case(f"{prefix}/{variant}", title, request, [Violation(parameter.name, keyword)], mutation)


def _is_integer(value: str) -> bool:
    return value.removeprefix("-").isascii() and value.removeprefix("-").isdigit()


def _describe_value(value: str) -> str:
    if not value:
        return "empty"
    return repr(value) if len(value) <= 60 else f"{len(value)} characters long"  # noqa: PLR2004 a width for people


def _break_required(_: CaseBuilder, __: Parameter) -> InvalidValues:
    yield "absent", None


def _break_min_length(_: CaseBuilder, __: Parameter) -> InvalidValues:
    yield "empty", ""


def _break_max_length(builder: CaseBuilder, parameter: Parameter) -> InvalidValues:
    limit = parameter.max_length or 0
    yield "above", text_of_length(builder.contract, parameter, limit + 1)
    yield "far-above", text_of_length(builder.contract, parameter, limit * 16)


def _break_type(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    yield from (_INVALID_BOOLEANS if parameter.is_boolean else _INVALID_INTEGERS).items()


def _break_minimum(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    minimum = parameter.minimum or 0
    yield "below", str(minimum - 1)
    yield "far-below", str(-(10**9) + minimum)
    for bits in _INTEGER_WIDTHS:
        yield f"wraps-{bits}", str(int(example_value(parameter)) - 2**bits)


def _break_maximum(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    maximum = parameter.maximum or 0
    yield "above", str(maximum + 1)
    yield "far-above", str(10**9 + maximum)
    for bits in _INTEGER_WIDTHS:
        yield f"wraps-{bits}", str(int(example_value(parameter)) + 2**bits)
    yield "endless", "9" * 60


def _break_enum(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    values = {int(value) for value in parameter.enum}
    neighbours = sorted({neighbour for value in values for neighbour in (value - 1, value + 1)} - values)
    for value in neighbours:
        yield f"beside-{value}".replace("--", "-minus-"), str(value)
    for bits in _INTEGER_WIDTHS:
        yield f"wraps-{bits}", str(min(values) + 2**bits)


def _break_format(builder: CaseBuilder, parameter: Parameter) -> InvalidValues:
    if parameter.is_filter:
        yield from ((name, text) for name, (text, _) in builder.contract.filter_rules.invalid_conditions.items())


def _break_pattern(_: CaseBuilder, parameter: Parameter) -> InvalidValues:
    yield from parameter.invalid_values.items()


_INVALID_VALUE_GENERATORS: Mapping[str, Callable[[CaseBuilder, Parameter], InvalidValues]] = {
    "required": _break_required,
    "minLength": _break_min_length,
    "maxLength": _break_max_length,
    "type": _break_type,
    "minimum": _break_minimum,
    "maximum": _break_maximum,
    "enum": _break_enum,
    "format": _break_format,
    "pattern": _break_pattern,
}


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
