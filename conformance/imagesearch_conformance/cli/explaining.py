"""Explanations in words, put together from the contract and the cases made of it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from imagesearch_conformance.cases.assumption import assumed_survey
from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.cli.listing import how_tested
from imagesearch_conformance.cli.options import EXAMPLES
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.emulator.target import target
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Requirement

#: Cases are explained as for an endpoint that claims everything, which our own emulator does.
_ANYWHERE = "http://127.0.0.1"


def explanation(contract: Contract, name: str) -> str:
    """The explanation of whatever is called so; raises BadInput when nothing is."""
    cases = {case.id: case for case in _cases(contract)}
    if name in contract.requirements:
        lines = _requirement(contract, contract.requirements[name], list(cases.values()))
    elif name in cases:
        lines = _case(contract, cases[name])
    elif (row := contract.errors.find(name)) is not None:
        lines = _code(row, list(cases.values()))
    elif name in contract.interpretations:
        lines = _interpretation(contract, name)
    else:
        codes = [row.code for row in contract.errors.rows]
        near = get_close_matches(name, [*contract.requirements, *cases, *codes, *contract.interpretations], 3)
        raise BadInput(f"nothing is called {name!r}", "ID", f"did you mean {', '.join(near)}?" if near else "")
    return "\n".join(lines)


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
