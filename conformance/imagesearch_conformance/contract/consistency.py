"""What has to agree between the files of a contract before anything is derived from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.requirement import JudgedBy

#: Codes that a request of this operation can never be the reason for.
_IMPOSSIBLE_TRIGGERS = frozenset({ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION})


def check_consistency(contract: Contract) -> None:
    """Raises BadSpec at the first contradiction between the files."""
    _check_codes(contract)
    _check_names(contract)
    _check_filters(contract)
    _check_patterns(contract)
    _check_register(contract)
    _check_statements(contract)


def _referenced_codes(contract: Contract) -> Iterator[tuple[str, str]]:
    """Every code that a rule names, with the place of the rule."""
    for parameter in contract.parameters:
        for keyword, codes in parameter.error_codes.items():
            yield from ((code, f"{parameter.pointer('x-refusals')}/{keyword}") for code in codes)
    yield from ((code, "schemas/request.json#/x-window/refusals") for code in contract.window.error_codes)
    yield from ((code, "schemas/request.json#/x-image/refusals") for code in contract.image.error_codes)
    protocol = contract.protocol
    for part, refusals in (
        ("operation", protocol.operation_error_codes),
        ("authentication", protocol.authentication_error_codes),
    ):
        for name, graded in refusals.items():
            where = f"protocol.yaml#/{part}/refusals/{name}"
            yield from ((code, where) for code in graded.all)


def _check_codes(contract: Contract) -> None:
    named = dict(_referenced_codes(contract))
    for code, where in named.items():
        row = contract.errors.find(code)
        if row is None:
            raise InvalidSpec(f"the code {code!r} is in no error table", where, "add a row to a file in errors/")
        if row.trigger in _IMPOSSIBLE_TRIGGERS:
            raise InvalidSpec(f"{code!r} is said to be out of reach of requests", where, f"see {row.where}")
    for code in sorted(contract.protocol.client_rules.transient_codes):
        if contract.errors.find(code) is None:
            raise InvalidSpec(f"the code {code!r} is in no error table", "protocol.yaml#/client/passing")
    for row in contract.errors.documented_rows:
        if row.trigger is ErrorTrigger.VIOLATION and not row.general_keywords and row.code not in named:
            raise InvalidSpec(f"no rule is answered with {row.code!r}", row.where, "name it in an x-refusals")
        if row.trigger in _IMPOSSIBLE_TRIGGERS and not row.unreachable_reason:
            raise InvalidSpec("a code out of reach needs a reason", f"{row.where}/because")


def _check_names(contract: Contract) -> None:
    names = {parameter.name for parameter in contract.parameters}
    for name, place in (
        (contract.instance_parameter, "x-instance/parameter"),
        (contract.window.start_parameter, "x-window/start"),
        (contract.window.count_parameter, "x-window/count"),
        (contract.category.parameter, "x-category/parameter"),
        *((name, "x-image/parameters") for name in contract.image.parameters),
        (contract.result_filters.threshold_parameter or contract.instance_parameter, "x-threshold/parameter"),
        (contract.result_filters.distinct_parameter or contract.instance_parameter, "x-distinct/parameter"),
    ):
        if name not in names:
            raise InvalidSpec(f"there is no parameter {name!r}", f"schemas/request.json#/{place}")


def _check_filters(contract: Contract) -> None:
    rules = contract.filter_rules
    for parameter in contract.parameters:
        for example in parameter.examples if parameter.is_filter else ():
            if not rules.parser.is_valid(str(example)):
                raise InvalidSpec(f"the grammar refuses the example {example!r}", parameter.pointer("examples"))
    for name, (text, _) in rules.invalid_conditions.items():
        if rules.parser.is_valid(text):
            raise InvalidSpec(f"the grammar allows {text!r}", f"filter.yaml#/refused/{name}")
    for name, one in rules.unspecified_conditions.items():
        if rules.parser.is_valid(one.text):
            raise InvalidSpec(f"the grammar allows {one.text!r}", f"filter.yaml#/open/{name}")


def _check_patterns(contract: Contract) -> None:
    """The values given with a pattern are what they are given for."""
    for parameter in contract.parameters:
        if parameter.pattern is None:
            continue
        if not parameter.invalid_values:
            raise InvalidSpec("a pattern needs values that break it", parameter.pointer("x-broken"))
        fits, is_open = _matcher(parameter, "pattern"), _matcher(parameter, "x-open/pattern")
        examples = {str(index): str(value) for index, value in enumerate(parameter.examples)}
        given = {
            "examples": examples,
            "x-open/values": parameter.unspecified_values,
            "x-broken": parameter.invalid_values,
        }
        for place, values in given.items():
            for name, value in values.items():
                found = "examples" if fits(value) else "x-open/values" if is_open(value) else "x-broken"
                if found != place:
                    where = parameter.pointer(f"{place}/{name}")
                    raise InvalidSpec(f"by the patterns {value!r} belongs to {found}", where)


def _matcher(parameter: Parameter, place: str) -> Callable[[str], bool]:
    text = parameter.pattern if place == "pattern" else parameter.unspecified_pattern
    if text is None:
        return lambda _: False
    try:
        compiled = re.compile(text)
    except re.error as problem:
        raise InvalidSpec(f"{text!r} is no pattern: {problem}", parameter.pointer(place)) from None
    return lambda value: compiled.search(value) is not None


def _check_register(contract: Contract) -> None:
    for requirement in (*contract.requirements.values(), *contract.client_requirements.values()):
        where = f"requirements/ ({requirement.id})"
        if requirement.pointer:
            contract.spec_files.resolve(requirement.pointer)
        if requirement.interpretation and requirement.interpretation not in contract.interpretations:
            raise InvalidSpec(f"there is no interpretation {requirement.interpretation!r}", where)
        if requirement.judged is JudgedBy.NEVER and not requirement.reason:
            raise InvalidSpec("a requirement that is never judged needs a reason", where)


def _check_statements(contract: Contract) -> None:
    for index, statement in enumerate(contract.statements):
        where = f"statements.yaml#/statements/{index}"
        for name in statement.requirements:
            # A glob stands for whatever there is, so that a code may be renamed in one place.
            if "*" not in name and name not in contract.requirements and name not in contract.client_requirements:
                raise InvalidSpec(f"no requirement is called {name!r}", where)
        for name in statement.interpretations:
            if name not in contract.interpretations:
                raise InvalidSpec(f"there is no interpretation {name!r}", where)
        if not (statement.requirements or statement.interpretations or statement.informative):
            raise InvalidSpec("the statement has neither a requirement, an interpretation nor a note", where)
