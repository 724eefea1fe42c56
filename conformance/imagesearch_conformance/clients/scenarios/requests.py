"""Scenarios about requests: the cases of endpoints as calls of a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.names import unknown_name_cases
from imagesearch_conformance.cases.negative import negative_cases
from imagesearch_conformance.cases.positive import boundary_cases, filter_example_cases, positive_cases
from imagesearch_conformance.clients.scenario import ERROR_OR_ARGUMENTS_REFUSED, RESULT_ONLY, Scenario
from imagesearch_conformance.clients.scenario_builder import ScenarioBuilder, is_interoperable, is_sample_field
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.case import Case

#: Texts that are hard to encode, by requirement: in URLs and forms (RFC 3986 section 2.2), shells, and encoders.
_HARD_TO_ENCODE: Mapping[str, Mapping[str, str]] = {
    "wire.reserved": {
        "plus": "a+b", "percent": "100%", "escape": "%41%20%25%z", "ampersand": "a&b=c", "equals": "a=b=",
        "tilde": "~a~", "asterisk": "*a*", "hash": "a#b", "path": "../a/b?c", "semicolon": "a;b,c:d@e$f",
        "brackets": "[a](b){c}<d>", "backslash": "a\\b|c^d",
    },
    "wire.spaces": {"inner": "a b", "double": "a  b", "around": " a "},
    "wire.quotes": {"double": 'a"b', "single": "it's", "backtick": "`a`"},
    "wire.nonascii": {
        "chinese": "\u56fe\u7247", "latin": "caf\u00e9", "decomposed": "cafe\u0301", "astral": "\U0001f5bc",
        "mixed": "\u56fea\u00e9b\U0001f5bcc",
    },
}  # fmt: skip


def request_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build the scenarios about parameters and their values."""
    for case in _endpoint_cases(builder):
        scenario = _scenario_from_case(builder, case)
        if is_interoperable(scenario.call):
            yield scenario
    yield from _default_scenarios(builder)
    yield from _letter_case_scenarios(builder)
    for requirement, texts in _HARD_TO_ENCODE.items():
        yield from _encoding_scenarios(builder, requirement, texts)


def _endpoint_cases(builder: ScenarioBuilder) -> Iterator[Case]:
    """Build the cases of endpoints that consist of one call and only have requirements of clients."""
    client_requirements = builder.contract.client_requirements
    for build in (positive_cases, boundary_cases, filter_example_cases, negative_cases, unknown_name_cases):
        for case in build(builder.case_builder):
            if (
                case.not_applicable_reason is None
                and len(case.probes) == 1
                and all(name in client_requirements for name in case.requirements)
            ):
                yield case


def _scenario_from_case(builder: ScenarioBuilder, case: Case) -> Scenario:
    (probe,) = case.probes
    contract = builder.contract
    key = case.requirements[0].partition(".")[0]
    under_test = {parameter.name for parameter in contract.parameters if parameter.key == key}
    if case.requirements[0].startswith("window."):
        under_test = {contract.window.start_parameter, contract.window.count_parameter}
    response, accepted = builder.success_response(), RESULT_ONLY
    if case.violations:
        codes = (acceptance.code for acceptance in case.expectation.acceptances)
        code = next(code for code in codes if code is not None)
        response, accepted = builder.error_response(contract.error_row(code)), ERROR_OR_ARGUMENTS_REFUSED
    call, script = builder.build_call(probe.request), Script((response,))
    return Scenario(evolve(case, relation=None), call, script, accepted, frozenset(under_test))


def _default_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for parameter in builder.contract.parameters:
        if parameter.default is not None:
            title = f"{parameter.name} is left out"
            omitted = builder.scenario(f"{parameter.key}.default/omitted", title, Script((builder.success_response(),)))
            yield evolve(omitted, parameters_under_test=frozenset({parameter.name}))


def _letter_case_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for name in builder.contract.image.parameters:
        case_id = f"{builder.contract.parameter(name).key}.required/letters"
        title, script = f"{name} has upper-case and lower-case letters", Script((builder.success_response(),))
        yield builder.scenario(case_id, title, script, RESULT_ONLY, {name: "Ab_Cd.JPG"})


def _encoding_scenarios(builder: ScenarioBuilder, requirement: str, texts: Mapping[str, str]) -> Iterator[Scenario]:
    """Build a scenario for each text, as both parts of an image's name and in a filter; the response has it as well."""
    names = builder.contract.image.parameters
    for variant, text in texts.items():
        changes = dict.fromkeys(names, text) | _filter_with_text(builder, text)
        document = builder.bodies.success(is_sample_field)
        document["Auctions"][0] |= dict.fromkeys(names, text)
        script = Script((builder.success_response(document),))
        title = f"the names of an image and a filter contain {text!r}"
        yield builder.scenario(
            f"{requirement}/{variant}", title, script, RESULT_ONLY, changes, fields_under_test=frozenset(names)
        )


def _filter_with_text(builder: ScenarioBuilder, text: str) -> dict[str, str]:
    """Return a filter that compares with the text, from a documented example; empty if it would be invalid."""
    parameter = builder.contract.filter_parameter
    examples = map(str, parameter.examples) if parameter else ()
    example = next((example for example in examples if example.endswith('"')), None)
    if parameter is None or example is None:
        return {}
    value = f'{example[:-1]}{text}"'
    return {parameter.name: value} if builder.contract.filter_rules.parser.is_valid(value) else {}
