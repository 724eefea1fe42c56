"""Explanations in words, put together from the contract and the cases made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from imagesearch_conformance.cases.assumed_survey import assumed_survey
from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.cli.options import DEFAULT_EXAMPLES
from imagesearch_conformance.cli.requirements_formats import describe_testing
from imagesearch_conformance.clients.checks.answer import describe_accepted_answers
from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scripted_server import build_server_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.model.target import Credentials

#: Cases are explained as for an endpoint that claims everything, which our own emulator does.
_PLACEHOLDER_ENDPOINT = "http://127.0.0.1"


def explanation(contract: Contract, name: str) -> str:
    """The explanation of whatever is called so; raises BadInput when nothing is."""
    cases = {case.id: case for case in _build_cases(contract)}
    played = {one.id: one for one in _build_scenarios(contract)}
    lines = [*_endpoint_lines(contract, cases, name), *_client_lines(contract, played, name)]
    if not lines:
        codes = [row.code for row in contract.errors.rows]
        known = {*contract.requirements, *contract.client_requirements, *cases, *played}
        near = get_close_matches(name, [*sorted(known), *codes, *contract.interpretations], 3)
        raise InvalidInput(f"nothing is called {name!r}", "ID", f"did you mean {', '.join(near)}?" if near else "")
    return "\n".join(lines)


def _endpoint_lines(contract: Contract, cases_by_id: Mapping[str, Case], name: str) -> Iterator[str]:
    if name in contract.requirements:
        yield from _requirement_lines(contract, contract.requirements[name], list(cases_by_id.values()))
    elif name in cases_by_id:
        yield from _case_lines(contract, cases_by_id[name])
    elif (row := contract.errors.find(name)) is not None:
        yield from _error_code_lines(row, list(cases_by_id.values()))
    elif name in contract.interpretations:
        yield from _interpretation_lines(contract, name)


def _client_lines(contract: Contract, scenarios_by_id: Mapping[str, Scenario], name: str) -> Iterator[str]:
    """What the same name means for clients, after a line that says so."""
    if name in contract.client_requirements:
        yield "for clients:"
        about = [one.case for one in scenarios_by_id.values()]
        yield from _requirement_lines(contract, contract.client_requirements[name], about)
    elif name in scenarios_by_id:
        yield "for clients:"
        yield from _scenario_lines(contract, scenarios_by_id[name])


def _scenario_lines(contract: Contract, scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.id}"
    yield f"  plays: {scenario.case.title}"
    yield f"  called with: {json.dumps(dict(scenario.call), ensure_ascii=False)}"
    yield from (f"  may be handed back: {one}" for one in describe_accepted_answers(scenario))
    for name in scenario.case.requirements:
        yield from _requirement_lines(contract, contract.client_requirements[name], [])


def _build_scenarios(contract: Contract) -> tuple[Scenario, ...]:
    target = build_server_target(contract, _PLACEHOLDER_ENDPOINT, Credentials("", ""))
    return build_scenarios(contract.for_clients(), target, _PLACEHOLDER_ENDPOINT)


def _build_cases(contract: Contract) -> tuple[Case, ...]:
    everything = build_target(contract, _PLACEHOLDER_ENDPOINT)
    return build_cases(contract, everything, assumed_survey(contract, everything), examples=DEFAULT_EXAMPLES)


def _requirement_lines(contract: Contract, requirement: Requirement, cases: list[Case]) -> Iterator[str]:
    yield f"{requirement.id} ({requirement.level}, area {requirement.area})"
    yield f"  {requirement.statement}"
    yield f"  source: {requirement.source}"
    if requirement.pointer:
        yield f"  in spec/: {requirement.pointer}"
    yield f"  tested: {describe_testing(requirement)}"
    if requirement.tolerance:
        yield f"  tolerated: {requirement.tolerance}"
    if requirement.approximate:
        yield f"  for an approximate engine: {requirement.approximate}"
    for case in cases:
        if requirement.id in case.requirements:
            yield f"  case {case.id}: {case.title}"
    if requirement.interpretation:
        yield from _interpretation_lines(contract, requirement.interpretation)


def _case_lines(contract: Contract, case: Case) -> Iterator[str]:
    yield f"{case.id}"
    yield f"  sends: {case.title}"
    if case.mutation:
        yield f"  breaks: {case.mutation.pointer} ({case.mutation.before!r} becomes {case.mutation.after!r})"
    if case.relation:
        yield f"  relation: {case.relation}"
    for one in case.expectation.acceptances:
        yield f"  accepted: {one}, because {one.reason}"
    for name in case.requirements:
        yield from _requirement_lines(contract, contract.requirements[name], [])


def _error_code_lines(row: ErrorRow, cases: list[Case]) -> Iterator[str]:
    yield f"{row.code} ({row.status}, {row.grade})"
    yield f"  message: {row.message}"
    if row.meaning:
        yield f"  meaning: {row.meaning}"
    yield f"  source: {row.source}; in spec/: {row.where}"
    yield f"  brought about by: {row.trigger}" + (f" ({row.unreachable_reason})" if row.unreachable_reason else "")
    for case in cases:
        if case.expectation.errors_with_code(row.code) and case.expectation.success is None:
            yield f"  accepted in {case.id}: {case.title}"


def _interpretation_lines(contract: Contract, name: str) -> Iterator[str]:
    found = contract.interpretations[name]
    yield f"interpretation {found.id}"
    yield f"  the page: {found.documentation}"
    yield f"  evidence: {found.evidence}"
    yield f"  we accept: {found.accepted}"
