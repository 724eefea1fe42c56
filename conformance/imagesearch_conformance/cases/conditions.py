"""Filters made of values that the target itself showed: each operator at, just below and just above them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from imagesearch_conformance.cases.pages import page, whole_ranking
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.filters.conditions import LISTS, Comparison, Condition, Conjunction, Disjunction
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.relation import Relation


def conditions(shop: Workshop) -> Iterator[Case]:
    """All relations between a filtered search and the whole one."""
    for attribute in shop.contract.filters.attributes:
        yield from _operators(shop, attribute)
    yield from _combinations(shop)


def _operators(shop: Workshop, attribute: str) -> Iterator[Case]:
    # A text with a quote cannot be written in a filter.
    values = [one for one in values_shown(shop, attribute) if '"' not in str(one)]
    for name, sign in shop.contract.filters.operators[attribute].items():
        if sign in LISTS:
            continue
        prefix = f"filter.{attribute}.{name}"
        if not values:
            yield shop.inapplicable(f"{prefix}/any", f"{attribute}{sign}...", f"no entry shows a value of {attribute}")
            continue
        operands = _operands(values)
        if attribute not in _first_of_kinds(shop):
            # That the operators are right was shown by the first; what remains is which attribute is meant.
            operands = {"at": operands["at"]}
        for variant, value in operands.items():
            yield filtered_case(shop, f"{prefix}/{variant}", [render(Comparison(attribute, sign, value))])


def _operands(values: Sequence[int | str]) -> Mapping[str, int | str]:
    """The telling operands for the values shown: a common one and its neighbours, or the awkward ones."""
    common = max(values, key=lambda one: (values.count(one), str(one)))
    found: dict[str, int | str] = {"at": common}
    if isinstance(common, int):
        integers = [one for one in values if isinstance(one, int)]
        found |= {"below": common - 1, "above": common + 1}
        found |= {"zero": 0, "negative": min(*integers, -1)}
        return found
    texts = [one for one in values if isinstance(one, str) and '"' not in one]
    found |= {"other": next((one for one in texts if one not in {common, ""}), common), "unseen": f"{common}~"}
    if foreign := next((one for one in texts if not one.isascii()), None):
        found["nonascii"] = foreign
    if spaced := next((one for one in texts if " " in one), None):
        found["spaced"] = spaced
    return found


def _combinations(shop: Workshop) -> Iterator[Case]:
    integers = [name for name in shop.contract.filters.attributes if _is_integer(shop, name)]
    strings = [name for name in shop.contract.filters.attributes if not _is_integer(shop, name)]
    found = {name: values_shown(shop, name) for name in _first_of_kinds(shop)}
    cases = {
        "filter.and/both": "two conditions with AND",
        "filter.or/either": "two conditions with OR",
        "filter.precedence/mixed": "AND and OR without parentheses",
        "filter.spacing/wide": "spaces around every operator",
        "filter.absent/alike": "several filters on attributes that some entries lack",
    }
    if len(found) < 2 or not all(found.values()):  # noqa: PLR2004 a combination needs two attributes
        for case_id, title in cases.items():
            yield shop.inapplicable(case_id, title, "the entries do not show values of both kinds of attributes")
        return
    parts = _parts(shop, integers[0], strings[0])
    wide = f"  {render(parts[0]).replace('=', ' = ')}  AND  {render(parts[1]).replace('=', ' = ')} "
    texts = {
        "filter.and/both": [render(Conjunction(parts[0], parts[1])), render(Conjunction(parts[1], parts[2]))],
        "filter.or/either": [render(Disjunction(parts[0], parts[1])), render(Disjunction(parts[1], parts[2]))],
        "filter.precedence/mixed": [render(Disjunction(parts[0], Conjunction(parts[1], parts[2])))],
        "filter.spacing/wide": [wide],
        "filter.absent/alike": [render(one) for one in _touching_absent(shop, integers[0], strings[0])],
    }
    for case_id, filters in texts.items():
        yield filtered_case(shop, case_id, filters)


def _parts(shop: Workshop, integer: str, string: str) -> tuple[Condition, Condition, Condition]:
    """An equality on each attribute, and a half of the integers."""
    numbers, texts = values_shown(shop, integer), values_shown(shop, string)
    signs, marks = shop.contract.filters.operators[integer], shop.contract.filters.operators[string]
    common = max(numbers, key=lambda one: (numbers.count(one), str(one)))
    word = max((one for one in texts if '"' not in str(one)), key=lambda one: (texts.count(one), str(one)))
    middle = sorted(int(one) for one in numbers)[len(numbers) // 2]
    return (
        Comparison(integer, signs["equal"], common),
        Comparison(string, marks["equal"], word),
        Comparison(integer, signs["at-least"], middle),
    )


def _touching_absent(shop: Workshop, integer: str, string: str) -> Sequence[Condition]:
    """Conditions that zero and the empty text satisfy, so that the treatment of absent values shows."""
    signs, marks = shop.contract.filters.operators[integer], shop.contract.filters.operators[string]
    return (
        Comparison(integer, signs["at-least"], 0),
        Comparison(integer, signs["at-most"], 0),
        Comparison(string, marks["unequal"], str(values_shown(shop, string)[0]).replace('"', "")),
    )


def filtered_case(shop: Workshop, case_id: str, filters: Sequence[str]) -> Case:
    """A case of these filters, each to be held against the whole ranking."""
    title = f"{' and then '.join(filters)}, beside the whole ranking"
    if not shop.survey.repeatable:
        return shop.inapplicable(
            case_id, title, "the target does not answer the same request with the same entries twice"
        )
    name = next(one.name for one in shop.contract.parameters if one.format == "filter")
    whole = [page(shop, one) for one in whole_ranking(shop)]
    narrowed = [page(shop, (0, shop.most), **{name: text}) for text in filters]
    case = shop.accepted(case_id, title, narrowed[-1].request)
    return evolve(case, probes=(*whole, *narrowed), relation=Relation.FILTERED)


def _first_of_kinds(shop: Workshop) -> tuple[str, ...]:
    """The first attribute of each kind, integers first."""
    kinds = {_is_integer(shop, name): name for name in reversed(list(shop.contract.filters.attributes))}
    return tuple(kinds[kind] for kind in (True, False) if kind in kinds)


def values_shown(shop: Workshop, attribute: str) -> list[int | str]:
    """The values of an attribute that the survey saw."""
    shown = (entry.attribute(attribute) for entry in shop.survey.entries)
    return [one for one in shown if one is not None]


def _is_integer(shop: Workshop, attribute: str) -> bool:
    column = shop.contract.filters.attributes[attribute]
    return any(one.path[-1] == column and one.integer for one in shop.contract.success_fields)
