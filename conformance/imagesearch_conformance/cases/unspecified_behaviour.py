"""Requests that the documentation does not specify: success and error are accepted, if the response is well-formed."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.contract.contract import ACTION, VERSION
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Location, Violation
from imagesearch_conformance.model.expectation import Expectation

#: Notations of integers that some decoders accept and others reject.
_INTEGER_NOTATIONS = {"plus": "+{}", "space": " {} ", "zeros": "000{}", "fraction": "{}.0"}

#: Notations of booleans that some clients send, the vendor's own among them.
_BOOLEAN_NOTATIONS = {
    "capital": ("True", "False"),
    "upper": ("TRUE", "FALSE"),
    "digit": ("1", "0"),
    "word": ("yes", "no"),
}


def unspecified_behaviour_cases(builder: CaseBuilder) -> Iterator[Case]:
    yield from _integer_notation_cases(builder)
    yield from _parameter_set_cases(builder)
    yield from _protocol_cases(builder)
    yield from _filter_notation_cases(builder)
    yield from _value_notation_cases(builder)


def _integer_notation_cases(builder: CaseBuilder) -> Iterator[Case]:
    for parameter in builder.contract.parameters:
        for name, notation in _INTEGER_NOTATIONS.items() if parameter.is_integer else ():
            value = notation.format(example_value(parameter))
            request = builder.request({parameter.name: value})
            yield builder.unspecified_case(
                f"silence.integer.{name}/{parameter.key}", f"{parameter.name} is {value!r}", request
            )


def _parameter_set_cases(builder: CaseBuilder) -> Iterator[Case]:
    valid = builder.request()
    for parameter in builder.contract.parameters:
        if not parameter.required:
            request = builder.request({parameter.name: ""})
            yield builder.unspecified_case(f"silence.empty/{parameter.key}", f"{parameter.name} is empty", request)
    unknown = builder.request({"NotAParameter": "1"})
    yield builder.unspecified_case("silence.unknown/one", "an undocumented parameter", unknown)
    for parameter in filter(_is_repeatable, builder.contract.parameters):
        pair = (parameter.name, example_value(parameter))
        repeated = evolve(valid, parameters=(*valid.parameters, pair, pair))
        yield builder.unspecified_case(
            f"silence.repeated/{parameter.key}", f"{parameter.name} is given twice", repeated
        )


def _is_repeatable(parameter: Parameter) -> bool:
    return parameter.is_integer and parameter.default is not None


def _protocol_cases(builder: CaseBuilder) -> Iterator[Case]:
    valid = builder.request()
    in_query = evolve(valid, location=Location.QUERY)
    lower_case = evolve(valid, action=(valid.action or "").lower())
    yield builder.unspecified_case("silence.location/query", "POST with the parameters in the query", in_query)
    if builder.contract.query_parameter_names:
        query_parameters = {
            parameter.name: example_value(parameter)
            for parameter in builder.contract.parameters
            if parameter.location is Location.QUERY
        }
        in_form = evolve(builder.request(query_parameters), location=Location.FORM)
        yield builder.unspecified_case("silence.location/form", "parameters of the query, sent in the form", in_form)
    yield builder.unspecified_case(
        "silence.method/get", "GET with the parameters in the query", evolve(in_query, method="GET")
    )
    case = builder.unspecified_case("silence.version/absent", "the version is left out", evolve(valid, version=None))
    yield _allow_error(builder, case, Violation(VERSION, "unknown"))
    case = builder.unspecified_case("silence.case/lower", "the operation is named in lower case", lower_case)
    yield _allow_error(builder, case, Violation(ACTION, "unknown"))


def _allow_error(builder: CaseBuilder, case: Case, violation: Violation) -> Case:
    """Also accept the errors of a violation that a server may see in the request, server errors included."""
    return evolve(
        case,
        expectation=Expectation.from_acceptances(
            *case.expectation.acceptances, *builder.contract.error_acceptances(violation)
        ),
    )


def _filter_notation_cases(builder: CaseBuilder) -> Iterator[Case]:
    parameter = builder.contract.filter_parameter
    if parameter is None:
        return
    conjunction = next(str(example) for example in parameter.examples if " AND " in str(example))
    variants = {"parentheses/one": f"({conjunction})", "keywords/lower": conjunction.replace(" AND ", " and ")}
    variants |= {
        f"{variant}/one": condition.text
        for variant, condition in builder.contract.filter_rules.unspecified_conditions.items()
    }
    for variant, text in variants.items():
        request = builder.request({parameter.name: text})
        yield builder.unspecified_case(f"silence.filter.{variant}", f"{parameter.name} is {text}", request)


def _value_notation_cases(builder: CaseBuilder) -> Iterator[Case]:
    for parameter in builder.contract.parameters:
        notations = [
            (f"notation.{parameter.key}/{name}", value) for name, value in parameter.unspecified_values.items()
        ]
        if parameter.is_boolean:
            notations += [
                (f"boolean.{parameter.key}/{name}-{value.lower()}", value)
                for name, pair in _BOOLEAN_NOTATIONS.items()
                for value in pair
            ]
        for name, value in notations:
            request = builder.request({parameter.name: value})
            yield builder.unspecified_case(f"silence.{name}", f"{parameter.name} is {value!r}", request)
