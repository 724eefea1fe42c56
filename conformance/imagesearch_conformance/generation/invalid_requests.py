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
from imagesearch_conformance.generation.filter_status import FilterStatus, classify_filter
from imagesearch_conformance.generation.filters import FilterStrategies, filter_texts
from imagesearch_conformance.generation.oracle import Oracle
from imagesearch_conformance.generation.texts import texts, texts_with_length
from imagesearch_conformance.generation.valid_requests import RequestParameters, valid_requests
from imagesearch_conformance.generation.value_notation import is_unspecified_notation
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

#: How much longer than allowed a text is, at the most.
_MAX_EXCESS = 20

#: What gets into texts by mistake.
_STRAY_CHARACTERS = ("", "0", ".", ",", "-", " ", "(", '"', "=")


def requests_with_one_violation(
    contract: Contract, fixed_values: Mapping[str, Any], rules: tuple[str, ...] | None
) -> st.SearchStrategy[tuple[RequestParameters, str]]:
    """Requests with one violation of these rules, and the rule; what is `given` is not broken."""
    found = {
        _rule_id(contract, violation): (violation, changes)
        for violation, changes in _violation_changes(contract, fixed_values)
    }
    known = {rule: one for rule, one in found.items() if rule in contract.requirements}
    for rule in known if rules is None else rules:
        _check_rule(rule, known)
    return st.one_of(
        *(
            _requests_breaking(contract, fixed_values, rule, *known[rule])
            for rule in known
            if rules is None or rule in rules
        )
    )


def _check_rule(rule: str, known_rules: Iterable[str]) -> None:
    if rule not in known_rules:
        close = get_close_matches(rule, known_rules, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known_rules)}"
        raise InvalidInput(f"no request breaks {rule!r} alone", "invalid_requests", hint)


def _rule_id(contract: Contract, violation: Violation) -> str:
    name = violation.parameter if violation.parameter == WINDOW else contract.parameter(violation.parameter).key
    return f"{name}.{violation.keyword.lower()}"


def _violation_changes(
    contract: Contract, fixed_values: Mapping[str, Any]
) -> Iterator[tuple[Violation, st.SearchStrategy[RequestParameters]]]:
    """Each violation with what brings it about: values of one or two parameters, None for one that is left out."""
    for parameter in contract.parameters:
        for keyword in parameter.constraints():
            values = _INVALID_VALUES[keyword](contract, parameter) if keyword in _INVALID_VALUES else None
            if parameter.name not in fixed_values and values is not None:
                yield Violation(parameter.name, keyword), st.fixed_dictionaries({parameter.name: values})
    window = contract.window
    if not {window.start_parameter, window.count_parameter} & set(fixed_values):
        yield Violation(WINDOW, "maximum"), _values_beyond_window(contract)


def _requests_breaking(
    contract: Contract,
    fixed_values: Mapping[str, Any],
    rule: str,
    violation: Violation,
    changes: st.SearchStrategy[RequestParameters],
) -> st.SearchStrategy[tuple[RequestParameters, str]]:
    made = changes.flatmap(lambda one: valid_requests(contract, (), {**fixed_values, **one}))
    return st.tuples(made.filter(lambda request: _is_only_violation(contract, request, violation)), st.just(rule))


def _is_only_violation(contract: Contract, request: RequestParameters, violation: Violation) -> bool:
    """Whether a request breaks this rule in every reading of the page, and no other."""
    wire = {name: to_wire_value(value) for name, value in request.items()}
    image = Image(*(wire.get(name, "") for name in contract.image.parameters))
    known = Instance(wire.get(contract.instance_parameter, ""), InstanceType.PRODUCT, (image,))
    told = Oracle(contract, Target("", (known,)), "").evaluate(wire)
    return told is not None and not told.is_unspecified and told.violations == {violation}


def _values_beyond_window(contract: Contract) -> st.SearchStrategy[RequestParameters]:
    """Values of both ends of the window that are fine by themselves and reach too far together."""
    window = contract.window
    start, count = contract.parameter(window.start_parameter), contract.parameter(window.count_parameter)
    furthest = window.maximum if start.maximum is None else start.maximum
    least = max(count.minimum or 0, window.maximum + 1 - furthest)
    counts = st.integers(least, max(least, window.maximum if count.maximum is None else count.maximum))
    return counts.flatmap(
        lambda number: st.fixed_dictionaries(
            {count.name: st.just(number), start.name: st.integers(window.maximum + 1 - number, furthest)}
        )
    )


def _wrong_type_values(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str]:
    words = st.one_of(st.sampled_from(("abc", "1.5", "0x1F", "1e1", "null", "maybe")), texts(1, _MAX_EXCESS))
    return words.filter(lambda text: not is_unspecified_notation(parameter, text))


def _too_short_values(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str] | None:
    # An optional parameter without any text counts as left out.
    least, below = 0 if parameter.required else 1, (parameter.min_length or 0) - 1
    return texts(least, below) if least <= below else None


def _too_long_values(contract: Contract, parameter: Parameter) -> st.SearchStrategy[str] | None:
    most = parameter.max_length or 0
    lengths = st.integers(most + 1, most + _MAX_EXCESS)
    if parameter.is_filter:
        conditions = FilterStrategies(contract)
        return lengths.flatmap(conditions.full_texts) if conditions.has_text_attributes else None
    return st.one_of(lengths.flatmap(texts_with_length), texts(most + 1, most + _MAX_EXCESS))


def _values_outside_enum(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    known = parameter.enum
    near = [one + step for one in known if isinstance(one, int) for step in (1, -1)]
    others: st.SearchStrategy[Any] = texts(1, parameter.max_length)
    if parameter.is_integer:
        others = st.one_of(st.sampled_from(near), st.integers())
    return others.filter(lambda value: value not in known)


def _invalid_filters(contract: Contract, _parameter: Parameter) -> st.SearchStrategy[str]:
    known = [text for text, _ in contract.filter_rules.invalid_conditions.values()]
    named = [st.sampled_from(known)] if known else []
    damaged = _misspelt_texts(filter_texts(contract))
    return st.one_of(*named, damaged).filter(
        lambda text: bool(text) and classify_filter(contract, text) is FilterStatus.INVALID
    )


def _pattern_mismatches(_contract: Contract, parameter: Parameter) -> st.SearchStrategy[str]:
    named = [st.sampled_from(tuple(parameter.invalid_values.values()))] if parameter.invalid_values else []
    damaged = _misspelt_texts(st.from_regex(parameter.pattern or "", fullmatch=True))
    found = st.one_of(*named, damaged)
    return found.filter(
        lambda text: bool(text) and not parameter.matches_pattern(text) and not parameter.is_unspecified(text)
    )


def _misspelt_texts(valid_texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts with one character lost or changed, or with one put in."""

    def misspell(text: str, position: int, replacement: str, removed_length: int) -> str:
        position %= len(text) + 1
        return text[:position] + replacement + text[position + removed_length :]

    return st.builds(misspell, valid_texts, st.integers(0, 100), st.sampled_from(_STRAY_CHARACTERS), st.integers(0, 1))


#: What breaks each keyword.
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
