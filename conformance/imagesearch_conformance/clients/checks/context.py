"""Contexts of checks: what a check of a client may look at, and how it reports its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from attrs import field, frozen

from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_response
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answer
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest

#: Returns the defects of a signature; for redacted requests, those recorded before redaction.
DefectFinder = Callable[[Contract, Target, WireRequest, datetime], frozenset[str]]


@frozen(eq=False)
class RequestCheckContext:
    """The context of checks of requests alone; `index` is the exchange that findings refer to."""

    contract: Contract
    target: Target
    index: int = field(default=0, kw_only=True)
    find_defects: DefectFinder = field(default=signature_defects, kw_only=True)

    @property
    def arguments(self) -> Mapping[str, Json] | None:
        """The arguments of the call by parameter name, None if unknown."""
        return None

    def pass_requirement(self, requirement: str) -> CheckResult:
        return CheckResult(requirement)

    def fail_requirement(
        self,
        requirement: str,
        message: str,
        expected: tuple[str, ...] = (),
        actual: Json = None,
        where: str = "",
        grade: Grade = Grade.DOCUMENTED,
    ) -> CheckResult:
        entry = self.contract.client_requirements.get(requirement)
        level = entry.level if entry else Level.MAY
        return CheckResult(
            requirement, Finding(requirement, level, message, expected, actual, where, grade, self.index)
        )


@frozen(eq=False)
class ScenarioCheckContext(RequestCheckContext):
    """The context of checks of one scenario run: the call, the requests and the answer."""

    scenario_run: ScenarioRun

    @property
    def scenario(self) -> Scenario:
        return self.scenario_run.scenario

    @property
    def answer(self) -> Answer:
        return self.scenario_run.answer

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges of the call itself, without the requests that follow redirects."""
        exchanges = self.scenario_run.exchanges
        return exchanges[:1] if self.scenario.follows_redirects else exchanges

    @cached_property
    def arguments(self) -> Mapping[str, Json]:
        return dict(self.scenario.call)

    @cached_property
    def response(self) -> ParsedResponse | None:
        """The last response that the client got, parsed; None without one."""
        exchanges = self.scenario_run.exchanges
        if not exchanges or not exchanges[-1].response.status:
            return None
        return parse_response(exchanges[-1].response, self.contract.protocol.success_status)

    def pass_all(self) -> Iterator[CheckResult]:
        """Pass every requirement of the scenario."""
        yield from map(self.pass_requirement, self.scenario.case.requirements)

    def fail_all(
        self,
        message: str,
        expected: tuple[str, ...],
        actual: Json = None,
        where: str = "",
        grade: Grade = Grade.DOCUMENTED,
    ) -> Iterator[CheckResult]:
        """Fail every requirement of the scenario."""
        for name in self.scenario.case.requirements:
            yield self.fail_requirement(name, message, expected, actual, where, grade)

    def parameter_requirement(self, name: str, default: str) -> str:
        """Return the requirement that a changed parameter violates: the scenario's own if it tests that parameter."""
        return self.scenario.case.requirements[0] if name in self.scenario.parameters_under_test else default
