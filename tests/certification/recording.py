"""Whole runs, of which the most telling cases are kept to be judged again."""

import time

from attrs import evolve, frozen

from imagesearch_conformance.checks.judging import judge
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.verdicts import CaseResult


@frozen
class Recording:
    """The kept cases of one run, with the exchanges of their last round and the judgement of those."""

    contract: Contract
    target: Target
    cases: tuple[CaseResult, ...]

    def again(self, one):
        """The judgement of a case, made anew."""
        return judge(self.contract, self.target, one.case, one.exchanges)


def departures(record):
    """For each requirement that was departed from the case that is judged fastest."""
    return _kept(record, lambda one: {finding.requirement for finding in one.judgement.findings}, 0.0)


def exercises(record, fast):
    """All cases that are judged in fewer seconds, and for each requirement that was exercised one that did."""
    return _kept(record, lambda one: one.judgement.exercised, fast)


def _kept(record, shown, fast):
    kept, seen = [], set()
    for seconds, one in _timed(record, [one for one in record.cases if one.exchanges and shown(one)]):
        if seconds < fast or shown(one) - seen:
            kept.append(one)
            seen |= shown(one)
    return Recording(record.contract, record.target, tuple(kept))


def _timed(record, results):
    """Cases with the seconds that it takes to judge them, the fastest first."""
    timed = []
    for one in results:
        last = one.exchanges[-(len(one.exchanges) // one.rounds) :]
        begin = time.perf_counter()
        judgement = judge(record.contract, record.target, one.case, last)
        timed.append((time.perf_counter() - begin, evolve(one, exchanges=last, judgement=judgement)))
    return sorted(timed, key=lambda pair: (pair[0], pair[1].case.id))
