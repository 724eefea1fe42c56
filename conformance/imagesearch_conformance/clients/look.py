"""What a check of a client may look at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.checks.reading import Reading, read
from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.clients.scenario import Performance, Scenario
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import Answer
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Json
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest

#: Tells what a signature may be accused of; those of requests that are redacted were seen before.
Defects = Callable[[Contract, Target, WireRequest, datetime], frozenset[str]]


@frozen(eq=False)
class Sight:
    """What a check of requests alone may look at; `index` names the exchange that a remark is about."""

    contract: Contract
    target: Target
    index: int = field(default=0, kw_only=True)
    defects: Defects = field(default=signature_defects, kw_only=True)

    def held(self, requirement: str) -> Remark:
        """The requirement was exercised and held."""
        return Remark(requirement)

    def departed(
        self,
        requirement: str,
        message: str,
        expected: tuple[str, ...] = (),
        actual: Json = None,
        where: str = "",
        grade: Grade = Grade.DOCUMENTED,
    ) -> Remark:
        """The requirement was exercised and departed from."""
        entry = self.contract.client_requirements.get(requirement)
        level = entry.level if entry else Level.MAY
        return Remark(requirement, Finding(requirement, level, message, expected, actual, where, grade, self.index))


@frozen(eq=False)
class Look(Sight):
    """One performance, read: what the client was asked, what it sent, and what it handed back."""

    performance: Performance

    @property
    def scenario(self) -> Scenario:
        """What was played."""
        return self.performance.scenario

    @property
    def answer(self) -> Answer:
        """What the client handed back."""
        return self.performance.answer

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The requests of the scenario itself: of one that wanders the first alone."""
        made = self.performance.exchanges
        return made[:1] if self.scenario.wanders else made

    @cached_property
    def asked(self) -> Mapping[str, Any]:
        """The parameters of the call by name."""
        return dict(self.scenario.call)

    @cached_property
    def reading(self) -> Reading | None:
        """The last reply that the client got, read; None where none came."""
        made = self.performance.exchanges
        return read(made[-1].reply, self.contract.protocol.success) if made and made[-1].reply.status else None

    def own_held(self) -> Iterator[Remark]:
        """Every requirement that the scenario is for was exercised and held."""
        yield from (self.held(name) for name in self.scenario.case.requirements)

    def own_departed(
        self,
        message: str,
        expected: tuple[str, ...],
        actual: Json = None,
        where: str = "",
        grade: Grade = Grade.DOCUMENTED,
    ) -> Iterator[Remark]:
        """Every requirement that the scenario is for was departed from."""
        for name in self.scenario.case.requirements:
            yield self.departed(name, message, expected, actual, where, grade)

    def said(self, name: str, otherwise: str) -> str:
        """The requirement that a change of this parameter departs from: the scenario's own where it is about it."""
        return self.scenario.case.requirements[0] if name in self.scenario.about else otherwise
