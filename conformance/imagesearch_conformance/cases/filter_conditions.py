"""Filters of one condition, on values that the target returned in the survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from os.path import commonprefix

from attrs import evolve

from imagesearch_conformance.cases.case_builder import AttributeValue, CaseBuilder
from imagesearch_conformance.cases.paging import known_ranking_pages, page_probe, ranking_unreliable_reason
from imagesearch_conformance.filters.ast import (
    LIST_OPERATORS,
    ComparisonNode,
    Condition,
    MembershipNode,
    render,
    satisfies,
)
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Relation


def filter_condition_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield each operator of each attribute with a value of an entry, its neighbours, and near misses."""
    for attribute in builder.contract.filter_rules.attributes:
        for name, sign in builder.contract.filter_rules.operators[attribute].items():
            if sign not in LIST_OPERATORS:
                yield from _operator_cases(builder, attribute, name, sign)
    yield _missing_attribute_case(builder)


def _operator_cases(builder: CaseBuilder, attribute: str, operator_name: str, operator: str) -> Iterator[Case]:
    values, prefix = builder.filterable_values[attribute], f"filter.{attribute}.{operator_name}"
    if not values:
        reason = f"no entry has a value of {attribute}"
        yield builder.not_applicable_case(f"{prefix}/any", f"{attribute}{operator}...", reason)
    operands = _select_operands(builder, values, operator) if values else {}
    if attribute not in representative_attributes(builder):
        # The representative attributes test the operators; here it is enough to see that the right attribute is used.
        operands = {name: value for name, value in operands.items() if name == "at"}
    for variant, value in operands.items():
        yield filtered_ranking_case(builder, f"{prefix}/{variant}", ComparisonNode(attribute, operator, value))


def filtered_ranking_case(builder: CaseBuilder, case_id: str, condition: Condition) -> Case:
    """Return a case that compares a filter with the whole ranking."""
    text = render(condition)
    probes = (*reference_probes(builder), filtered_page_probe(builder, text))
    case = builder.success_case(case_id, f"{text}, compared with the whole ranking", probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.FILTERED)


def representative_attributes(builder: CaseBuilder) -> list[str]:
    """Return the first integer attribute and the first text attribute that have values."""
    names: dict[bool, str] = {}
    for name in builder.contract.filter_rules.attributes:
        if builder.filterable_values[name]:
            names.setdefault(name in builder.contract.filter_rules.integer_attributes, name)
    return list(names.values())


def _select_operands(
    builder: CaseBuilder, values: Sequence[AttributeValue], operator: str
) -> Mapping[str, AttributeValue]:
    """Return the operands by variant: the most common value, its neighbours, and near misses."""
    most_common, is_specified = most_common_value(values), builder.contract.filter_rules.is_specified_operand
    if isinstance(most_common, int):
        numbers = [value for value in values if isinstance(value, int)]
        operands = {"at": most_common, "below": most_common - 1, "above": most_common + 1, "zero": 0}
        close = next(filter(is_specified, float32_collisions(operator, numbers)), None)
        return {**operands, "negative": min(*numbers, -1), **({} if close is None else {"close": close})}
    texts = _text_operands([str(value) for value in values], str(most_common))
    return {variant: text for variant, text in texts.items() if is_specified(text)}


def _text_operands(texts: Sequence[str], most_common: str) -> Mapping[str, str]:
    word = word_with_longest_shared_prefix(texts)
    predicates = {"nonascii": lambda text: not text.isascii(), "other": lambda text: text not in {most_common, ""}}
    preferred = texts if word is None else [word, *texts]
    matching = {
        variant: next(filter(predicate, preferred))
        for variant, predicate in predicates.items()
        if any(map(predicate, preferred))
    }
    operands = {"at": most_common, "unseen": f"{max(texts, key=len)}~", **matching}
    return operands if word is None else {**operands, **near_misses(word)}


def _missing_attribute_case(builder: CaseBuilder) -> Case:
    """Return a case whose conditions zero and the empty text satisfy: they show how missing values are treated."""
    case_id, title = "filter.absent/alike", "several filters on attributes that some entries lack"
    texts = [
        render(condition)
        for attribute in builder.contract.filter_rules.attributes
        for condition in _conditions_on_missing_values(builder, attribute)
    ]
    if not texts:
        return builder.not_applicable_case(
            case_id, title, "no attribute is present in some entries and missing in others"
        )
    if reason := ranking_unreliable_reason(builder):
        return builder.not_applicable_case(case_id, title, reason)
    probes = (*reference_probes(builder), *(filtered_page_probe(builder, text) for text in texts))
    case = builder.success_case(case_id, title, probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.MISSING_ATTRIBUTES)


def _conditions_on_missing_values(builder: CaseBuilder, attribute: str) -> Iterator[Condition]:
    values, signs = builder.filterable_values[attribute], builder.contract.filter_rules.operators[attribute]
    if not values or len(values) == len(builder.survey.entries):
        return
    if attribute in builder.contract.filter_rules.integer_attributes:
        yield from (ComparisonNode(attribute, signs[name], 0) for name in ("at-least", "at-most", "equal"))
    else:
        yield ComparisonNode(attribute, signs["unequal"], most_common_value(values))
        yield ComparisonNode(attribute, signs["equal"], most_common_value(values))


def reference_probes(builder: CaseBuilder) -> tuple[Probe, ...]:
    """Return the pages of the whole ranking where they are consistent; else a filtered list is judged alone."""
    return (
        ()
        if ranking_unreliable_reason(builder)
        else tuple(page_probe(builder, page) for page in known_ranking_pages(builder))
    )


def filtered_page_probe(builder: CaseBuilder, text: str) -> Probe:
    return page_probe(builder, (0, builder.max_page_size), **builder.filter_parameter(text))


def most_common_value(values: Sequence[AttributeValue]) -> AttributeValue:
    counts = Counter(values)
    return max(counts, key=lambda value: (counts[value], str(value)))


def values_by_frequency(values: Sequence[AttributeValue]) -> list[AttributeValue]:
    """Return the different values, the most common first."""
    counts = Counter(values)
    return sorted(counts, key=lambda value: (-counts[value], str(value)))


def filter_list_cases(builder: CaseBuilder) -> Iterator[Case]:
    for attribute, operators in builder.contract.filter_rules.operators.items():
        for name, sign in operators.items():
            if sign in LIST_OPERATORS:
                yield from _list_operator_cases(builder, attribute, name, sign)


def _list_operator_cases(builder: CaseBuilder, attribute: str, operator_name: str, operator: str) -> Iterator[Case]:
    prefix = f"filter.{attribute}.{operator_name}"
    values = builder.filterable_values[attribute]
    if not values:
        reason = f"no entry has a value of {attribute}"
        yield builder.not_applicable_case(f"{prefix}/any", f"{attribute} {operator} (...)", reason)
        return
    for variant, operands in _select_list_operands(values).items():
        yield filtered_ranking_case(builder, f"{prefix}/{variant}", MembershipNode(attribute, operator, operands))


def _select_list_operands(values: Sequence[AttributeValue]) -> Mapping[str, tuple[AttributeValue, ...]]:
    """Return a list of one value, and one of several: two common values and one that no entry has."""
    ordered = values_by_frequency(values)
    numbers = [value for value in values if isinstance(value, int)]
    unseen = max(numbers) - 1 if isinstance(ordered[0], int) else f"{ordered[0]}~"
    return {"one": tuple(ordered[:1]), "several": (*ordered[:2], unseen)}


#: Bits of an integer that a 32-bit floating-point number represents exactly.
_FLOAT32_PRECISION_BITS = 24


def near_misses(word: str) -> Mapping[str, str]:
    return {
        "wildcard": f"_{word[1:]}",
        "beginning": word[:-1],
        "capitals": word.swapcase(),
        "spaced": f"{word[0]} {word[1:]}",
        "padded": f"{word} ",
    }


def word_with_longest_shared_prefix(texts: Sequence[str]) -> str | None:
    """Return the word that shares the longest prefix with another text, to detect comparisons of prefixes."""
    ordered, shared = sorted(set(texts)), dict[str, int]()
    for pair in pairwise(ordered):
        length = len(commonprefix(pair))  # noqa: RUF071 these are texts, not paths
        for text in pair:
            shared[text] = max(shared.get(text, 0), length)
    words = (text for text in ordered if len(text) > 1 and text.isascii())
    return max(words, key=lambda word: (shared.get(word, 0), word.isalnum(), len(word)), default=None)


def float32_collisions(operator: str, values: Sequence[int]) -> Iterator[int]:
    """Yield operands next to the extreme values for which the operator errs on integers rounded to 32-bit floats."""
    for value in (max(values), min(values)):
        for operand in (value - 1, value + 1):
            if _is_satisfied(operator, value, operand) is not _is_satisfied(
                operator, _round_to_float32(value), _round_to_float32(operand)
            ):
                yield operand


def _is_satisfied(operator: str, value: int, operand: int) -> bool:
    return satisfies(ComparisonNode("", operator, operand), {"": value})


def _round_to_float32(value: int) -> int:
    excess_bits = max(value.bit_length() - _FLOAT32_PRECISION_BITS, 0)
    return round(value / (1 << excess_bits)) << excess_bits
