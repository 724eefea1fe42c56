"""Requests on which the page is silent: both readings are right, and only the form of the reply is judged."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop, example
from imagesearch_conformance.contract.contract import ACTION, VERSION
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Case, Location, Violation
from imagesearch_conformance.model.expectation import Expectation

#: Notations of an integer that some decoders accept and others refuse.
_NOTATIONS = {"plus": "+{}", "space": " {} ", "zeros": "000{}", "fraction": "{}.0"}


def silence(shop: Workshop) -> Iterator[Case]:
    """All requests of which the page does not say what becomes of them."""
    yield from _notations(shop)
    yield from _parameters(shop)
    yield from _calls(shop)
    yield from _filters(shop)


def _notations(shop: Workshop) -> Iterator[Case]:
    for parameter in shop.contract.parameters:
        for name, notation in _NOTATIONS.items() if parameter.integer else ():
            value = notation.format(example(parameter))
            request = shop.request({parameter.name: value})
            yield shop.either(f"silence.integer.{name}/{parameter.key}", f"{parameter.name} is {value!r}", request)


def _parameters(shop: Workshop) -> Iterator[Case]:
    valid = shop.request()
    for parameter in shop.contract.parameters:
        if not parameter.required:
            request = shop.request({parameter.name: ""})
            yield shop.either(f"silence.empty/{parameter.key}", f"{parameter.name} is given and empty", request)
    unknown = shop.request({"NotAParameter": "1"})
    yield shop.either("silence.unknown/one", "a parameter that the page does not know", unknown)
    for parameter in filter(_repeatable, shop.contract.parameters):
        pair = (parameter.name, example(parameter))
        repeated = evolve(valid, parameters=(*valid.parameters, pair, pair))
        yield shop.either(f"silence.repeated/{parameter.key}", f"{parameter.name} is given twice", repeated)


def _repeatable(parameter: Parameter) -> bool:
    return parameter.integer and parameter.default is not None


def _calls(shop: Workshop) -> Iterator[Case]:
    valid = shop.request()
    queried = evolve(valid, location=Location.QUERY)
    lowered = evolve(valid, action=(valid.action or "").lower())
    yield shop.either("silence.location/query", "POST with the parameters in the query", queried)
    yield shop.either("silence.method/get", "GET with the parameters in the query", evolve(queried, method="GET"))
    versionless = shop.either("silence.version/absent", "no version is named", evolve(valid, version=None))
    yield _or_refused(shop, versionless, Violation(VERSION, "unknown"))
    case = shop.either("silence.case/lower", "the operation is named in lower case", lowered)
    yield _or_refused(shop, case, Violation(ACTION, "unknown"))


def _or_refused(shop: Workshop, case: Case, violation: Violation) -> Case:
    """The case with the refusals of a violation that it may be taken for, those that blame the server too."""
    return evolve(case, expectation=Expectation.of(*case.expectation.acceptances, *shop.contract.refusals(violation)))


def _filters(shop: Workshop) -> Iterator[Case]:
    for parameter in shop.contract.parameters:
        if parameter.format != "filter":
            continue
        joined = next(str(one) for one in parameter.examples if " AND " in str(one))
        variants = {"parentheses/one": f"({joined})", "keywords/lower": joined.replace(" AND ", " and ")}
        for variant, text in variants.items():
            request = shop.request({parameter.name: text})
            yield shop.either(f"silence.filter.{variant}", f"{parameter.name} is {text}", request)
