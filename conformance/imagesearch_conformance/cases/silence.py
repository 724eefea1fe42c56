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


#: Notations of true and false that some clients send, the vendor's own among them.
_TRUTHS = {"capital": ("True", "False"), "upper": ("TRUE", "FALSE"), "digit": ("1", "0"), "word": ("yes", "no")}


def silence(shop: Workshop) -> Iterator[Case]:
    """All requests of which the page does not say what becomes of them."""
    yield from _notations(shop)
    yield from _parameters(shop)
    yield from _calls(shop)
    yield from _filters(shop)
    yield from _open_notations(shop)


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
    if shop.contract.sent_in_query:
        whole = {one.name: example(one) for one in shop.contract.parameters if one.location is Location.QUERY}
        formed = evolve(shop.request(whole), location=Location.FORM)
        yield shop.either("silence.location/form", "what travels in the query is sent in the form", formed)
    yield shop.either("silence.method/get", "GET with the parameters in the query", evolve(queried, method="GET"))
    versionless = shop.either("silence.version/absent", "no version is named", evolve(valid, version=None))
    yield _or_refused(shop, versionless, Violation(VERSION, "unknown"))
    case = shop.either("silence.case/lower", "the operation is named in lower case", lowered)
    yield _or_refused(shop, case, Violation(ACTION, "unknown"))


def _or_refused(shop: Workshop, case: Case, violation: Violation) -> Case:
    """The case with the refusals of a violation that it may be taken for, those that blame the server too."""
    return evolve(case, expectation=Expectation.of(*case.expectation.acceptances, *shop.contract.refusals(violation)))


def _filters(shop: Workshop) -> Iterator[Case]:
    parameter = shop.contract.filter
    if parameter is None:
        return
    joined = next(str(one) for one in parameter.examples if " AND " in str(one))
    variants = {"parentheses/one": f"({joined})", "keywords/lower": joined.replace(" AND ", " and ")}
    variants |= {f"{variant}/one": one.text for variant, one in shop.contract.filters.open.items()}
    for variant, text in variants.items():
        request = shop.request({parameter.name: text})
        yield shop.either(f"silence.filter.{variant}", f"{parameter.name} is {text}", request)


def _open_notations(shop: Workshop) -> Iterator[Case]:
    for parameter in shop.contract.parameters:
        found = [(f"notation.{parameter.key}/{name}", value) for name, value in parameter.open.items()]
        if parameter.boolean:
            found += [
                (f"boolean.{parameter.key}/{name}-{value.lower()}", value)
                for name, pair in _TRUTHS.items()
                for value in pair
            ]
        for name, value in found:
            request = shop.request({parameter.name: value})
            yield shop.either(f"silence.{name}", f"{parameter.name} is {value!r}", request)
