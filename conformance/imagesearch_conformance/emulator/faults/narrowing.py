"""Defects of what later revisions added: thresholds, distinct products, lists in filters."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import written
from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import breaking
from imagesearch_conformance.emulator.faults.filtering import swapping
from imagesearch_conformance.emulator.faults.silence import failing
from imagesearch_conformance.emulator.search import Found, Query, best_of_products, search
from imagesearch_conformance.filters.conditions import LISTS, Membership
from imagesearch_conformance.signing.encoding import Pairs, parse_form


def _has_threshold(contract: Contract) -> bool:
    return contract.narrowing.threshold is not None


def _has_distinct(contract: Contract) -> bool:
    return contract.narrowing.distinct is not None


def _has_lists(contract: Contract) -> bool:
    return any(sign in LISTS for signs in contract.filters.operators.values() for sign in signs.values())


def _exclusive(found: Found, _about: Circumstances) -> Found:
    least = found.query.threshold
    kept = tuple((image, score) for image, score in found.entries if not least or score > least)
    return evolve(found, entries=kept)


def _query_unread(pairs: Pairs, about: Circumstances) -> Pairs:
    queried = dict(parse_form(about.request.query))
    return tuple(pair for pair in pairs if pair[0] != about.roles.threshold or pair[0] not in queried)


def _distinct_unasked(pairs: Pairs, about: Circumstances) -> Pairs:
    name = about.roles.distinct or ""
    return pairs if any(key == name for key, _ in pairs) else (*pairs, (name, written(value=True)))


def _limited(_pairs: Pairs, about: Circumstances) -> bool:
    """Whether a threshold stands where the contract wants it."""
    return any(name == about.roles.threshold and value for name, value in parse_form(about.request.query))


def _asked(pairs: Pairs, about: Circumstances) -> bool:
    return (about.roles.distinct, written(value=True)) in pairs


def _worst_of_products(found: Found, about: Circumstances) -> Found:
    if not found.query.distinct:
        return found
    whole = evolve(found.query, distinct=False, start=0, count=found.query.limit)
    ranking = search(about.store, whole, about.contract.category.generic).entries
    kept = best_of_products(ranking[::-1])[::-1]
    return evolve(found, entries=kept[found.query.start : found.query.start + found.query.count])


def _repeated_lost(found: Found, _about: Circumstances) -> Found:
    """Every second product is left out."""
    if not found.query.distinct:
        return found
    return evolve(found, entries=found.entries[::2])


def _first_of_list(query: Query, _about: Circumstances) -> Query:
    condition = query.condition
    if not isinstance(condition, Membership):
        return query
    return evolve(query, condition=evolve(condition, operands=condition.operands[:1]))


FAULTS = (
    Fault(
        "threshold-ignored",
        "A threshold has no effect.",
        ("scorethreshold.floor", "scorethreshold.removes", "scorethreshold.inclusive"),
        applies=_has_threshold,
        query=lambda query, _: evolve(query, threshold=0.0),
    ),
    Fault(
        "threshold-exclusive",
        "What equals a threshold is left out.",
        ("scorethreshold.inclusive",),
        applies=_has_threshold,
        found=_exclusive,
    ),
    Fault(
        "threshold-only-in-form",
        "A threshold in the query is not read.",
        ("scorethreshold.floor", "scorethreshold.removes", "scorethreshold.inclusive", "scorethreshold.pattern"),
        applies=_has_threshold,
        given=_query_unread,
    ),
    Fault(
        "threshold-shape-unchecked",
        "A threshold of any form is accepted.",
        ("scorethreshold.pattern",),
        applies=_has_threshold,
        overlooks=breaking("ScoreThreshold", "pattern"),
    ),
    Fault(
        "distinct-ignored",
        "Products stand there as often as they are found.",
        ("distinctproductid.unique", "distinctproductid.best"),
        applies=_has_distinct,
        query=lambda query, _: evolve(query, distinct=False),
    ),
    Fault(
        "distinct-by-default",
        "Every product stands there once unless told otherwise.",
        ("filter.and", "filter.or", "distinctproductid.default"),
        applies=_has_distinct,
        given=_distinct_unasked,
    ),
    Fault(
        "distinct-keeps-worst",
        "The worst entry of each product is kept.",
        ("distinctproductid.best",),
        applies=_has_distinct,
        found=_worst_of_products,
    ),
    Fault(
        "distinct-loses-products",
        "Every second product is lost.",
        ("distinctproductid.complete",),
        applies=_has_distinct,
        found=_repeated_lost,
    ),
    Fault(
        "distinct-text-accepted",
        "Any text is a truth value.",
        ("distinctproductid.type",),
        applies=_has_distinct,
        overlooks=breaking("DistinctProductId", "type"),
    ),
    evolve(swapping("filter-in-as-not-in", "In means not in.", ("filter.*.in",), within="without"), applies=_has_lists),
    Fault(
        "filter-list-cut",
        "Of a list the first value counts.",
        ("filter.*.in", "filter.*.not-in"),
        applies=_has_lists,
        query=_first_of_list,
    ),
    Fault(
        "threshold-fails",
        "A threshold makes the server fail.",
        (
            "scorethreshold.optional",
            "scorethreshold.default",
            "scorethreshold.pattern",
            "scorethreshold.removes",
            "scorethreshold.inclusive",
            "request.full",
        ),
        applies=_has_threshold,
        reply=failing(_limited),
    ),
    Fault(
        "distinct-fails",
        "Asking for distinct products makes the server fail.",
        ("distinctproductid.optional", "distinctproductid.complete", "distinctproductid.best", "request.full"),
        applies=_has_distinct,
        reply=failing(_asked),
    ),
)
