"""Checks of a contract: its files agree with each other, and are valid OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.model.requirement import JudgedBy

_OPENAPI_FILE = "openapi.yaml"

#: The maximum length of a validator's message, in characters: some messages quote half the document.
_MAX_MESSAGE_LENGTH = 300

#: The triggers of codes that no request of this operation can cause.
_IMPOSSIBLE_TRIGGERS = frozenset({ErrorTrigger.NEVER, ErrorTrigger.OTHER_OPERATION})


def check_consistency(contract: Contract) -> None:
    """Raise InvalidSpec for the first contradiction between the files."""
    _check_codes(contract)
    _check_names(contract)
    _check_filters(contract)
    _check_patterns(contract)
    _check_register(contract)
    _check_statements(contract)


def _referenced_codes(contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield every code that a rule names, with the location of the rule."""
    for parameter in contract.parameters:
        for keyword, codes in parameter.error_codes.items():
            yield from ((code, f"{parameter.pointer('x-refusals')}/{keyword}") for code in codes)
    yield from ((code, "schemas/request.json#/x-window/refusals") for code in contract.window.error_codes)
    yield from ((code, "schemas/request.json#/x-image/refusals") for code in contract.image.error_codes)
    protocol = contract.protocol
    for part, error_codes in (
        ("operation", protocol.operation_error_codes),
        ("authentication", protocol.authentication_error_codes),
    ):
        for name, graded_codes in error_codes.items():
            where = f"protocol.yaml#/{part}/refusals/{name}"
            yield from ((code, where) for code in graded_codes.all)


def _check_codes(contract: Contract) -> None:
    referenced = dict(_referenced_codes(contract))
    for code, where in referenced.items():
        row = contract.errors.find(code)
        if row is None:
            raise InvalidSpec(f"no error table has the code {code!r}", where, "add a row to a file in errors/")
        if row.trigger in _IMPOSSIBLE_TRIGGERS:
            raise InvalidSpec(f"no request can cause the code {code!r}", where, f"see {row.where}")
    for code in sorted(contract.protocol.client_rules.transient_codes):
        if contract.errors.find(code) is None:
            raise InvalidSpec(f"no error table has the code {code!r}", "protocol.yaml#/client/passing")
    for row in contract.errors.documented_rows:
        if row.trigger is ErrorTrigger.VIOLATION and not row.general_keywords and row.code not in referenced:
            raise InvalidSpec(f"no rule names the code {row.code!r}", row.where, "name it in x-refusals")
        if row.trigger in _IMPOSSIBLE_TRIGGERS and not row.unreachable_reason:
            raise InvalidSpec("a code that no request can cause needs a reason", f"{row.where}/because")


def _check_names(contract: Contract) -> None:
    names = {parameter.name for parameter in contract.parameters}
    for name, keyword in (
        (contract.instance_parameter, "x-instance/parameter"),
        (contract.window.start_parameter, "x-window/start"),
        (contract.window.count_parameter, "x-window/count"),
        (contract.category.parameter, "x-category/parameter"),
        *((name, "x-image/parameters") for name in contract.image.parameters),
        (contract.result_filters.threshold_parameter or contract.instance_parameter, "x-threshold/parameter"),
        (contract.result_filters.distinct_parameter or contract.instance_parameter, "x-distinct/parameter"),
    ):
        if name not in names:
            raise InvalidSpec(f"unknown parameter {name!r}", f"schemas/request.json#/{keyword}")


def _check_filters(contract: Contract) -> None:
    rules = contract.filter_rules
    for parameter in contract.parameters:
        for example in parameter.examples if parameter.is_filter else ():
            if not rules.parser.is_valid(str(example)):
                raise InvalidSpec(f"the grammar rejects the example {example!r}", parameter.pointer("examples"))
    for name, (text, _) in rules.invalid_conditions.items():
        if rules.parser.is_valid(text):
            raise InvalidSpec(f"the grammar accepts {text!r}", f"filter.yaml#/refused/{name}")
    for name, condition in rules.unspecified_conditions.items():
        if rules.parser.is_valid(condition.text):
            raise InvalidSpec(f"the grammar accepts {condition.text!r}", f"filter.yaml#/open/{name}")


def _check_patterns(contract: Contract) -> None:
    for parameter in contract.parameters:
        if parameter.pattern is None:
            continue
        if not parameter.invalid_values:
            raise InvalidSpec("a pattern needs values that violate it", parameter.pointer("x-broken"))
        is_valid, is_unspecified = _matcher(parameter, "pattern"), _matcher(parameter, "x-open/pattern")
        groups = {
            "examples": {str(index): str(value) for index, value in enumerate(parameter.examples)},
            "x-open/values": parameter.unspecified_values,
            "x-broken": parameter.invalid_values,
        }
        for group, values in groups.items():
            for name, value in values.items():
                right = "examples" if is_valid(value) else "x-open/values" if is_unspecified(value) else "x-broken"
                if right != group:
                    where = parameter.pointer(f"{group}/{name}")
                    raise InvalidSpec(f"according to the patterns, {value!r} belongs in {right}", where)


def _matcher(parameter: Parameter, keyword: str) -> Callable[[str], bool]:
    pattern = parameter.pattern if keyword == "pattern" else parameter.unspecified_pattern
    if pattern is None:
        return lambda _: False
    try:
        compiled = re.compile(pattern)
    except re.error as problem:
        raise InvalidSpec(f"invalid pattern {pattern!r}: {problem}", parameter.pointer(keyword)) from None
    return lambda value: compiled.search(value) is not None


def _check_register(contract: Contract) -> None:
    for requirement in (*contract.requirements.values(), *contract.client_requirements.values()):
        where = f"requirements/ ({requirement.id})"
        if requirement.pointer:
            contract.spec_files.resolve(requirement.pointer)
        if requirement.interpretation and requirement.interpretation not in contract.interpretations:
            raise InvalidSpec(f"unknown interpretation {requirement.interpretation!r}", where)
        if requirement.judged is JudgedBy.NEVER and not requirement.reason:
            raise InvalidSpec("a requirement that is never judged needs a reason", where)


def _check_statements(contract: Contract) -> None:
    for index, statement in enumerate(contract.statements):
        where = f"statements.yaml#/statements/{index}"
        for name in statement.requirements:
            # A glob may match nothing, so that a code can be renamed in one file.
            if "*" not in name and name not in contract.requirements and name not in contract.client_requirements:
                raise InvalidSpec(f"unknown requirement {name!r}", where)
        for name in statement.interpretations:
            if name not in contract.interpretations:
                raise InvalidSpec(f"unknown interpretation {name!r}", where)
        if not (statement.requirements or statement.interpretations or statement.informative):
            raise InvalidSpec("a statement needs requirements, interpretations or informative", where)


def check_openapi(files: SpecFiles) -> None:
    """Raise InvalidSpec for the first violation of the OpenAPI specification."""
    # Only contracts other than the shipped one need this, and it is the slowest import of all.
    from openapi_spec_validator import OpenAPIV31SpecValidator  # noqa: PLC0415

    validator = OpenAPIV31SpecValidator(
        files.content(_OPENAPI_FILE)
        if files.revision is None
        else _inline_references(files, files.content(_OPENAPI_FILE)),
        base_uri=(files.root / _OPENAPI_FILE).resolve().as_uri(),
    )
    problem = next(iter(validator.iter_errors()), None)
    if problem is not None:
        pointer = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in problem.absolute_path)
        message = " ".join(problem.message.split())[:_MAX_MESSAGE_LENGTH]
        raise InvalidSpec(f"invalid OpenAPI 3.1: {message}", f"{_OPENAPI_FILE}#/{pointer}")


def _inline_references(files: SpecFiles, value: Any) -> Any:
    """Replace references to other files by their contents, since the files on disk are those before the overlays."""
    if isinstance(value, list):
        return [_inline_references(files, item) for item in value]
    if not isinstance(value, dict):
        return value
    name, _, path = str(value.get("$ref", "#")).partition("#")
    if name in files.texts:
        return _inline_references(files, files.resolve(f"{name}#{path}"))
    return {key: _inline_references(files, item) for key, item in value.items()}
