"""Plan a run: which cases, in which order, and how many requests they cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.runner.case_priority import CasePriority
from imagesearch_conformance.settings.options import Options

#: Where to find ids: `plan` lists the cases for endpoints; scenarios are found by their requirements only.
_LISTING_HINT = "`plan` lists the ids, and for clients `requirements --subject client`"


@frozen
class Plan:
    """Cases to run, in order; cases left out by the selection; cases over the budget; the number of requests."""

    cases: tuple[Case, ...]
    unselected: tuple[Case, ...]
    over_budget: tuple[Case, ...]
    request_count: int

    def seconds(self, qps: float | None) -> float | None:
        """Return how long the requests take at a rate; None without one."""
        return None if qps is None else self.request_count / qps


def build_plan(
    contract: Contract,
    cases: Sequence[Case],
    options: Options,
    sent_probes: Iterable[Probe],
    priority: CasePriority | None = None,
) -> Plan:
    """Return the plan for these cases after `sent_probes`; raise InvalidInput for a pattern that matches nothing.

    Without a priority every requirement counts the same.
    """
    _check_patterns(contract, cases, options)
    selected = [case for case in cases if is_selected(contract, case, options)]
    if cases and not selected:
        raise InvalidInput("the selection matches no case", "--select", _LISTING_HINT)
    selected_ids = {case.id for case in selected}
    unselected = tuple(case for case in cases if case.id not in selected_ids)
    sent = set(sent_probes)
    planned, over_budget, request_count = [], [], len(sent)
    for case in _order_by_priority(selected, priority or CasePriority(0, {})):
        needed = count_new_requests(case, sent)
        if options.budget is not None and request_count + needed > options.budget:
            over_budget.append(case)
            continue
        planned.append(case)
        request_count += needed
        sent.update(probe for probe in case.probes if not probe.fresh)
    return Plan(tuple(planned), unselected, tuple(over_budget), request_count)


def count_new_requests(case: Case, sent_probes: set[Probe]) -> int:
    """Return how many requests a case adds: probes that were sent before are shared."""
    if case.not_applicable_reason:
        return 0
    new = sum(1 for probe in case.probes if probe.fresh or probe not in sent_probes)
    return case.burst_size or new + (case.examples or 0)


def case_area(contract: Contract, case: Case) -> str:
    """Return the area of a case: that of its first requirement."""
    return contract.requirements[case.requirements[0]].area


def find_deselected_requirements(contract: Contract, options: Options) -> frozenset[str]:
    """Return the deselected requirements, including those that are judged on every response."""
    return frozenset(
        requirement.id
        for requirement in contract.requirements.values()
        if has_match((requirement.id, requirement.area), options.deselect)
    )


def is_selected(contract: Contract, case: Case, options: Options) -> bool:
    names = _selectable_names(contract, case)
    return (not options.select or has_match(names, options.select)) and not has_match(names, options.deselect)


def _selectable_names(contract: Contract, case: Case) -> tuple[str, ...]:
    return (case.id, *case.requirements, case_area(contract, case))


def has_match(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Return whether any of the names matches any of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _check_patterns(contract: Contract, cases: Sequence[Case], options: Options) -> None:
    """Raise InvalidInput for a pattern that matches nothing: a typing error would go unnoticed."""
    case_names = {name for case in cases for name in _selectable_names(contract, case)}
    all_names = case_names.union(
        *((requirement.id, requirement.area) for requirement in contract.requirements.values())
    )
    for option, patterns, names in (
        ("--select", options.select, case_names),
        ("--deselect", options.deselect, all_names),
    ):
        for pattern in patterns:
            if not has_match(names, [pattern]):
                raise InvalidInput(_unmatched_message(pattern, all_names), option, _suggestion_hint(pattern, names))


def _unmatched_message(pattern: str, known_names: set[str]) -> str:
    if pattern in known_names:
        return f"{pattern!r} has no cases of its own: it is judged on the responses to all others"
    return f"{pattern!r} matches no case, requirement or area"


def _suggestion_hint(pattern: str, known_names: Iterable[str]) -> str:
    near = get_close_matches(pattern, sorted(known_names), 1)
    return f"did you mean {near[0]!r}?" if near else _LISTING_HINT


def _order_by_priority(cases: Sequence[Case], priority: CasePriority) -> list[Case]:
    """Order cases by priority, then one case per requirement before a second of any, cheap ones first.

    Generated requests come after that, and bursts come last.
    """
    counts: dict[str, int] = {}
    keyed = []
    for position, case in enumerate(cases):
        index = counts[case.requirements[0]] = counts.get(case.requirements[0], -1) + 1
        rank = (math.inf, math.inf) if case.not_applicable_reason else (priority.rank(case.id), index)
        keyed.append(((case.burst_size or 0, case.examples or 0, *rank, case.max_requests, position), case))
    return [case for _, case in sorted(keyed, key=lambda pair: pair[0])]
