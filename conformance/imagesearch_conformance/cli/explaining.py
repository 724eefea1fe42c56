"""Explanations in words, put together from the contract and the cases made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from imagesearch_conformance.cases.assumption import assumed_survey
from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.cli.listing import how_tested
from imagesearch_conformance.cli.options import EXAMPLES
from imagesearch_conformance.clients.catalogue import scenarios
from imagesearch_conformance.clients.judging import hopes
from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.target import stage_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.emulator.target import target
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.model.target import Credentials

#: Cases are explained as for an endpoint that claims everything, which our own emulator does.
_ANYWHERE = "http://127.0.0.1"


def explanation(contract: Contract, name: str) -> str:
    """The explanation of whatever is called so; raises BadInput when nothing is."""
    cases = {case.id: case for case in _cases(contract)}
    played = {one.id: one for one in _scenarios(contract)}
    lines = [*_of_endpoints(contract, cases, name), *_of_clients(contract, played, name)]
    if not lines:
        codes = [row.code for row in contract.errors.rows]
        known = {*contract.requirements, *contract.client_requirements, *cases, *played}
        near = get_close_matches(name, [*sorted(known), *codes, *contract.interpretations], 3)
        raise BadInput(f"nothing is called {name!r}", "ID", f"did you mean {', '.join(near)}?" if near else "")
    return "\n".join(lines)


def _of_endpoints(contract: Contract, cases: Mapping[str, Case], name: str) -> Iterator[str]:
    if name in contract.requirements:
        yield from _requirement(contract, contract.requirements[name], list(cases.values()))
    elif name in cases:
        yield from _case(contract, cases[name])
    elif (row := contract.errors.find(name)) is not None:
        yield from _code(row, list(cases.values()))
    elif name in contract.interpretations:
        yield from _interpretation(contract, name)


def _of_clients(contract: Contract, played: Mapping[str, Scenario], name: str) -> Iterator[str]:
    """What the same name means for clients, after a line that says so."""
    if name in contract.client_requirements:
        yield "for clients:"
        about = [one.case for one in played.values()]
        yield from _requirement(contract, contract.client_requirements[name], about)
    elif name in played:
        yield "for clients:"
        yield from _scenario(contract, played[name])


def _scenario(contract: Contract, scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.id}"
    yield f"  plays: {scenario.case.title}"
    yield f"  called with: {json.dumps(dict(scenario.call), ensure_ascii=False)}"
    yield from (f"  may be handed back: {one}" for one in hopes(scenario))
    for name in scenario.case.requirements:
        yield from _requirement(contract, contract.client_requirements[name], [])


def _scenarios(contract: Contract) -> tuple[Scenario, ...]:
    target = stage_target(contract, _ANYWHERE, Credentials("", ""))
    return scenarios(contract.of_clients(), target, _ANYWHERE)


def _cases(contract: Contract) -> tuple[Case, ...]:
    everything = target(contract, _ANYWHERE)
    return build(contract, everything, assumed_survey(contract, everything), examples=EXAMPLES)


def _requirement(contract: Contract, requirement: Requirement, cases: list[Case]) -> Iterator[str]:
    yield f"{requirement.id} ({requirement.level}, area {requirement.area})"
    yield f"  {requirement.statement}"
    yield f"  source: {requirement.source}"
    if requirement.pointer:
        yield f"  in spec/: {requirement.pointer}"
    yield f"  tested: {how_tested(requirement)}"
    if requirement.tolerance:
        yield f"  tolerated: {requirement.tolerance}"
    if requirement.approximate:
        yield f"  for an approximate engine: {requirement.approximate}"
    for case in cases:
        if requirement.id in case.requirements:
            yield f"  case {case.id}: {case.title}"
    if requirement.interpretation:
        yield from _interpretation(contract, requirement.interpretation)


def _case(contract: Contract, case: Case) -> Iterator[str]:
    yield f"{case.id}"
    yield f"  sends: {case.title}"
    if case.mutation:
        yield f"  breaks: {case.mutation.pointer} ({case.mutation.before!r} becomes {case.mutation.after!r})"
    if case.relation:
        yield f"  relation: {case.relation}"
    for one in case.expectation.acceptances:
        yield f"  accepted: {one}, because {one.why}"
    for name in case.requirements:
        yield from _requirement(contract, contract.requirements[name], [])


def _code(row: ErrorRow, cases: list[Case]) -> Iterator[str]:
    yield f"{row.code} ({row.status}, {row.grade})"
    yield f"  message: {row.message}"
    if row.meaning:
        yield f"  meaning: {row.meaning}"
    yield f"  source: {row.source}; in spec/: {row.where}"
    yield f"  brought about by: {row.provoked}" + (f" ({row.because})" if row.because else "")
    for case in cases:
        if case.expectation.refusals(row.code) and case.expectation.success is None:
            yield f"  accepted in {case.id}: {case.title}"


def _interpretation(contract: Contract, name: str) -> Iterator[str]:
    found = contract.interpretations[name]
    yield f"interpretation {found.id}"
    yield f"  the page: {found.page}"
    yield f"  evidence: {found.evidence}"
    yield f"  we accept: {found.accepted}"
