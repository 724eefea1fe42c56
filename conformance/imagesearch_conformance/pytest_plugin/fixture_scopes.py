"""The fixtures at work: what their markers ask for, and a test that fails for what its client sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from imagesearch_conformance.client_testing import scenario_titles
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.testing.client_scenario import ClientScenario, ClientTestSessions
from imagesearch_conformance.testing.emulator_context import EmulatorContext
from imagesearch_conformance.testing.emulator_server import EmulatorServer
from imagesearch_conformance.testing.failure_message import render_failure_message
from imagesearch_conformance.testing.interception import intercept_requests
from imagesearch_conformance.testing.judge_requests import (
    check_requirement_patterns,
    disallowed_findings,
    judge_requests,
)
from imagesearch_conformance.testing.recording_emulator import RecordingEmulator
from imagesearch_conformance.testing.service import EmulatedService, InterceptedService

_FAULT_MARKER, _ALLOW_MARKER = "imagesearch_fault", "imagesearch_allow_findings"

#: Every requirement there is.
_ALL_REQUIREMENTS = "*"


@contextmanager
def emulator_scope(node: pytest.Item, server: EmulatorServer) -> Iterator[EmulatedService]:
    """The service of one test behind the socket of the session."""
    recorder = server.reset()
    service = EmulatedService(**_service_arguments(server.context, server.endpoint, recorder))
    try:
        with _check_client_requests(node, server.context, recorder, service):
            yield service
    finally:
        # What comes late belongs to no test.
        server.reset()


@contextmanager
def interception_scope(node: pytest.Item, context: EmulatorContext) -> Iterator[InterceptedService]:
    """The service of one test in place of the real endpoints."""
    recorder = RecordingEmulator(context)
    hosts = frozenset(context.contract.protocol.hosts)
    with intercept_requests(hosts, recorder) as mock:
        service = InterceptedService(**_service_arguments(context, context.region_endpoint, recorder), mock=mock)
        with _check_client_requests(node, context, recorder, service):
            yield service


def client_scenario(request: pytest.FixtureRequest, sessions: ClientTestSessions) -> ClientScenario:
    """The scenario that a test is parametrised with."""
    name = str(request.param)
    function = request.node.nodeid.partition("[")[0]
    return ClientScenario(name, scenario_titles(sessions.document)[name], sessions, function)


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
    """Orders what the markers ask for, and fails the test for what its client sent and was not allowed to."""
    try:
        allowed = tuple(_allowed_requirements(node))
        check_requirement_patterns(context.contract, allowed)
        for marker in node.iter_markers(_FAULT_MARKER):
            service.fault(_error_code(marker))
            break
    except InvalidInput as problem:
        pytest.fail(str(problem), pytrace=False)
    yield
    received = tuple(emulator.exchanges)
    found = disallowed_findings(judge_requests(context, received), allowed)
    if found:
        pytest.fail(render_failure_message(found, received), pytrace=False)


def _allowed_requirements(node: pytest.Item) -> Iterator[str]:
    for marker in node.iter_markers(_ALLOW_MARKER):
        if marker.kwargs or not all(isinstance(one, str) for one in marker.args):
            raise InvalidInput(
                "the marker takes ids", _ALLOW_MARKER, f'like @pytest.mark.{_ALLOW_MARKER}("num.maximum")'
            )
        yield from marker.args or (_ALL_REQUIREMENTS,)


def _error_code(marker: pytest.Mark) -> str:
    if len(marker.args) == 1 and not marker.kwargs:
        return str(marker.args[0])
    raise InvalidInput(
        "the marker takes one error code", _FAULT_MARKER, f'like @pytest.mark.{_FAULT_MARKER}("InvalidInstance")'
    )
