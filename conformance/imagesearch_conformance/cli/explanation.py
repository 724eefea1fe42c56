"""Explanations of ids as text, assembled from the contract and the cases built from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from imagesearch_conformance.cases.build import assumed_survey, build_cases
from imagesearch_conformance.cli.options import DEFAULT_EXAMPLES
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

#: Cases are explained for an endpoint that claims every capability, as the emulator does.
_PLACEHOLDER_ENDPOINT = "http://127.0.0.1"


def explanation(contract: Contract, name: str) -> str:
    """Return the explanation of an id; raises InvalidInput if nothing has it."""
    cases = {case.id: case for case in _build_cases(contract)}
    scenarios = {scenario.id: scenario for scenario in _build_scenarios(contract)}
    lines = [*_endpoint_lines(contract, cases, name), *_client_lines(contract, scenarios, name)]
    if not lines:
        codes = [row.code for row in contract.errors.rows]
        ids = sorted({*contract.requirements, *contract.client_requirements, *cases, *scenarios})
        matches = get_close_matches(name, [*ids, *codes, *contract.interpretations], 3)
        raise InvalidInput(f"unknown id {name!r}", "ID", f"did you mean {', '.join(matches)}?" if matches else "")
    return "\n".join(lines)


def describe_testing(requirement: Requirement) -> str:
    """Describe in a few words how a requirement is tested."""
    words = {
        "case": "by its own cases",
        "reply": "on every exchange that exercises it",
        "run": "once, over all exchanges of a run",
        "never": f"not tested by a run: {requirement.reason}",
    }
    condition = f", if the profile claims {requirement.needs}" if requirement.needs else ""
    return words[requirement.judged] + condition


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
    """Explain what the same id means for clients, after a line that says so."""
    if name in contract.client_requirements:
        yield "for clients:"
        cases = [scenario.case for scenario in scenarios_by_id.values()]
        yield from _requirement_lines(contract, contract.client_requirements[name], cases)
    elif name in scenarios_by_id:
        yield "for clients:"
        yield from _scenario_lines(contract, scenarios_by_id[name])


def _scenario_lines(contract: Contract, scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.id}"
    yield f"  scenario: {scenario.case.title}"
    yield f"  called with: {json.dumps(dict(scenario.call), ensure_ascii=False)}"
    yield from (f"  accepted answer: {answer}" for answer in describe_accepted_answers(scenario))
    for requirement_id in scenario.case.requirements:
        yield from _requirement_lines(contract, contract.client_requirements[requirement_id], [])


def _build_scenarios(contract: Contract) -> tuple[Scenario, ...]:
    target = build_server_target(contract, _PLACEHOLDER_ENDPOINT, Credentials("", ""))
    return build_scenarios(contract.for_clients(), target, _PLACEHOLDER_ENDPOINT)


def _build_cases(contract: Contract) -> tuple[Case, ...]:
    target = build_target(contract, _PLACEHOLDER_ENDPOINT)
    return build_cases(contract, target, assumed_survey(contract, target), examples=DEFAULT_EXAMPLES)


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
        before = "absent" if case.mutation.before is None else repr(case.mutation.before)
        after = "absent" if case.mutation.after is None else repr(case.mutation.after)
        yield f"  violates: {case.mutation.pointer} (changed from {before} to {after})"
    if case.relation:
        yield f"  relation: {case.relation}"
    for acceptance in case.expectation.acceptances:
        yield f"  accepted: {acceptance}, because {acceptance.reason}"
    for requirement_id in case.requirements:
        yield from _requirement_lines(contract, contract.requirements[requirement_id], [])


def _error_code_lines(row: ErrorRow, cases: list[Case]) -> Iterator[str]:
    yield f"{row.code} ({row.status}, {row.grade})"
    yield f"  message: {row.message}"
    if row.meaning:
        yield f"  meaning: {row.meaning}"
    yield f"  source: {row.source}; in spec/: {row.where}"
    yield f"  triggered by: {row.trigger}" + (f" ({row.unreachable_reason})" if row.unreachable_reason else "")
    for case in cases:
        if case.expectation.errors_with_code(row.code) and case.expectation.success is None:
            yield f"  accepted in {case.id}: {case.title}"


def _interpretation_lines(contract: Contract, name: str) -> Iterator[str]:
    interpretation = contract.interpretations[name]
    yield f"interpretation {interpretation.id}"
    yield f"  documentation: {interpretation.documentation}"
    yield f"  evidence: {interpretation.evidence}"
    yield f"  accepted: {interpretation.accepted}"
