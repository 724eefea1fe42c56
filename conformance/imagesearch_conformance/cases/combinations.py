"""Filters of several conditions, beside the filters of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from imagesearch_conformance.cases.conditions import by_frequency, common, first_of_kinds, narrowed, reference
from imagesearch_conformance.cases.pages import undependable
from imagesearch_conformance.cases.workshop import Workshop, anything_known
from imagesearch_conformance.filters.conditions import Comparison, Condition, Conjunction, Disjunction
from imagesearch_conformance.filters.evaluation import OPPOSITES
from imagesearch_conformance.filters.rendering import render
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.relation import Relation

#: What the cases of this file are for.
_REQUIREMENTS = ("and", "or", "precedence", "spacing", "keywords", "parentheses", "partition")


@frozen
class Parts:
    """Three different conditions."""

    one: Comparison
    two: Comparison
    three: Comparison


def combinations(shop: Workshop) -> Iterator[Case]:
    """Every way in which the page lets conditions be joined, and the ways on which it is silent."""
    parts, reason = _parts(shop), undependable(shop)
    if parts is None or reason:
        yield from _none(shop, reason or "the entries show too few values of attributes")
    else:
        yield from _joined(shop, parts)
        yield from _of_one_attribute(shop)
        yield from _mixed(shop, parts)
        yield from _notations(shop, parts)
        yield from _opposites(shop)


def _none(shop: Workshop, reason: str) -> Iterator[Case]:
    for name in _REQUIREMENTS:
        title = "several conditions, beside the filters of each of them"
        yield shop.inapplicable(f"filter.{name}/any", title, reason)


def _joined(shop: Workshop, parts: Parts) -> Iterator[Case]:
    one, two, three = parts.one, parts.two, parts.three
    every = (one, two, three)
    yield _combined(shop, "filter.and/both", (one, two), Conjunction(one, two))
    yield _combined(shop, "filter.and/other", (two, three), Conjunction(three, two))
    yield _combined(shop, "filter.and/three", every, Conjunction(Conjunction(one, two), three))
    yield _combined(shop, "filter.or/either", (one, two), Disjunction(one, two))
    yield _combined(shop, "filter.or/other", (two, three), Disjunction(three, two))
    yield _combined(shop, "filter.or/three", every, Disjunction(Disjunction(one, two), three))


def _of_one_attribute(shop: Workshop) -> Iterator[Case]:
    """Two conditions on the same attribute: a range, either of two values, neither of two."""
    for attribute in first_of_kinds(shop):
        signs, values = shop.contract.filters.operators[attribute], by_frequency(shop.shown[attribute])[:2]
        for junction, operator in (("or", "equal"), ("and", "unequal")):
            if operator in signs and len(values) > 1:
                sides = [Comparison(attribute, signs[operator], one) for one in values]
                yield _pair(shop, f"filter.{junction}/{attribute}-{operator}", junction, sides)
        if attribute in shop.contract.filters.integers:
            ordered = sorted(map(int, shop.shown[attribute]))
            ends = {"at-least": ordered[len(ordered) // 4], "at-most": ordered[len(ordered) * 3 // 4]}
            sides = [Comparison(attribute, signs[name], value) for name, value in ends.items()]
            yield _pair(shop, f"filter.and/{attribute}-range", "and", sides)


def _pair(shop: Workshop, case_id: str, junction: str, sides: Sequence[Comparison]) -> Case:
    one, other = sides
    return _combined(shop, case_id, sides, Conjunction(one, other) if junction == "and" else Disjunction(one, other))


def _mixed(shop: Workshop, parts: Parts) -> Iterator[Case]:
    one, two, three = parts.one, parts.two, parts.three
    every = (one, two, three)
    pairs: tuple[Condition, ...] = (*every, Disjunction(one, two), Conjunction(two, three))
    yield _combined(shop, "filter.precedence/last", pairs, Disjunction(one, Conjunction(two, three)))
    pairs = (*every, Conjunction(one, two), Disjunction(two, three))
    yield _combined(shop, "filter.precedence/first", pairs, Disjunction(Conjunction(one, two), three))
    pairs = (*every, Disjunction(one, two), Conjunction(one, three))
    grouped = _combined(shop, "filter.parentheses/group", pairs, Conjunction(Disjunction(one, two), three))
    yield _tolerant(shop, grouped)


def _notations(shop: Workshop, parts: Parts) -> Iterator[Case]:
    plain = render(Conjunction(parts.one, parts.two))
    yield _alike(shop, "filter.spacing/wide", plain, f"{_wide(parts.one)}  AND  {_wide(parts.two)}")
    yield _tolerant(shop, _alike(shop, "filter.keywords/lower", plain, plain.replace(" AND ", " and ")))
    yield _tolerant(shop, _alike(shop, "filter.parentheses/all", plain, f"({plain})"))


def _opposites(shop: Workshop) -> Iterator[Case]:
    for attribute, names in shop.contract.filters.operators.items():
        values = shop.shown[attribute]
        for name, sign in names.items() if values else ():
            if OPPOSITES.get(sign) in names.values():
                pair = [Comparison(attribute, one, common(values)) for one in (sign, OPPOSITES[sign])]
                yield _beside(shop, f"filter.partition/{attribute}-{name}", pair, Relation.PARTITIONED)


def _parts(shop: Workshop) -> Parts | None:
    """Conditions on the values shown most often, of different attributes as far as there are some."""
    found: list[Comparison] = []
    for attribute, signs in shop.contract.filters.operators.items():
        values = shop.shown[attribute]
        found += [Comparison(attribute, signs["equal"], one) for one in by_frequency(values)[:3]]
        if attribute in shop.contract.filters.integers and values:
            found.append(Comparison(attribute, signs["at-least"], sorted(map(int, values))[len(values) // 2]))
    first = [next(one for one in found if one.attribute == name) for name in first_of_kinds(shop)]
    rest = sorted((one for one in found if one not in first), key=lambda one: one.operator == "=")
    chosen = [*first, *rest]
    return Parts(*chosen[:3]) if len(chosen) >= len(Parts.__attrs_attrs__) else None


def _wide(one: Comparison) -> str:
    operand = render(one).removeprefix(f"{one.attribute}{one.operator}")
    return f" {one.attribute} {one.operator} {operand} "


def _combined(shop: Workshop, case_id: str, parts: Iterable[Condition], whole: Condition) -> Case:
    return _beside(shop, case_id, [*parts, whole], Relation.COMBINED)


def _beside(shop: Workshop, case_id: str, filters: Sequence[Condition], relation: Relation) -> Case:
    """Filters beside each other and beside the whole ranking."""
    texts = [render(one) for one in filters]
    probes = [narrowed(shop, text) for text in texts]
    case = shop.accepted(case_id, f"{texts[-1]}, beside {', '.join(texts[:-1])}", probes[-1].request)
    return evolve(case, probes=(*reference(shop), *probes), relation=relation)


def _alike(shop: Workshop, case_id: str, plain: str, otherwise: str) -> Case:
    """Two notations of one filter."""
    probes = tuple(narrowed(shop, text) for text in (plain, otherwise))
    case = shop.accepted(case_id, f"{otherwise}, beside {plain}", probes[-1].request)
    return evolve(case, probes=probes, relation=Relation.SAME_ENTRIES)


def _tolerant(shop: Workshop, case: Case) -> Case:
    """The case where the page is silent: a refusal is right as well."""
    return evolve(case, expectation=anything_known(shop.contract))
