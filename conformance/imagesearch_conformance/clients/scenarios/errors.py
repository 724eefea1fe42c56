"""Scenarios about errors: every code of the page, those of gateways, one that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.scenario_builder import ScenarioBuilder
from imagesearch_conformance.contract.error_table import ErrorRow
from imagesearch_conformance.model.expectation import Grade

#: A code that no revision has.
_UNKNOWN_CODE = "NobodyKnows.ThisCode"


def error_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """One scenario a code."""
    errors = builder.contract.errors
    for row in errors.documented_rows:
        about = (f"error.{row.code}.status", f"error.{row.code}.message")
        yield builder.error_scenario(f"{about[0]}/reported", f"the service answers with {row.code}", row, *about)
    others = (row for row in errors.rows if row.grade is Grade.TOLERATED)
    for row in others:
        yield builder.error_scenario(
            f"error.gateway/{row.code}", f"the gateway answers with {row.code}", row, "error.gateway"
        )
    yield _unknown_code_scenario(builder, errors.documented_rows[0])


def _unknown_code_scenario(builder: ScenarioBuilder, row: ErrorRow) -> Scenario:
    title = "the service answers with a code that nobody knows"
    unknown = evolve(row, code=_UNKNOWN_CODE, message='\u8fd9\u662f\u4ec0\u4e48? "quoted" <b>&amp;</b>')
    return builder.error_scenario("error.unknown/unheard", title, unknown, "error.unknown")
