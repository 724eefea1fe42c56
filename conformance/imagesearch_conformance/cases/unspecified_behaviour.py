"""Requests on which the page is silent: both readings are right, and only the form of the reply is judged."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, example_value
from imagesearch_conformance.contract.contract import ACTION, VERSION
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Location, Violation
from imagesearch_conformance.model.expectation import Expectation

#: Notations of an integer that some decoders accept and others refuse.
_INTEGER_NOTATIONS = {"plus": "+{}", "space": " {} ", "zeros": "000{}", "fraction": "{}.0"}


#: Notations of true and false that some clients send, the vendor's own among them.
_BOOLEAN_NOTATIONS = {
    "capital": ("True", "False"),
    "upper": ("TRUE", "FALSE"),
    "digit": ("1", "0"),
    "word": ("yes", "no"),
}


def unspecified_behaviour_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All requests of which the page does not say what becomes of them."""
    yield from _integer_notation_cases(builder)
    yield from _parameter_cases(builder)
    yield from _protocol_cases(builder)
    yield from _filter_cases(builder)
    yield from _unspecified_notation_cases(builder)


def _integer_notation_cases(builder: CaseBuilder) -> Iterator[Case]:
    for parameter in builder.contract.parameters:
        for name, notation in _INTEGER_NOTATIONS.items() if parameter.is_integer else ():
            value = notation.format(example_value(parameter))
            request = builder.request({parameter.name: value})
            yield builder.unspecified_case(
                f"silence.integer.{name}/{parameter.key}", f"{parameter.name} is {value!r}", request
            )


def _parameter_cases(builder: CaseBuilder) -> Iterator[Case]:
    valid = builder.request()
    for parameter in builder.contract.parameters:
        if not parameter.required:
            request = builder.request({parameter.name: ""})
            yield builder.unspecified_case(
                f"silence.empty/{parameter.key}", f"{parameter.name} is given and empty", request
            )
    unknown = builder.request({"NotAParameter": "1"})
    yield builder.unspecified_case("silence.unknown/one", "a parameter that the page does not know", unknown)
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
    queried = evolve(valid, location=Location.QUERY)
    lowered = evolve(valid, action=(valid.action or "").lower())
    yield builder.unspecified_case("silence.location/query", "POST with the parameters in the query", queried)
    if builder.contract.query_parameter_names:
        whole = {one.name: example_value(one) for one in builder.contract.parameters if one.location is Location.QUERY}
        formed = evolve(builder.request(whole), location=Location.FORM)
        yield builder.unspecified_case("silence.location/form", "what travels in the query is sent in the form", formed)
    yield builder.unspecified_case(
        "silence.method/get", "GET with the parameters in the query", evolve(queried, method="GET")
    )
    versionless = builder.unspecified_case("silence.version/absent", "no version is named", evolve(valid, version=None))
    yield _allow_error(builder, versionless, Violation(VERSION, "unknown"))
    case = builder.unspecified_case("silence.case/lower", "the operation is named in lower case", lowered)
    yield _allow_error(builder, case, Violation(ACTION, "unknown"))


def _allow_error(builder: CaseBuilder, case: Case, violation: Violation) -> Case:
    """The case with the refusals of a violation that it may be taken for, those that blame the server too."""
    return evolve(
        case,
        expectation=Expectation.from_acceptances(
            *case.expectation.acceptances, *builder.contract.error_acceptances(violation)
        ),
    )


def _filter_cases(builder: CaseBuilder) -> Iterator[Case]:
    parameter = builder.contract.filter_parameter
    if parameter is None:
        return
    joined = next(str(one) for one in parameter.examples if " AND " in str(one))
    variants = {"parentheses/one": f"({joined})", "keywords/lower": joined.replace(" AND ", " and ")}
    variants |= {
        f"{variant}/one": one.text for variant, one in builder.contract.filter_rules.unspecified_conditions.items()
    }
    for variant, text in variants.items():
        request = builder.request({parameter.name: text})
        yield builder.unspecified_case(f"silence.filter.{variant}", f"{parameter.name} is {text}", request)


def _unspecified_notation_cases(builder: CaseBuilder) -> Iterator[Case]:
    for parameter in builder.contract.parameters:
        found = [(f"notation.{parameter.key}/{name}", value) for name, value in parameter.unspecified_values.items()]
        if parameter.is_boolean:
            found += [
                (f"boolean.{parameter.key}/{name}-{value.lower()}", value)
                for name, pair in _BOOLEAN_NOTATIONS.items()
                for value in pair
            ]
        for name, value in found:
            request = builder.request({parameter.name: value})
            yield builder.unspecified_case(f"silence.{name}", f"{parameter.name} is {value!r}", request)
