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

from imagesearch_conformance.clients.driver import ApiError, ArgumentsRefused, CallableDriver, ClientCallable
from imagesearch_conformance.clients.scenarios.build import build_scenarios
from imagesearch_conformance.clients.server.scripted_server import (
    ScriptedServer,
    build_server_target,
    generate_credentials,
)
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.requirement import Level
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.client_calls import call_lines
from imagesearch_conformance.reports.document import serialize_finding
from imagesearch_conformance.reports.serialization import serialize_scenario_run
from imagesearch_conformance.reports.text import clip_text, finding_with_requirement
from imagesearch_conformance.runner.client_run import ScenarioRunner

__all__ = ["ApiError", "ArgumentsRefused", "ClientTestSession", "Credentials", "scenario_ids", "scenario_titles"]

#: Makes the client that is judged: given where it is to ask and with which key, what searches.
ClientFactory = Callable[[str, Credentials], ClientCallable]

#: How long one call may take, in seconds.
_DEFAULT_TIMEOUT = 15.0

#: Where nothing is asked: ids do not depend on an address.
_PLACEHOLDER_ENDPOINT = "http://127.0.0.1"


def scenario_ids(document: str | None = None) -> tuple[str, ...]:
    """The ids of all scenarios in one revision, for parametrising a test; the longest come last."""
    return tuple(scenario_titles(document))


@lru_cache(maxsize=4)
def scenario_titles(document: str | None = None) -> Mapping[str, str]:
    """The titles of all scenarios in one revision, by their ids."""
    contract = _load_contract(document)
    target = build_server_target(contract, _PLACEHOLDER_ENDPOINT, generate_credentials())
    return {one.id: one.case.title for one in build_scenarios(contract, target, _PLACEHOLDER_ENDPOINT)}


class ClientTestSession:
    """Plays scenarios, one by one, with a client in this process; a context manager.

    `make` is called once, with the address and the key that the client has to use, and gives what searches:
    a callable that takes the parameters by their wire names and returns the body of the reply, or status and
    body. It raises ApiError for an error of the service and ArgumentsRefused for what it does not send;
    anything else that it raises means that nothing sensible came. `level` and `strict` are as for `run`.
    """

    def __init__(
        self,
        create_client: ClientFactory,
        *,
        document: str | None = None,
        timeout: float = _DEFAULT_TIMEOUT,
        level: str = Level.MUST.value,
        strict: bool = False,
    ) -> None:
        self._create_client, self._timeout = create_client, timeout
        self._contract, self._policy = _load_contract(document), Policy(Level(level), strict)
        self._exit_stack = ExitStack()
        self._runner: ScenarioRunner | None = None

    def __enter__(self) -> Self:
        stage = self._exit_stack.enter_context(ScriptedServer(lambda: datetime.now(UTC)))
        key = generate_credentials()
        target = build_server_target(self._contract, stage.endpoint, key)
        driver = CallableDriver(self._create_client(stage.endpoint, key), self._timeout, time.monotonic)
        self._exit_stack.callback(driver.close)
        self._runner = ScenarioRunner(self._contract, target, stage.other_endpoint, driver, stage, self._policy)
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._exit_stack.close()

    def check(self, scenario_id: str) -> None:
        """Plays a scenario: raises AssertionError that explains what departed, SkipTest for what does not apply."""
        __tracebackhide__ = True  # pytest shows the test, not this
        result = self.run_scenario(scenario_id)
        if result.outcome is Outcome.NOT_APPLICABLE:
            raise SkipTest(result.reason or "")
        if result.outcome is Outcome.ERRORED:
            raise RuntimeError(result.reason)
        if result.outcome is Outcome.FAILED:
            raise AssertionError(self._explain_failure(result))

    def run_scenario(self, scenario_id: str) -> CaseResult:
        """What became of a scenario; raises BadInput for one that does not exist."""
        player = self._active_runner()
        found = next((one for one in player.scenarios if one.id == scenario_id), None)
        if found is None:
            raise InvalidInput(f"no scenario is called {scenario_id!r}", "scenario", "scenario_ids() names them all")
        return player.run_scenario(found)

    def _active_runner(self) -> ScenarioRunner:
        if self._runner is None:
            raise InvalidInput("nothing is played yet", "Rehearsal", "use it in a `with` statement")
        return self._runner

    def _explain_failure(self, result: CaseResult) -> str:
        player = self._active_runner()
        redactor = Redactor.for_target(player.target).with_own_signatures(result.exchanges)
        findings = [
            serialize_finding(one, redactor) for one in result.judgement.findings if self._policy.is_failure(one)
        ]
        departures = [finding_with_requirement(self._contract, one) for one in findings]
        said = serialize_scenario_run(player.scenario_runs[result.case.id], redactor)
        return "\n".join((clip_text(result.case.title), *departures, *call_lines(said)))


@lru_cache(maxsize=4)
def _load_contract(document: str | None) -> Contract:
    return load(None, document).for_clients()
