"""All scenarios for one contract, and the promise that the register and the scenarios know each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from attrs import evolve

from imagesearch_conformance.clients.answering import answering
from imagesearch_conformance.clients.asking import asking
from imagesearch_conformance.clients.breaking import breaking
from imagesearch_conformance.clients.refusing import refusing
from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.workshop import Bench
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadSpec, BrokenSuite
from imagesearch_conformance.model.requirement import Judged
from imagesearch_conformance.model.target import Target


@lru_cache(maxsize=4)
def scenarios(contract: Contract, target: Target, elsewhere: str) -> tuple[Scenario, ...]:
    """All scenarios, those that take the longest last; raises BadSpec when the register does not fit them."""
    bench = Bench(contract, target, elsewhere)
    found = tuple(_explained(contract, one) for one in _all(bench))
    repeated = [name for name, count in Counter(one.id for one in found).items() if count > 1]
    if repeated:
        raise BrokenSuite(f"two scenarios are called {repeated[0]}")
    _check_register(contract, found)
    return found


def _all(bench: Bench) -> Iterator[Scenario]:
    yield from asking(bench)
    yield from answering(bench)
    yield from refusing(bench)
    yield from breaking(bench)


def _explained(contract: Contract, scenario: Scenario) -> Scenario:
    """The scenario with the interpretation of its first requirement, where that has one."""
    requirement = contract.client_requirements.get(scenario.case.requirements[0])
    reading = requirement.interpretation if requirement else None
    return evolve(scenario, case=evolve(scenario.case, interpretation=reading))


def _check_register(contract: Contract, found: tuple[Scenario, ...]) -> None:
    reached = {name for one in found for name in one.case.requirements}
    for name in sorted(reached - contract.client_requirements.keys()):
        hint = "add an entry to requirements/client/, or `client` to an entry"
        raise BadSpec(f"a scenario is for a requirement that clients do not have: {name!r}", "requirements/", hint)
    for requirement in contract.client_requirements.values():
        if requirement.judged is Judged.CASE and requirement.id not in reached:
            hint = "judged: reply or run says that none is needed"
            raise BadSpec(f"no scenario is for the requirement {requirement.id!r} of clients", "requirements/", hint)
