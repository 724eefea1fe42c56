"""Requests that break two rules at once: any of their codes is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.model.case import Case


def combined(shop: Workshop, singles: Sequence[Case]) -> Iterator[Case]:
    """One case for each two neighbouring parameters, made of the first clear violation of each."""
    chosen = list(_clearest(shop, singles))
    for first, second in pairwise([*chosen, *chosen[:1]]):
        yield _both(shop, first, second)


def _clearest(shop: Workshop, singles: Sequence[Case]) -> Iterator[Case]:
    """For each parameter the first case that is refused at the level MUST and changes a value."""
    taken = set()
    for case in singles:
        if case.inapplicable or case.mutation is None or case.mutation.after is None:
            continue
        (violation,) = case.violations
        must = all(shop.contract.requirements[name].level == "must" for name in case.requirements)
        if must and violation.parameter not in taken:
            taken.add(violation.parameter)
            yield case


def _both(shop: Workshop, first: Case, second: Case) -> Case:
    broken = first.violations | second.violations
    changes = {
        one.parameter: case.probes[0].request.value(one.parameter)
        for case in (first, second)
        for one in case.violations
    }
    names = "-and-".join(sorted(one.parameter.lower() for one in broken))
    title = f"{first.title}, and {second.title}"
    return shop.refused(f"request.combined/{names}", title, shop.request().having(changes), broken)
