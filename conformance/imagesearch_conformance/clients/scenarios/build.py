"""All scenarios for one contract, and the promise that the register and the scenarios know each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from attrs import evolve

from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.scenario_builder import ScenarioBuilder
from imagesearch_conformance.clients.scenarios.errors import error_scenarios
from imagesearch_conformance.clients.scenarios.requests import request_scenarios
from imagesearch_conformance.clients.scenarios.robustness import robustness_scenarios
from imagesearch_conformance.clients.scenarios.success import success_scenarios
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InternalError, InvalidSpec
from imagesearch_conformance.model.requirement import JudgedBy
from imagesearch_conformance.model.target import Target


@lru_cache(maxsize=4)
def build_scenarios(contract: Contract, target: Target, other_endpoint: str) -> tuple[Scenario, ...]:
    """All scenarios, those that take the longest last; raises BadSpec when the register does not fit them."""
    bench = ScenarioBuilder(contract, target, other_endpoint)
    found = tuple(_with_interpretation(contract, one) for one in _all_scenarios(bench))
    repeated = [name for name, count in Counter(one.id for one in found).items() if count > 1]
    if repeated:
        raise InternalError(f"two scenarios are called {repeated[0]}")
    _check_register(contract, found)
    return found


def _all_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    yield from request_scenarios(builder)
    yield from success_scenarios(builder)
    yield from error_scenarios(builder)
    yield from robustness_scenarios(builder)


def _with_interpretation(contract: Contract, scenario: Scenario) -> Scenario:
    """The scenario with the interpretation of its first requirement, where that has one."""
    requirement = contract.client_requirements.get(scenario.case.requirements[0])
    reading = requirement.interpretation if requirement else None
    return evolve(scenario, case=evolve(scenario.case, interpretation=reading))


def _check_register(contract: Contract, scenarios: tuple[Scenario, ...]) -> None:
    reached = {name for one in scenarios for name in one.case.requirements}
    for name in sorted(reached - contract.client_requirements.keys()):
        hint = "add an entry to requirements/client/, or `client` to an entry"
        raise InvalidSpec(f"a scenario is for a requirement that clients do not have: {name!r}", "requirements/", hint)
    for requirement in contract.client_requirements.values():
        if requirement.judged is JudgedBy.CASE and requirement.id not in reached:
            hint = "judged: reply or run says that none is needed"
            raise InvalidSpec(
                f"no scenario is for the requirement {requirement.id!r} of clients", "requirements/", hint
            )
