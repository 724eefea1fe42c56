"""Filters of one condition, made of values that the target itself showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve

from imagesearch_conformance.cases.lookalikes import akin, likenesses, rounded_alike
from imagesearch_conformance.cases.pages import page, unsteady, whole_ranking
from imagesearch_conformance.cases.workshop import Value, Workshop
from imagesearch_conformance.filters.conditions import LISTS, Comparison, Condition
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation


def conditions(shop: Workshop) -> Iterator[Case]:
    """Each operator of each attribute at, just below and just above shown values, and at awkward ones."""
    for attribute in shop.contract.filters.attributes:
        for name, sign in shop.contract.filters.operators[attribute].items():
            if sign not in LISTS:
                yield from _operator(shop, attribute, name, sign)
    yield _absent(shop)


def _operator(shop: Workshop, attribute: str, name: str, sign: str) -> Iterator[Case]:
    values, prefix = shop.shown[attribute], f"filter.{attribute}.{name}"
    if not values:
        reason = f"no entry shows a value of {attribute}"
        yield shop.inapplicable(f"{prefix}/any", f"{attribute}{sign}...", reason)
    operands = _operands(shop, values, sign) if values else {}
    if attribute not in first_of_kinds(shop):
        # That the operators are right is shown by the first; what remains is which attribute is meant.
        operands = {name: value for name, value in operands.items() if name == "at"}
    for variant, value in operands.items():
        yield filtered(shop, f"{prefix}/{variant}", Comparison(attribute, sign, value))


def filtered(shop: Workshop, case_id: str, condition: Condition) -> Case:
    """A filter beside the whole ranking."""
    text = render(condition)
    probes = (*reference(shop), narrowed(shop, text))
    case = shop.accepted(case_id, f"{text}, beside the whole ranking", probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.FILTERED)


def first_of_kinds(shop: Workshop) -> list[str]:
    """The first integer attribute and the first text attribute that show values."""
    found: dict[bool, str] = {}
    for name in shop.contract.filters.attributes:
        if shop.shown[name]:
            found.setdefault(name in shop.contract.filters.integers, name)
    return list(found.values())


def _operands(shop: Workshop, values: Sequence[Value], sign: str) -> Mapping[str, Value]:
    """The telling operands for the values shown: a common one and its neighbours, and the awkward ones."""
    frequent, decided = common(values), shop.contract.filters.decided
    numbers = [one for one in values if isinstance(one, int)]
    if isinstance(frequent, int):
        found = {"at": frequent, "below": frequent - 1, "above": frequent + 1, "zero": 0}
        close = next(filter(decided, rounded_alike(sign, numbers)), None)
        return {**found, "negative": min(*numbers, -1), **({} if close is None else {"close": close})}
    return {name: one for name, one in _texts([str(one) for one in values], str(frequent)).items() if decided(one)}


def _texts(texts: Sequence[str], frequent: str) -> Mapping[str, str]:
    word = akin(texts)
    chosen = {"nonascii": lambda one: not one.isascii(), "other": lambda one: one not in {frequent, ""}}
    preferred = texts if word is None else [word, *texts]
    found = {name: next(filter(fits, preferred)) for name, fits in chosen.items() if any(map(fits, preferred))}
    found = {"at": frequent, "unseen": f"{max(texts, key=len)}~", **found}
    return found if word is None else {**found, **likenesses(word)}


def _absent(shop: Workshop) -> Case:
    """Conditions that zero and the empty text satisfy, so that the treatment of absent values shows."""
    case_id, title = "filter.absent/alike", "several filters on attributes that some entries lack"
    texts = [render(one) for attribute in shop.contract.filters.attributes for one in _touching(shop, attribute)]
    if not texts:
        return shop.inapplicable(case_id, title, "no attribute is shown by some entries and lacking in others")
    if reason := unsteady(shop):
        return shop.inapplicable(case_id, title, reason)
    probes = (*reference(shop), *(narrowed(shop, text) for text in texts))
    case = shop.accepted(case_id, title, probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.ABSENT_ALIKE)


def _touching(shop: Workshop, attribute: str) -> Iterator[Condition]:
    values, signs = shop.shown[attribute], shop.contract.filters.operators[attribute]
    if not values or len(values) == len(shop.survey.entries):
        return
    if attribute in shop.contract.filters.integers:
        yield from (Comparison(attribute, signs[name], 0) for name in ("at-least", "at-most", "equal"))
    else:
        yield Comparison(attribute, signs["unequal"], common(values))
        yield Comparison(attribute, signs["equal"], common(values))


def reference(shop: Workshop) -> tuple[Probe, ...]:
    """The whole ranking, where its pages fit together; without it a filtered list is judged alone."""
    return () if unsteady(shop) else tuple(page(shop, one) for one in whole_ranking(shop))


def narrowed(shop: Workshop, text: str) -> Probe:
    """The longest first page of a filtered search."""
    return page(shop, (0, shop.most), **shop.filtering(text))


def common(values: Sequence[Value]) -> Value:
    """The value shown most often."""
    counts = Counter(values)
    return max(counts, key=lambda one: (counts[one], str(one)))


def by_frequency(values: Sequence[Value]) -> list[Value]:
    """The different values, those shown most often first."""
    counts = Counter(values)
    return sorted(counts, key=lambda one: (-counts[one], str(one)))
