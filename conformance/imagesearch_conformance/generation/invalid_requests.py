"""Strategies for requests that break exactly one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import WINDOW
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.generation.filters import FilterStrategies, filter_texts
from imagesearch_conformance.generation.valid_requests import RequestParameters, ValidRequestStrategies
from imagesearch_conformance.generation.values import misspelt_texts, texts, texts_with_length
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.oracle.filter_status import FilterStatus, classify_filter
from imagesearch_conformance.oracle.oracle import Oracle, is_unspecified_notation

#: The most characters by which a text exceeds its maximum length.
_MAX_EXCESS = 20

#: Characters that misspelt texts contain.
_STRAY_CHARACTERS = ("", "0", ".", ",", "-", " ", "(", '"', "=")


def requests_with_one_violation(
    contract: Contract, fixed_values: Mapping[str, Any], rules: tuple[str, ...] | None
) -> st.SearchStrategy[tuple[RequestParameters, str]]:
    """Return requests with one violation of one of these rules, and the rule; `fixed_values` stay as they are."""
    changes_by_rule = {
        _rule_id(contract, violation): (violation, changes)
        for violation, changes in _violation_changes(contract, fixed_values)
    }
    known = {rule: change for rule, change in changes_by_rule.items() if rule in contract.requirements}
    for rule in known if rules is None else rules:
        _check_rule(rule, known)
    valid = ValidRequestStrategies(contract)
    selected = [rule for rule in known if rules is None or rule in rules]
    return st.one_of(*(_requests_breaking(valid, fixed_values, rule, *known[rule]) for rule in selected))


def _check_rule(rule: str, known_rules: Iterable[str]) -> None:
    if rule not in known_rules:
        close = get_close_matches(rule, known_rules, 1)
        hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known_rules)}"
        raise InvalidInput(f"no request can break {rule!r} alone", "invalid_requests", hint)


def _rule_id(contract: Contract, violation: Violation) -> str:
    name = violation.parameter if violation.parameter == WINDOW else contract.parameter(violation.parameter).key
    return f"{name}.{violation.keyword.lower()}"


def _violation_changes(
    contract: Contract, fixed_values: Mapping[str, Any]
) -> Iterator[tuple[Violation, st.SearchStrategy[RequestParameters]]]:
    """Yield each violation with values of the parameters that cause it; None leaves one out."""
    for parameter in contract.parameters:
        for keyword in parameter.constraints():
            values = _INVALID_VALUES[keyword](contract, parameter) if keyword in _INVALID_VALUES else None
            if parameter.name not in fixed_values and values is not None:
                yield Violation(parameter.name, keyword), st.fixed_dictionaries({parameter.name: values})
    window = contract.window
    if not {window.start_parameter, window.count_parameter} & set(fixed_values):
        yield Violation(WINDOW, "maximum"), _values_beyond_window(contract)


def _requests_breaking(
    valid: ValidRequestStrategies,
    fixed_values: Mapping[str, Any],
    rule: str,
    violation: Violation,
    changes: st.SearchStrategy[RequestParameters],
) -> st.SearchStrategy[tuple[RequestParameters, str]]:
    requests = changes.flatmap(lambda values: valid.requests((), {**fixed_values, **values}))
    only = requests.filter(lambda request: _is_only_violation(valid.contract, request, violation))
    return st.tuples(only, st.just(rule))


def _is_only_violation(contract: Contract, request: RequestParameters, violation: Violation) -> bool:
    """Return whether a request breaks this rule in every interpretation of the documentation, and no other rule."""
    wire = {name: to_wire_value(value) for name, value in request.items()}
    image = Image(*(wire.get(name, "") for name in contract.image.parameters))
    instance = Instance(wire.get(contract.instance_parameter, ""), InstanceType.PRODUCT, (image,))
    result = Oracle(contract, Target("", (instance,)), "").evaluate(wire)
    return result is not None and not result.is_unspecified and result.violations == {violation}


def _values_beyond_window(contract: Contract) -> st.SearchStrategy[RequestParameters]:
    """Return a start and a length of a page that are valid alone but together exceed the window."""
    window = contract.window
    start, count = contract.parameter(window.start_parameter), contract.parameter(window.count_parameter)
    max_start = window.maximum if start.maximum is None else start.maximum
    min_length = max(count.minimum or 0, window.maximum + 1 - max_start)
    max_length = max(min_length, window.maximum if count.maximum is None else count.maximum)
    return st.integers(min_length, max_length).flatmap(
        lambda length: st.fixed_dictionaries(
            {count.name: st.just(length), start.name: st.integers(window.maximum + 1 - length, max_start)}
        )
    )


def _wrong_type_values(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str]:
    words = st.one_of(st.sampled_from(("abc", "1.5", "0x1F", "1e1", "null", "maybe")), texts(1, _MAX_EXCESS))
    return words.filter(lambda text: not is_unspecified_notation(parameter, text))


def _too_short_values(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str] | None:
    # An empty optional parameter counts as left out.
    minimum, maximum = 0 if parameter.required else 1, (parameter.min_length or 0) - 1
    return texts(minimum, maximum) if minimum <= maximum else None


def _too_long_values(contract: Contract, parameter: Parameter) -> st.SearchStrategy[str] | None:
    limit = parameter.max_length or 0
    lengths = st.integers(limit + 1, limit + _MAX_EXCESS)
    if parameter.is_filter:
        strategies = FilterStrategies(contract)
        return lengths.flatmap(strategies.full_texts) if strategies.has_text_attributes else None
    return st.one_of(lengths.flatmap(texts_with_length), texts(limit + 1, limit + _MAX_EXCESS))


def _values_outside_enum(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    values: st.SearchStrategy[Any] = texts(1, parameter.max_length)
    if parameter.is_integer:
        neighbours = [value + step for value in parameter.enum if isinstance(value, int) for step in (1, -1)]
        values = st.one_of(st.sampled_from(neighbours), st.integers())
    return values.filter(lambda value: value not in parameter.enum)


def _invalid_filters(contract: Contract, _parameter: Parameter) -> st.SearchStrategy[str]:
    examples = [text for text, _ in contract.filter_rules.invalid_conditions.values()]
    known = [st.sampled_from(examples)] if examples else []
    misspelt = misspelt_texts(filter_texts(contract), _STRAY_CHARACTERS, 100)
    return st.one_of(*known, misspelt).filter(
        lambda text: bool(text) and classify_filter(contract, text) is FilterStatus.INVALID
    )


def _pattern_mismatches(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str]:
    known = [st.sampled_from(tuple(parameter.invalid_values.values()))] if parameter.invalid_values else []
    misspelt = misspelt_texts(st.from_regex(parameter.pattern or "", fullmatch=True), _STRAY_CHARACTERS, 100)
    return st.one_of(*known, misspelt).filter(
        lambda text: bool(text) and not parameter.matches_pattern(text) and not parameter.is_unspecified(text)
    )


#: Invalid values by keyword; None where a parameter has none.
_INVALID_VALUES: Mapping[str, Callable[[Contract, Parameter], st.SearchStrategy[Any] | None]] = {
    "required": lambda _, __: st.none(),
    "type": _wrong_type_values,
    "minimum": lambda _, parameter: st.integers(max_value=(parameter.minimum or 0) - 1),
    "maximum": lambda _, parameter: st.integers(min_value=(parameter.maximum or 0) + 1),
    "enum": _values_outside_enum,
    "minLength": _too_short_values,
    "maxLength": _too_long_values,
    "format": _invalid_filters,
    "pattern": _pattern_mismatches,
}
