"""The scenarios for clients inside a test suite of Python: one test each, with a callable in place of an adapter."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Self
from unittest import SkipTest

from imagesearch_conformance.clients.callables import ApiError, ArgumentsRefused, CallableDriver, Client
from imagesearch_conformance.clients.catalogue import scenarios
from imagesearch_conformance.clients.stage import Stage
from imagesearch_conformance.clients.target import fresh_key, stage_target
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.reports.calls import call_lines
from imagesearch_conformance.reports.clients import performance_document
from imagesearch_conformance.reports.document import finding_document
from imagesearch_conformance.reports.wording import departure_text, told
from imagesearch_conformance.runner.playing import Player
from imagesearch_conformance.verdicts import CaseResult, Policy

__all__ = ["ApiError", "ArgumentsRefused", "Credentials", "Rehearsal", "scenario_ids", "scenario_titles"]

#: Makes the client that is judged: given where it is to ask and with which key, what searches.
Make = Callable[[str, Credentials], Client]

#: How long one call may take, in seconds.
_PATIENCE = 15.0

#: Where nothing is asked: ids do not depend on an address.
_NOWHERE = "http://127.0.0.1"


def scenario_ids(document: str | None = None) -> tuple[str, ...]:
    """The ids of all scenarios in one revision, for parametrising a test; the longest come last."""
    return tuple(scenario_titles(document))


@lru_cache(maxsize=4)
def scenario_titles(document: str | None = None) -> Mapping[str, str]:
    """The titles of all scenarios in one revision, by their ids."""
    contract = _contract(document)
    target = stage_target(contract, _NOWHERE, fresh_key())
    return {one.id: one.case.title for one in scenarios(contract, target, _NOWHERE)}


class Rehearsal:
    """Plays scenarios, one by one, with a client in this process; a context manager.

    `make` is called once, with the address and the key that the client has to use, and gives what searches:
    a callable that takes the parameters by their wire names and returns the body of the reply, or status and
    body. It raises ApiError for an error of the service and ArgumentsRefused for what it does not send;
    anything else that it raises means that nothing sensible came. `level` and `strict` are as for `run`.
    """

    def __init__(
        self,
        make: Make,
        *,
        document: str | None = None,
        timeout: float = _PATIENCE,
        level: str = Level.MUST.value,
        strict: bool = False,
    ) -> None:
        self._make, self._timeout = make, timeout
        self._contract, self._policy = _contract(document), Policy(Level(level), strict)
        self._open = ExitStack()
        self._player: Player | None = None

    def __enter__(self) -> Self:
        stage = self._open.enter_context(Stage(lambda: datetime.now(UTC)))
        key = fresh_key()
        target = stage_target(self._contract, stage.endpoint, key)
        driver = CallableDriver(self._make(stage.endpoint, key), self._timeout, time.monotonic)
        self._open.callback(driver.close)
        self._player = Player(self._contract, target, stage.elsewhere, driver, stage, self._policy)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def check(self, scenario: str) -> None:
        """Plays a scenario: raises AssertionError that explains what departed, SkipTest for what does not apply."""
        __tracebackhide__ = True  # pytest shows the test, not this
        result = self.result(scenario)
        if result.outcome is Outcome.NOT_APPLICABLE:
            raise SkipTest(result.reason or "")
        if result.outcome is Outcome.ERRORED:
            raise RuntimeError(result.reason)
        if result.outcome is Outcome.FAILED:
            raise AssertionError(self._explained(result))

    def result(self, scenario: str) -> CaseResult:
        """What became of a scenario; raises BadInput for one that does not exist."""
        player = self._playing()
        found = next((one for one in player.scenarios if one.id == scenario), None)
        if found is None:
            raise BadInput(f"no scenario is called {scenario!r}", "scenario", "scenario_ids() names them all")
        return player.result(found)

    def _playing(self) -> Player:
        if self._player is None:
            raise BadInput("nothing is played yet", "Rehearsal", "use it in a `with` statement")
        return self._player

    def _explained(self, result: CaseResult) -> str:
        player = self._playing()
        redactor = Redactor.of(player.target).knowing(result.exchanges)
        findings = [finding_document(one, redactor) for one in result.judgement.findings if self._policy.fails(one)]
        departures = [departure_text(self._contract, one) for one in findings]
        said = performance_document(player.performances[result.case.id], redactor)
        return "\n".join((told(result.case.title), *departures, *call_lines(said)))


@lru_cache(maxsize=4)
def _contract(document: str | None) -> Contract:
    return load(None, document).of_clients()
