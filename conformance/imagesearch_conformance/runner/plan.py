"""Which cases are made, in which order, and how many requests they cost."""

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

#: Where there is something to select: cases of endpoints are listed, scenarios of clients only by what they are for.
_LISTING_HINT = "`plan` lists the ids, and for clients `requirements --subject client`"


@frozen
class Plan:
    """Cases to make, in order; cases left out by selection; cases beyond the budget; requests in all."""

    cases: tuple[Case, ...]
    unselected: tuple[Case, ...]
    over_budget: tuple[Case, ...]
    request_count: int

    def seconds(self, qps: float | None) -> float | None:
        """How long the requests take at a rate; unknown without one."""
        return None if qps is None else self.request_count / qps


def build_plan(
    contract: Contract,
    cases: Sequence[Case],
    options: Options,
    sent_probes: Iterable[Probe],
    priority: CasePriority | None = None,
) -> Plan:
    """The plan for these cases when the probes spent have been sent already; raises BadInput.

    `worth` says which cases notice most; without it every requirement counts the same.
    """
    _check_patterns(contract, cases, options)
    chosen = [case for case in cases if is_selected(contract, case, options)]
    if cases and not chosen:
        raise InvalidInput("no case matches what was selected", "--select", _LISTING_HINT)
    chosen_ids = {case.id for case in chosen}
    unselected = tuple(case for case in cases if case.id not in chosen_ids)
    sent = set(sent_probes)
    kept, beyond, requests = [], [], len(sent)
    for case in _order_by_priority(chosen, priority or CasePriority(0, {})):
        needed = count_new_requests(case, sent)
        if options.budget is not None and requests + needed > options.budget:
            beyond.append(case)
            continue
        kept.append(case)
        requests += needed
        sent.update(probe for probe in case.probes if not probe.fresh)
    return Plan(tuple(kept), unselected, tuple(beyond), requests)


def count_new_requests(case: Case, sent_probes: set[Probe]) -> int:
    """How many new requests a case needs: probes that were sent before are shared."""
    if case.not_applicable_reason:
        return 0
    new = sum(1 for probe in case.probes if probe.fresh or probe not in sent_probes)
    return case.burst_size or new + (case.examples or 0)


def case_area(contract: Contract, case: Case) -> str:
    """The area of a case: that of its first requirement."""
    return contract.requirements[case.requirements[0]].area


def find_deselected_requirements(contract: Contract, options: Options) -> frozenset[str]:
    """The requirements that are left out, those that every reply is judged by among them."""
    return frozenset(
        one.id for one in contract.requirements.values() if has_match((one.id, one.area), options.deselect)
    )


def is_selected(contract: Contract, case: Case, options: Options) -> bool:
    """Whether a case is among those that the options name."""
    names = _selectable_names(contract, case)
    return (not options.select or has_match(names, options.select)) and not has_match(names, options.deselect)


def _selectable_names(contract: Contract, case: Case) -> tuple[str, ...]:
    """What a case can be selected by."""
    return (case.id, *case.requirements, case_area(contract, case))


def has_match(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Whether one of the names is what one of the patterns says."""
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _check_patterns(contract: Contract, cases: Sequence[Case], options: Options) -> None:
    """Raises BadInput for a pattern that selects nothing: it is a slip, and would go unnoticed."""
    made = {name for case in cases for name in _selectable_names(contract, case)}
    known = made.union(*((one.id, one.area) for one in contract.requirements.values()))
    for option, patterns, names in (("--select", options.select, made), ("--deselect", options.deselect, known)):
        for pattern in patterns:
            if not has_match(names, [pattern]):
                raise InvalidInput(_unmatched_message(pattern, known), option, _suggestion_hint(pattern, names))


def _unmatched_message(pattern: str, known_names: set[str]) -> str:
    if pattern in known_names:
        return f"no case is made for {pattern!r} alone: it is judged by the replies to all others"
    return f"{pattern!r} matches no case, requirement or area"


def _suggestion_hint(pattern: str, known_names: Iterable[str]) -> str:
    near = get_close_matches(pattern, sorted(known_names), 1)
    return f"did you mean {near[0]!r}?" if near else _LISTING_HINT


def _order_by_priority(cases: Sequence[Case], priority: CasePriority) -> list[Case]:
    """First what notices most, then one case of every requirement, then a second of each, cheap ones first.

    What is generated comes after that, and bursts come last.
    """
    rank: dict[str, int] = {}
    keyed = []
    for position, case in enumerate(cases):
        turn = rank[case.requirements[0]] = rank.get(case.requirements[0], -1) + 1
        turns = (math.inf, math.inf) if case.not_applicable_reason else (priority.rank(case.id), turn)
        keyed.append(((case.burst_size or 0, case.examples or 0, *turns, case.max_requests, position), case))
    return [case for _, case in sorted(keyed, key=lambda one: one[0])]
