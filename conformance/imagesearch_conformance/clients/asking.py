"""Scenarios about what is sent: the cases of endpoints, put to a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.boundary import boundary
from imagesearch_conformance.cases.filters import shown_filters
from imagesearch_conformance.cases.naming import naming
from imagesearch_conformance.cases.negative import negative
from imagesearch_conformance.cases.positive import positive
from imagesearch_conformance.clients.replies import usual
from imagesearch_conformance.clients.scenario import INVALID, RESULT, Scenario
from imagesearch_conformance.clients.script import Script
from imagesearch_conformance.clients.workshop import Bench, feasible
from imagesearch_conformance.model.case import Case

#: What makes a text hard to carry, by requirement: for URLs and forms (RFC 3986 section 2.2), shells, and encoders.
_HARD: Mapping[str, Mapping[str, str]] = {
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


def asking(bench: Bench) -> Iterator[Scenario]:
    """Every scenario about parameters and their values."""
    for case in _of_endpoints(bench):
        scenario = _put(bench, case)
        if feasible(scenario.call):
            yield scenario
    yield from _defaults(bench)
    yield from _letters(bench)
    for requirement, texts in _HARD.items():
        yield from _hard(bench, requirement, texts)


def _of_endpoints(bench: Bench) -> Iterator[Case]:
    """The cases of endpoints that are one call each, and for what clients are judged by as well."""
    known = bench.contract.client_requirements
    for make in (positive, boundary, shown_filters, negative, naming):
        for case in make(bench.shop):
            if case.inapplicable is None and len(case.probes) == 1 and all(name in known for name in case.requirements):
                yield case


def _put(bench: Bench, case: Case) -> Scenario:
    (probe,) = case.probes
    key = case.requirements[0].partition(".")[0]
    about = {one.name for one in bench.contract.parameters if one.key == key}
    if case.requirements[0].startswith("window."):
        about = {bench.contract.window.start, bench.contract.window.count}
    play, hoped = bench.success(), RESULT
    if case.violations:
        code = next(one.code for one in case.expectation.acceptances if one.code is not None)
        play, hoped = bench.refusal(bench.contract.row(code)), INVALID
    plain = evolve(case, relation=None)
    return Scenario(plain, bench.call(probe.request), Script((play,)), hoped, frozenset(about))


def _defaults(bench: Bench) -> Iterator[Scenario]:
    for parameter in bench.contract.parameters:
        if parameter.default is not None:
            title = f"{parameter.name} is left out"
            omitted = bench.scenario(f"{parameter.key}.default/omitted", title, Script((bench.success(),)))
            yield evolve(omitted, about=frozenset({parameter.name}))


def _letters(bench: Bench) -> Iterator[Scenario]:
    for name in bench.contract.image.parameters:
        case_id, title = f"{bench.contract.parameter(name).key}.required/letters", f"{name} has letters of both cases"
        yield bench.scenario(case_id, title, Script((bench.success(),)), RESULT, {name: "Ab_Cd.JPG"})


def _hard(bench: Bench, requirement: str, texts: Mapping[str, str]) -> Iterator[Scenario]:
    """Both parts of an image's name and a filter with each text; the reply has the names as well."""
    names = bench.contract.image.parameters
    for variant, text in texts.items():
        changes = dict.fromkeys(names, text) | _filter(bench, text)
        document = bench.replies.success(usual)
        document["Auctions"][0] |= dict.fromkeys(names, text)
        script = Script((bench.success(document),))
        title = f"the names of an image and a filter have {text!r} in them"
        yield bench.scenario(f"{requirement}/{variant}", title, script, RESULT, changes, fields=frozenset(names))


def _filter(bench: Bench, text: str) -> dict[str, str]:
    """An example of a filter that compares with a text, with this one in it; nothing where that leaves the grammar."""
    parameter = bench.contract.filter
    seed = next((str(one) for one in parameter.examples if str(one).endswith('"')), None) if parameter else None
    if parameter is None or seed is None:
        return {}
    made = f'{seed[:-1]}{text}"'
    return {parameter.name: made} if bench.contract.filters.language.allows(made) else {}
