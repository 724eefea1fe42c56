"""The heavy part of the fixtures: set-up from markers, and the failure of a test for the requests of its client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from imagesearch_conformance.client_testing import scenario_titles
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.testing.client_scenario import ClientScenario, ClientTestSessions
from imagesearch_conformance.testing.emulator import EmulatorContext, EmulatorServer, RecordingEmulator
from imagesearch_conformance.testing.interception import intercept_requests
from imagesearch_conformance.testing.judge_requests import (
    check_requirement_patterns,
    disallowed_findings,
    judge_requests,
    render_failure_message,
)
from imagesearch_conformance.testing.service import EmulatedService, InterceptedService

_FAULT_MARKER, _ALLOW_MARKER = "imagesearch_fault", "imagesearch_allow_findings"

_ALL_REQUIREMENTS = "*"


@contextmanager
def emulator_scope(node: pytest.Item, server: EmulatorServer) -> Iterator[EmulatedService]:
    """Provide the emulator of one test behind the server of the session."""
    emulator = server.reset()
    service = EmulatedService(**_service_arguments(server.context, server.endpoint, emulator))
    try:
        with _check_client_requests(node, server.context, emulator, service):
            yield service
    finally:
        # A late request must not reach the emulator of the next test.
        server.reset()


@contextmanager
def interception_scope(node: pytest.Item, context: EmulatorContext) -> Iterator[InterceptedService]:
    """Provide the emulator of one test in place of the real endpoints."""
    emulator = RecordingEmulator(context)
    hosts = frozenset(context.contract.protocol.hosts)
    with intercept_requests(hosts, emulator) as mock:
        service = InterceptedService(**_service_arguments(context, context.region_endpoint, emulator), mock=mock)
        with _check_client_requests(node, context, emulator, service):
            yield service


def client_scenario(request: pytest.FixtureRequest, sessions: ClientTestSessions) -> ClientScenario:
    """Return the scenario of a parametrised test."""
    scenario_id = str(request.param)
    test_function = request.node.nodeid.partition("[")[0]
    return ClientScenario(scenario_id, scenario_titles(sessions.document)[scenario_id], sessions, test_function)


def _service_arguments(context: EmulatorContext, endpoint: str, emulator: RecordingEmulator) -> dict[str, Any]:
    return {
        "target": context.target(endpoint),
        "fault_injector": emulator.fault_injector,
        "exchanges": emulator.exchanges,
        "judge": partial(judge_requests, context),
    }


@contextmanager
def _check_client_requests(
    node: pytest.Item, context: EmulatorContext, emulator: RecordingEmulator, service: EmulatedService
) -> Iterator[None]:
    """Apply the markers of a test, and fail the test in the end for findings that they do not allow."""
    try:
        allowed = tuple(_allowed_requirements(node))
        check_requirement_patterns(context.contract, allowed)
        for marker in node.iter_markers(_FAULT_MARKER):
            service.fault(_error_code(marker))
            break
    except InvalidInput as problem:
        pytest.fail(str(problem), pytrace=False)
    yield
    exchanges = tuple(emulator.exchanges)
    findings = disallowed_findings(judge_requests(context, exchanges), allowed)
    if findings:
        pytest.fail(render_failure_message(findings, exchanges), pytrace=False)


def _allowed_requirements(node: pytest.Item) -> Iterator[str]:
    for marker in node.iter_markers(_ALLOW_MARKER):
        if marker.kwargs or not all(isinstance(argument, str) for argument in marker.args):
            raise InvalidInput(
                "invalid arguments: expected ids of requirements",
                _ALLOW_MARKER,
                f'for example @pytest.mark.{_ALLOW_MARKER}("num.maximum")',
            )
        yield from marker.args or (_ALL_REQUIREMENTS,)


def _error_code(marker: pytest.Mark) -> str:
    if len(marker.args) == 1 and not marker.kwargs:
        return str(marker.args[0])
    raise InvalidInput(
        "invalid arguments: expected one error code",
        _FAULT_MARKER,
        f'for example @pytest.mark.{_FAULT_MARKER}("InvalidInstance")',
    )
