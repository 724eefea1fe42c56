"""Filters that name several values: each list operator with values that the target itself showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from imagesearch_conformance.cases.conditions import by_frequency, filtered
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.filters.conditions import LISTS, Membership
from imagesearch_conformance.model.case import Case


def lists(shop: Workshop) -> Iterator[Case]:
    """Every list operator of every attribute."""
    for attribute, operators in shop.contract.filters.operators.items():
        for name, sign in operators.items():
            if sign in LISTS:
                yield from _of_operator(shop, attribute, name, sign)


def _of_operator(shop: Workshop, attribute: str, name: str, sign: str) -> Iterator[Case]:
    prefix = f"filter.{attribute}.{name}"
    values = shop.shown[attribute]
    if not values:
        reason = f"no entry shows a value of {attribute}"
        yield shop.inapplicable(f"{prefix}/any", f"{attribute} {sign} (...)", reason)
        return
    for variant, operands in _operands(values).items():
        yield filtered(shop, f"{prefix}/{variant}", Membership(attribute, sign, operands))


def _operands(values: Sequence[int | str]) -> Mapping[str, tuple[int | str, ...]]:
    """One value, and several: a common one, the next, and one that no entry shows."""
    common = by_frequency(values)
    unseen = max(one for one in values if isinstance(one, int)) - 1 if isinstance(common[0], int) else f"{common[0]}~"
    return {"one": tuple(common[:1]), "several": (*common[:2], unseen)}
