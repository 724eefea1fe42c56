"""What a check of a client may look at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_response
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answer
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest

#: Tells what a signature may be accused of; those of requests that are redacted were seen before.
DefectFinder = Callable[[Contract, Target, WireRequest, datetime], frozenset[str]]


@frozen(eq=False)
class RequestCheckContext:
    """What a check of requests alone may look at; `index` names the exchange that a remark is about."""

    contract: Contract
    target: Target
    index: int = field(default=0, kw_only=True)
    find_defects: DefectFinder = field(default=signature_defects, kw_only=True)

    def pass_requirement(self, requirement: str) -> CheckResult:
        """The requirement was exercised and held."""
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
        """The requirement was exercised and departed from."""
        entry = self.contract.client_requirements.get(requirement)
        level = entry.level if entry else Level.MAY
        return CheckResult(
            requirement, Finding(requirement, level, message, expected, actual, where, grade, self.index)
        )


@frozen(eq=False)
class ScenarioCheckContext(RequestCheckContext):
    """One performance, read: what the client was asked, what it sent, and what it handed back."""

    scenario_run: ScenarioRun

    @property
    def scenario(self) -> Scenario:
        """What was played."""
        return self.scenario_run.scenario

    @property
    def answer(self) -> Answer:
        """What the client handed back."""
        return self.scenario_run.answer

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The requests of the scenario itself: of one that wanders the first alone."""
        made = self.scenario_run.exchanges
        return made[:1] if self.scenario.follows_redirects else made

    @cached_property
    def arguments(self) -> Mapping[str, Any]:
        """The parameters of the call by name."""
        return dict(self.scenario.call)

    @cached_property
    def response(self) -> ParsedResponse | None:
        """The last reply that the client got, read; None where none came."""
        made = self.scenario_run.exchanges
        return (
            parse_response(made[-1].response, self.contract.protocol.success_status)
            if made and made[-1].response.status
            else None
        )

    def pass_all(self) -> Iterator[CheckResult]:
        """Every requirement that the scenario is for was exercised and held."""
        yield from (self.pass_requirement(name) for name in self.scenario.case.requirements)

    def fail_all(
        self,
        message: str,
        expected: tuple[str, ...],
        actual: Json = None,
        where: str = "",
        grade: Grade = Grade.DOCUMENTED,
    ) -> Iterator[CheckResult]:
        """Every requirement that the scenario is for was departed from."""
        for name in self.scenario.case.requirements:
            yield self.fail_requirement(name, message, expected, actual, where, grade)

    def parameter_requirement(self, name: str, default: str) -> str:
        """The requirement that a change of this parameter departs from: the scenario's own where it is about it."""
        return self.scenario.case.requirements[0] if name in self.scenario.parameters_under_test else default
