"""Run the client scenarios as tests of a Python test suite, with a callable in place of an adapter."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
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

#: Creates the client under test from an endpoint and a key.
ClientFactory = Callable[[str, Credentials], ClientCallable]

#: Timeout of one call in seconds.
_DEFAULT_TIMEOUT = 15.0

#: For listing scenarios: ids do not depend on the endpoint.
_PLACEHOLDER_ENDPOINT = "http://127.0.0.1"


def scenario_ids(document: str | None = None) -> tuple[str, ...]:
    """Return the ids of all scenarios of a revision, for parametrising a test; the slowest come last."""
    return tuple(scenario_titles(document))


def scenario_titles(document: str | None = None) -> Mapping[str, str]:
    """Return the titles of all scenarios of a revision by id."""
    contract = _load_contract(document)
    target = build_server_target(contract, _PLACEHOLDER_ENDPOINT, generate_credentials())
    scenarios = build_scenarios(contract, target, _PLACEHOLDER_ENDPOINT)
    return {scenario.id: scenario.case.title for scenario in scenarios}


class ClientTestSession:
    """Runs scenarios one by one with a client in this process; a context manager.

    `create_client` is called once, with the endpoint and the key that the client has to use. It returns a
    callable that takes the parameters by their wire names and returns the body of the response, or status and
    body. The callable raises `ApiError` for an error response and `ArgumentsRefused` for parameters that it
    does not send; any other exception means an unreadable response. `level` and `strict` are as for `run`.
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
        server = self._exit_stack.enter_context(ScriptedServer(lambda: datetime.now(UTC)))
        key = generate_credentials()
        target = build_server_target(self._contract, server.endpoint, key)
        driver = CallableDriver(self._create_client(server.endpoint, key), self._timeout, time.monotonic)
        self._exit_stack.callback(driver.close)
        self._runner = ScenarioRunner(self._contract, target, server.other_endpoint, driver, server, self._policy)
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._exit_stack.close()

    def check(self, scenario_id: str) -> None:
        """Run a scenario; raises `AssertionError` with the findings, `SkipTest` if the scenario does not apply."""
        __tracebackhide__ = True  # pytest shows the test, not this
        result = self.run_scenario(scenario_id)
        if result.outcome is Outcome.NOT_APPLICABLE:
            raise SkipTest(result.reason or "")
        if result.outcome is Outcome.ERRORED:
            raise RuntimeError(result.reason)
        if result.outcome is Outcome.FAILED:
            raise AssertionError(self._explain_failure(result))

    def run_scenario(self, scenario_id: str) -> CaseResult:
        """Run a scenario and return its result; raises `InvalidInput` for an unknown id."""
        runner = self._active_runner()
        scenario = next((scenario for scenario in runner.scenarios if scenario.id == scenario_id), None)
        if scenario is None:
            raise InvalidInput(f"unknown scenario {scenario_id!r}", "scenario", "scenario_ids() lists all of them")
        return runner.run_scenario(scenario)

    def _active_runner(self) -> ScenarioRunner:
        if self._runner is None:
            raise InvalidInput("the session is not open", "ClientTestSession", "use it in a `with` statement")
        return self._runner

    def _explain_failure(self, result: CaseResult) -> str:
        runner = self._active_runner()
        redactor = Redactor.for_target(runner.target).with_own_signatures(result.exchanges)
        findings = [
            serialize_finding(finding, redactor)
            for finding in result.judgement.findings
            if self._policy.is_failure(finding)
        ]
        finding_lines = [finding_with_requirement(self._contract, finding) for finding in findings]
        scenario_run = serialize_scenario_run(runner.scenario_runs[result.case.id], redactor)
        return "\n".join((clip_text(result.case.title), *finding_lines, *call_lines(scenario_run)))


def _load_contract(document: str | None) -> Contract:
    return load(None, document).for_clients()
