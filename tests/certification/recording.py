"""Whole runs, of which the most telling cases are kept to be judged again."""

from attrs import evolve, frozen

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult

#: Cases whose replies have fewer bytes than this are judged at once.
_LIGHT = 10_000


@frozen
class Kept:
    """A case with the exchanges of its last round and their judgement at the time."""

    document: str | None
    target: Target
    result: CaseResult

    @property
    def weight(self):
        """How many bytes of replies there are to judge."""
        return sum(len(one.response.body) for one in self.result.exchanges)


def departures(record):
    """For each requirement that was departed from the lightest case."""
    return _kept(record, _found, 0)


def exercises(record):
    """All light cases, and for each requirement that was exercised one that did."""
    return _kept(record, lambda one: one.judgement.exercised, _LIGHT)


def light(recorded):
    """What is judged as a whole, the lightest first: what has little to read, or has no relation and shows more."""
    chosen, seen = [], set()
    for name, one in _sorted(recorded):
        shown = {(name, requirement) for requirement in _found(one.result)}
        if one.weight < _LIGHT or (one.result.case.relation is None and shown - seen):
            chosen.append((name, one))
            seen |= shown
    return chosen


def related(recorded):
    """Where a relation is judged, the lightest first."""
    return [(name, one) for name, one in _sorted(recorded) if one.result.case.relation is not None]


def _sorted(recorded):
    everything = [(name, one) for name, kept in recorded.items() for one in kept]
    return sorted(everything, key=lambda pair: pair[1].weight)


def _found(one):
    return {finding.requirement for finding in one.judgement.findings}


def _kept(record, shown, light):
    kept, seen = [], set()
    results = [_last_round(record, one) for one in record.cases if one.exchanges and shown(one)]
    for one in sorted(results, key=lambda one: (one.weight, one.result.case.id)):
        if one.weight < light or shown(one.result) - seen:
            kept.append(one)
            seen |= shown(one.result)
    return kept


def _last_round(record, one):
    exchanges = one.exchanges[-(len(one.exchanges) // one.attempts) :]
    judgement = judge(record.contract, record.target, one.case, exchanges)
    return Kept(record.contract.revision, record.target, evolve(one, exchanges=exchanges, judgement=judgement))
