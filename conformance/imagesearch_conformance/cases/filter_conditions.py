"""Filters of one condition, made of values that the target itself showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from imagesearch_conformance.cases.case_builder import AttributeValue, CaseBuilder
from imagesearch_conformance.cases.near_miss_operands import (
    float32_collisions,
    near_misses,
    word_with_longest_shared_prefix,
)
from imagesearch_conformance.cases.paging import known_ranking_pages, page_probe, ranking_unreliable_reason
from imagesearch_conformance.filters.ast import LIST_OPERATORS, ComparisonNode, Condition, render
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Relation


def filter_condition_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Each operator of each attribute at, just below and just above shown values, and at awkward ones."""
    for attribute in builder.contract.filter_rules.attributes:
        for name, sign in builder.contract.filter_rules.operators[attribute].items():
            if sign not in LIST_OPERATORS:
                yield from _operator_cases(builder, attribute, name, sign)
    yield _missing_attribute_case(builder)


def _operator_cases(builder: CaseBuilder, attribute: str, operator_name: str, operator: str) -> Iterator[Case]:
    values, prefix = builder.filterable_values[attribute], f"filter.{attribute}.{operator_name}"
    if not values:
        reason = f"no entry shows a value of {attribute}"
        yield builder.not_applicable_case(f"{prefix}/any", f"{attribute}{operator}...", reason)
    operands = _select_operands(builder, values, operator) if values else {}
    if attribute not in representative_attributes(builder):
        # That the operators are right is shown by the first; what remains is which attribute is meant.
        operands = {name: value for name, value in operands.items() if name == "at"}
    for variant, value in operands.items():
        yield filtered_ranking_case(builder, f"{prefix}/{variant}", ComparisonNode(attribute, operator, value))


def filtered_ranking_case(builder: CaseBuilder, case_id: str, condition: Condition) -> Case:
    """A filter beside the whole ranking."""
    text = render(condition)
    probes = (*reference_probes(builder), filtered_page_probe(builder, text))
    case = builder.success_case(case_id, f"{text}, beside the whole ranking", probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.FILTERED)


def representative_attributes(builder: CaseBuilder) -> list[str]:
    """The first integer attribute and the first text attribute that show values."""
    found: dict[bool, str] = {}
    for name in builder.contract.filter_rules.attributes:
        if builder.filterable_values[name]:
            found.setdefault(name in builder.contract.filter_rules.integer_attributes, name)
    return list(found.values())


def _select_operands(
    builder: CaseBuilder, values: Sequence[AttributeValue], operator: str
) -> Mapping[str, AttributeValue]:
    """The telling operands for the values shown: a common one and its neighbours, and the awkward ones."""
    frequent, decided = most_common_value(values), builder.contract.filter_rules.is_specified_operand
    numbers = [one for one in values if isinstance(one, int)]
    if isinstance(frequent, int):
        found = {"at": frequent, "below": frequent - 1, "above": frequent + 1, "zero": 0}
        close = next(filter(decided, float32_collisions(operator, numbers)), None)
        return {**found, "negative": min(*numbers, -1), **({} if close is None else {"close": close})}
    return {
        name: one for name, one in _text_operands([str(one) for one in values], str(frequent)).items() if decided(one)
    }


def _text_operands(texts: Sequence[str], most_common: str) -> Mapping[str, str]:
    word = word_with_longest_shared_prefix(texts)
    chosen = {"nonascii": lambda one: not one.isascii(), "other": lambda one: one not in {most_common, ""}}
    preferred = texts if word is None else [word, *texts]
    found = {name: next(filter(fits, preferred)) for name, fits in chosen.items() if any(map(fits, preferred))}
    found = {"at": most_common, "unseen": f"{max(texts, key=len)}~", **found}
    return found if word is None else {**found, **near_misses(word)}


def _missing_attribute_case(builder: CaseBuilder) -> Case:
    """Conditions that zero and the empty text satisfy, so that the treatment of absent values shows."""
    case_id, title = "filter.absent/alike", "several filters on attributes that some entries lack"
    texts = [
        render(one)
        for attribute in builder.contract.filter_rules.attributes
        for one in _conditions_on_missing_values(builder, attribute)
    ]
    if not texts:
        return builder.not_applicable_case(
            case_id, title, "no attribute is shown by some entries and lacking in others"
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
    """The whole ranking, where its pages fit together; without it a filtered list is judged alone."""
    return (
        ()
        if ranking_unreliable_reason(builder)
        else tuple(page_probe(builder, one) for one in known_ranking_pages(builder))
    )


def filtered_page_probe(builder: CaseBuilder, text: str) -> Probe:
    """The longest first page of a filtered search."""
    return page_probe(builder, (0, builder.max_page_size), **builder.filter_parameter(text))


def most_common_value(values: Sequence[AttributeValue]) -> AttributeValue:
    """The value shown most often."""
    counts = Counter(values)
    return max(counts, key=lambda one: (counts[one], str(one)))


def values_by_frequency(values: Sequence[AttributeValue]) -> list[AttributeValue]:
    """The different values, those shown most often first."""
    counts = Counter(values)
    return sorted(counts, key=lambda one: (-counts[one], str(one)))
