"""Whole runs, of which the most telling cases are kept to be judged again."""

import time

from attrs import evolve, frozen

from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.verdicts import CaseResult

#: To judge a case for longer than this (in seconds) is only worth it for what no other case shows.
_LONG = 0.05


@frozen
class Kept:
    """A case with the exchanges of its last round, their judgement at the time, and how long that took."""

    document: str | None
    target: Target
    result: CaseResult
    seconds: float


def departures(record):
    """For each requirement that was departed from the case that is judged fastest."""
    return _kept(record, lambda one: {finding.requirement for finding in one.judgement.findings}, 0.0)


def exercises(record, fast):
    """All cases that are judged in fewer seconds, and for each requirement that was exercised one that did."""
    return _kept(record, lambda one: one.judgement.exercised, fast)


def _kept(record, shown, fast):
    kept, seen = [], set()
    for one in _timed(record, [one for one in record.cases if one.exchanges and shown(one)]):
        if one.seconds < fast or shown(one.result) - seen:
            kept.append(one)
            seen |= shown(one.result)
    return kept


def _timed(record, results):
    """The cases, the fastest first."""
    timed = []
    for one in results:
        last = one.exchanges[-(len(one.exchanges) // one.rounds) :]
        begin = time.perf_counter()
        judgement = judge(record.contract, record.target, one.case, last)
        seconds = time.perf_counter() - begin
        result = evolve(one, exchanges=last, judgement=judgement)
        timed.append(Kept(record.contract.document, record.target, result, seconds))
    return sorted(timed, key=lambda one: (one.seconds, one.result.case.id))


def telling(recorded):
    """What to judge, the fastest first: nothing slow that shows no more than what went before."""
    chosen, seen = [], set()
    for name, one in sorted(
        ((name, one) for name, kept in recorded.items() for one in kept), key=lambda pair: pair[1].seconds
    ):
        shown = {(finding.requirement, finding.message[-12:]) for finding in one.result.judgement.findings}
        shown |= {(one.document, requirement) for requirement in one.result.judgement.exercised}
        if one.seconds < _LONG or shown - seen:
            chosen.append((name, one))
            seen |= shown
    return chosen
