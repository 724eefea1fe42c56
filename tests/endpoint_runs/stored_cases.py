"""Cases of whole runs, stored to be judged again: as few and small ones as show everything."""

from attrs import evolve, frozen

from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult

#: Cases with fewer bytes of responses than this take no time to judge.
_SMALL = 10_000


@frozen
class StoredCase:
    """A case with the exchanges of its last attempt and their judgement."""

    document: str
    target: Target
    result: CaseResult

    @property
    def size(self):
        """The bytes of responses to judge."""
        return sum(len(exchange.response.body) for exchange in self.result.exchanges)


def violating_cases(record):
    """The smallest case for each requirement that was violated."""
    return _select(record, _violated_requirements, 0)


def exercising_cases(record):
    """All small cases, and one case for each requirement that was exercised."""
    return _select(record, lambda result: result.judgement.exercised, _SMALL)


def small_cases(stored):
    """Pairs of a run and a case to judge as a whole, smallest first: small, or without a relation and showing more."""
    selected, covered = [], set()
    for name, case in _sorted(stored):
        violations = {(name, requirement) for requirement in _violated_requirements(case.result)}
        if case.size < _SMALL or (case.result.case.relation is None and violations - covered):
            selected.append((name, case))
            covered |= violations
    return selected


def related_cases(stored):
    """Pairs of a run and a case with a relation, smallest first."""
    return [(name, case) for name, case in _sorted(stored) if case.result.case.relation is not None]


def _sorted(stored):
    pairs = [(name, case) for name, cases in stored.items() for case in cases]
    return sorted(pairs, key=lambda pair: pair[1].size)


def _violated_requirements(result):
    return {finding.requirement for finding in result.judgement.findings}


def _select(record, shown_requirements, small):
    selected, covered = [], set()
    cases = [
        _last_attempt(record, result) for result in record.cases if result.exchanges and shown_requirements(result)
    ]
    for case in sorted(cases, key=lambda case: (case.size, case.result.case.id)):
        if case.size < small or shown_requirements(case.result) - covered:
            selected.append(case)
            covered |= shown_requirements(case.result)
    return selected


def _last_attempt(record, result):
    exchanges = result.exchanges[-(len(result.exchanges) // result.attempts) :]
    judgement = judge(record.contract, record.target, result.case, exchanges)
    return StoredCase(record.contract.revision, record.target, evolve(result, exchanges=exchanges, judgement=judgement))
