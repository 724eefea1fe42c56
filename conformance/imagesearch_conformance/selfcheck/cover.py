"""Which cases earn their requests: a greedy cover of the faults, the most kills for a request first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.runner.planning import cost
from imagesearch_conformance.runner.worth import Worth, digest_of
from imagesearch_conformance.selfcheck.matrix import Matrix
from imagesearch_conformance.selfcheck.subject import Subject

#: What a case counts as when everything that it asks was asked before: worth more than any other.
_NEXT_TO_NOTHING = 0.01


def worth_of(matrix: Matrix, surveyed: Iterable[Probe]) -> Worth:
    """The order of the cases by what they are worth, after a survey that sends these probes."""
    open_faults = _kills(matrix)
    sent, order = set(surveyed), dict[str, int]()
    while chosen := _most_telling(matrix.cases, open_faults, sent):
        found = open_faults[chosen]
        order[chosen] = len(found)
        sent.update(probe for probe in matrix.cases[chosen].probes if not probe.fresh)
        open_faults = {name: kills - found for name, kills in open_faults.items()}
    return Worth(len(matrix.faults), order, inputs([one.subject for one in matrix.faults], matrix.cases))


def inputs(faults: Iterable[Subject], cases: Mapping[str, Case]) -> str:
    """A digest of what an order is made from: an order made from something else is stale."""
    names = sorted(f"{one.document} {one.name}" for one in faults)
    return digest_of([names, sorted((case.id, case.cost) for case in cases.values())])


def _kills(matrix: Matrix) -> dict[str, frozenset[str]]:
    """The faults that each case notices."""
    found: dict[str, set[str]] = {name: set() for name in matrix.cases}
    for trial in matrix.faults:
        for kill in trial.kills:
            # A defect may make the survey learn something else, and so lead to cases that the reference has not.
            if kill.case in found:
                found[kill.case].add(trial.subject.name)
    return {name: frozenset(kills) for name, kills in found.items()}


def _most_telling(cases: Mapping[str, Case], kills: Mapping[str, frozenset[str]], sent: set[Probe]) -> str | None:
    """The case with the most new kills for a request; of equals the one that is made first."""
    telling = [name for name, found in kills.items() if found]
    return max(telling, key=lambda name: len(kills[name]) / (cost(cases[name], sent) or _NEXT_TO_NOTHING), default=None)
