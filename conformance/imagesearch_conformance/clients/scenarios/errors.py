"""Scenarios with error responses: every documented code, those of gateways, and an unknown one."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.clients.scenario import Scenario
from imagesearch_conformance.clients.scenario_builder import ScenarioBuilder
from imagesearch_conformance.model.expectation import Grade

#: A code of no revision.
_UNKNOWN_CODE = "NobodyKnows.ThisCode"


def error_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build one scenario for each code."""
    errors = builder.contract.errors
    for row in errors.documented_rows:
        status_id, message_id = f"error.{row.code}.status", f"error.{row.code}.message"
        title = f"the service responds with {row.code}"
        yield builder.error_scenario(f"{status_id}/reported", title, row, status_id, message_id)
    for row in errors.rows:
        if row.grade is Grade.TOLERATED:
            title = f"the gateway responds with {row.code}"
            yield builder.error_scenario(f"error.gateway/{row.code}", title, row, "error.gateway")
    title = "the service responds with an unknown code"
    message = '\u8fd9\u662f\u4ec0\u4e48? "quoted" <b>&amp;</b>'
    unknown = evolve(errors.documented_rows[0], code=_UNKNOWN_CODE, message=message)
    yield builder.error_scenario("error.unknown/unheard", title, unknown, "error.unknown")
