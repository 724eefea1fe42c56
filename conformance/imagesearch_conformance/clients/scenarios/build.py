"""All scenarios for one contract, checked against its requirements."""

from __future__ import annotations

from collections import Counter

from attrs import evolve

from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.scenario_builder import ScenarioBuilder
from imagesearch_conformance.clients.scenarios.failures import error_scenarios, robustness_scenarios
from imagesearch_conformance.clients.scenarios.requests import request_scenarios
from imagesearch_conformance.clients.scenarios.success import success_scenarios
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InternalError, InvalidSpec
from imagesearch_conformance.model.requirement import JudgedBy
from imagesearch_conformance.model.target import Target


def build_scenarios(contract: Contract, target: Target, other_endpoint: str) -> tuple[Scenario, ...]:
    """Return all scenarios, the slowest last; raise InvalidSpec if the requirements do not match them."""
    builder = ScenarioBuilder(contract, target, other_endpoint)
    scenarios = tuple(
        _with_interpretation(contract, scenario)
        for build in (request_scenarios, success_scenarios, error_scenarios, robustness_scenarios)
        for scenario in build(builder)
    )
    repeated = [name for name, count in Counter(scenario.id for scenario in scenarios).items() if count > 1]
    if repeated:
        raise InternalError(f"two scenarios have the id {repeated[0]!r}")
    _check_requirements(contract, scenarios)
    return scenarios


def _with_interpretation(contract: Contract, scenario: Scenario) -> Scenario:
    """Return the scenario with the interpretation of its first requirement, if that has one."""
    requirement = contract.client_requirements.get(scenario.case.requirements[0])
    interpretation = requirement.interpretation if requirement else None
    return evolve(scenario, case=evolve(scenario.case, interpretation=interpretation))


def _check_requirements(contract: Contract, scenarios: tuple[Scenario, ...]) -> None:
    tested = {name for scenario in scenarios for name in scenario.case.requirements}
    for name in sorted(tested - contract.client_requirements.keys()):
        hint = "add an entry to requirements/client/, or `client` to an entry"
        raise InvalidSpec(f"a scenario tests the unknown client requirement {name!r}", "requirements/", hint)
    for requirement in contract.client_requirements.values():
        if requirement.judged is JudgedBy.CASE and requirement.id not in tested:
            hint = "set `judged` to reply or run if no scenario is needed"
            raise InvalidSpec(f"no scenario tests the client requirement {requirement.id!r}", "requirements/", hint)
