"""Scenarios about what is sent: the cases of endpoints, put to a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.names import unknown_name_cases
from imagesearch_conformance.cases.negative import negative_cases
from imagesearch_conformance.cases.positive import boundary_cases, filter_example_cases, positive_cases
from imagesearch_conformance.clients.response_bodies import is_sample_field
from imagesearch_conformance.clients.scenario import ERROR_OR_ARGUMENTS_REFUSED, RESULT_ONLY, Scenario
from imagesearch_conformance.clients.scenario_builder import ScenarioBuilder, is_interoperable
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.case import Case

#: What makes a text hard to carry, by requirement: for URLs and forms (RFC 3986 section 2.2), shells, and encoders.
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
    """Every scenario about parameters and their values."""
    for case in _endpoint_cases(builder):
        scenario = _scenario_from_case(builder, case)
        if is_interoperable(scenario.call):
            yield scenario
    yield from _default_scenarios(builder)
    yield from _letter_case_scenarios(builder)
    for requirement, texts in _HARD_TO_ENCODE.items():
        yield from _encoding_scenarios(builder, requirement, texts)


def _endpoint_cases(builder: ScenarioBuilder) -> Iterator[Case]:
    """The cases of endpoints that are one call each, and for what clients are judged by as well."""
    known = builder.contract.client_requirements
    for make in (positive_cases, boundary_cases, filter_example_cases, negative_cases, unknown_name_cases):
        for case in make(builder.case_builder):
            if (
                case.not_applicable_reason is None
                and len(case.probes) == 1
                and all(name in known for name in case.requirements)
            ):
                yield case


def _scenario_from_case(builder: ScenarioBuilder, case: Case) -> Scenario:
    (probe,) = case.probes
    key = case.requirements[0].partition(".")[0]
    about = {one.name for one in builder.contract.parameters if one.key == key}
    if case.requirements[0].startswith("window."):
        about = {builder.contract.window.start_parameter, builder.contract.window.count_parameter}
    play, hoped = builder.success_response(), RESULT_ONLY
    if case.violations:
        code = next(one.code for one in case.expectation.acceptances if one.code is not None)
        play, hoped = builder.error_response(builder.contract.error_row(code)), ERROR_OR_ARGUMENTS_REFUSED
    plain = evolve(case, relation=None)
    return Scenario(plain, builder.build_call(probe.request), Script((play,)), hoped, frozenset(about))


def _default_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for parameter in builder.contract.parameters:
        if parameter.default is not None:
            title = f"{parameter.name} is left out"
            omitted = builder.scenario(f"{parameter.key}.default/omitted", title, Script((builder.success_response(),)))
            yield evolve(omitted, parameters_under_test=frozenset({parameter.name}))


def _letter_case_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for name in builder.contract.image.parameters:
        case_id, title = f"{builder.contract.parameter(name).key}.required/letters", f"{name} has letters of both cases"
        yield builder.scenario(case_id, title, Script((builder.success_response(),)), RESULT_ONLY, {name: "Ab_Cd.JPG"})


def _encoding_scenarios(builder: ScenarioBuilder, requirement: str, texts: Mapping[str, str]) -> Iterator[Scenario]:
    """Both parts of an image's name and a filter with each text; the reply has the names as well."""
    names = builder.contract.image.parameters
    for variant, text in texts.items():
        changes = dict.fromkeys(names, text) | _filter_with_text(builder, text)
        document = builder.bodies.success(is_sample_field)
        document["Auctions"][0] |= dict.fromkeys(names, text)
        script = Script((builder.success_response(document),))
        title = f"the names of an image and a filter have {text!r} in them"
        yield builder.scenario(
            f"{requirement}/{variant}", title, script, RESULT_ONLY, changes, fields_under_test=frozenset(names)
        )


def _filter_with_text(builder: ScenarioBuilder, text: str) -> dict[str, str]:
    """An example of a filter that compares with a text, with this one in it; nothing where that leaves the grammar."""
    parameter = builder.contract.filter_parameter
    seed = next((str(one) for one in parameter.examples if str(one).endswith('"')), None) if parameter else None
    if parameter is None or seed is None:
        return {}
    made = f'{seed[:-1]}{text}"'
    return {parameter.name: made} if builder.contract.filter_rules.parser.is_valid(made) else {}
