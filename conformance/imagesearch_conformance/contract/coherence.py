"""What has to agree between the files of a contract before anything is derived from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.error_table import Provoked
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.model.requirement import Judged

#: Codes that a request of this operation can never be the reason for.
_OUT_OF_REACH = frozenset({Provoked.NEVER, Provoked.ELSEWHERE})


def check_coherence(contract: Contract) -> None:
    """Raises BadSpec at the first contradiction between the files."""
    _check_codes(contract)
    _check_names(contract)
    _check_filters(contract)
    _check_patterns(contract)
    _check_register(contract)
    _check_statements(contract)


def _named_codes(contract: Contract) -> Iterator[tuple[str, str]]:
    """Every code that a rule names, with the place of the rule."""
    for parameter in contract.parameters:
        for keyword, codes in parameter.refusals.items():
            yield from ((code, f"{parameter.pointer('x-refusals')}/{keyword}") for code in codes)
    yield from ((code, "schemas/request.json#/x-window/refusals") for code in contract.window.refusals)
    yield from ((code, "schemas/request.json#/x-image/refusals") for code in contract.image.refusals)
    protocol = contract.protocol
    for part, refusals in (
        ("operation", protocol.operation_refusals),
        ("authentication", protocol.authentication_refusals),
    ):
        for name, graded in refusals.items():
            where = f"protocol.yaml#/{part}/refusals/{name}"
            yield from ((code, where) for code in graded.all)


def _check_codes(contract: Contract) -> None:
    named = dict(_named_codes(contract))
    for code, where in named.items():
        row = contract.errors.find(code)
        if row is None:
            raise BadSpec(f"the code {code!r} is in no error table", where, "add a row to a file in errors/")
        if row.provoked in _OUT_OF_REACH:
            raise BadSpec(f"{code!r} is said to be out of reach of requests", where, f"see {row.where}")
    for code in sorted(contract.protocol.client.passing):
        if contract.errors.find(code) is None:
            raise BadSpec(f"the code {code!r} is in no error table", "protocol.yaml#/client/passing")
    for row in contract.errors.documented:
        if row.provoked is Provoked.VIOLATION and not row.general and row.code not in named:
            raise BadSpec(f"no rule is answered with {row.code!r}", row.where, "name it in an x-refusals")
        if row.provoked in _OUT_OF_REACH and not row.because:
            raise BadSpec("a code out of reach needs a reason", f"{row.where}/because")


def _check_names(contract: Contract) -> None:
    names = {parameter.name for parameter in contract.parameters}
    for name, place in (
        (contract.instance, "x-instance/parameter"),
        (contract.window.start, "x-window/start"),
        (contract.window.count, "x-window/count"),
        (contract.category.parameter, "x-category/parameter"),
        *((name, "x-image/parameters") for name in contract.image.parameters),
        (contract.narrowing.threshold or contract.instance, "x-threshold/parameter"),
        (contract.narrowing.distinct or contract.instance, "x-distinct/parameter"),
    ):
        if name not in names:
            raise BadSpec(f"there is no parameter {name!r}", f"schemas/request.json#/{place}")


def _check_filters(contract: Contract) -> None:
    rules = contract.filters
    for parameter in contract.parameters:
        for example in parameter.examples if parameter.filter else ():
            if not rules.language.allows(str(example)):
                raise BadSpec(f"the grammar refuses the example {example!r}", parameter.pointer("examples"))
    for name, (text, _) in rules.refused.items():
        if rules.language.allows(text):
            raise BadSpec(f"the grammar allows {text!r}", f"filter.yaml#/refused/{name}")
    for name, one in rules.open.items():
        if rules.language.allows(one.text):
            raise BadSpec(f"the grammar allows {one.text!r}", f"filter.yaml#/open/{name}")


def _check_patterns(contract: Contract) -> None:
    """The values given with a pattern are what they are given for."""
    for parameter in contract.parameters:
        if parameter.pattern is None:
            continue
        if not parameter.broken:
            raise BadSpec("a pattern needs values that break it", parameter.pointer("x-broken"))
        fits, is_open = _matcher(parameter, "pattern"), _matcher(parameter, "x-open/pattern")
        examples = {str(index): str(value) for index, value in enumerate(parameter.examples)}
        given = {"examples": examples, "x-open/values": parameter.open, "x-broken": parameter.broken}
        for place, values in given.items():
            for name, value in values.items():
                found = "examples" if fits(value) else "x-open/values" if is_open(value) else "x-broken"
                if found != place:
                    where = parameter.pointer(f"{place}/{name}")
                    raise BadSpec(f"by the patterns {value!r} belongs to {found}", where)


def _matcher(parameter: Parameter, place: str) -> Callable[[str], bool]:
    text = parameter.pattern if place == "pattern" else parameter.open_pattern
    if text is None:
        return lambda _: False
    try:
        compiled = re.compile(text)
    except re.error as problem:
        raise BadSpec(f"{text!r} is no pattern: {problem}", parameter.pointer(place)) from None
    return lambda value: compiled.search(value) is not None


def _check_register(contract: Contract) -> None:
    for requirement in (*contract.requirements.values(), *contract.client_requirements.values()):
        where = f"requirements/ ({requirement.id})"
        if requirement.pointer:
            contract.documents.at(requirement.pointer)
        if requirement.interpretation and requirement.interpretation not in contract.interpretations:
            raise BadSpec(f"there is no interpretation {requirement.interpretation!r}", where)
        if requirement.judged is Judged.NEVER and not requirement.reason:
            raise BadSpec("a requirement that is never judged needs a reason", where)


def _check_statements(contract: Contract) -> None:
    for index, statement in enumerate(contract.statements):
        where = f"statements.yaml#/statements/{index}"
        for name in statement.requirements:
            # A glob stands for whatever there is, so that a code may be renamed in one place.
            if "*" not in name and name not in contract.requirements and name not in contract.client_requirements:
                raise BadSpec(f"no requirement is called {name!r}", where)
        for name in statement.interpretations:
            if name not in contract.interpretations:
                raise BadSpec(f"there is no interpretation {name!r}", where)
        if not (statement.requirements or statement.interpretations or statement.informative):
            raise BadSpec("the statement has neither a requirement, an interpretation nor a note", where)
