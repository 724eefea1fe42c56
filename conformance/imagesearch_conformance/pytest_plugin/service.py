"""The fixtures at work: what their markers ask for, and a test that fails for what its client sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.rehearsal import scenario_titles
from imagesearch_conformance.testing.client_scenario import ClientScenario, Rehearsals
from imagesearch_conformance.testing.explaining import explanation
from imagesearch_conformance.testing.interception import intercepting
from imagesearch_conformance.testing.judging import check_ids, findings_of, refused
from imagesearch_conformance.testing.recorder import Recorder
from imagesearch_conformance.testing.service import EmulatedService, InterceptedService
from imagesearch_conformance.testing.stand import Stand
from imagesearch_conformance.testing.world import World

_FAULT, _ALLOWED = "imagesearch_fault", "imagesearch_allow_findings"

#: Every requirement there is.
_ALL = "*"


@contextmanager
def on_a_socket(node: pytest.Item, stand: Stand) -> Iterator[EmulatedService]:
    """The service of one test behind the socket of the session."""
    recorder = stand.renewed()
    service = EmulatedService(**_parts(stand.world, stand.endpoint, recorder))
    try:
        with _judged(node, stand.world, recorder, service):
            yield service
    finally:
        # What comes late belongs to no test.
        stand.renewed()


@contextmanager
def in_process(node: pytest.Item, world: World) -> Iterator[InterceptedService]:
    """The service of one test in place of the real endpoints."""
    recorder = Recorder(world)
    hosts = frozenset(world.contract.protocol.hosts)
    with intercepting(hosts, recorder) as mock:
        service = InterceptedService(**_parts(world, world.home, recorder), mock=mock)
        with _judged(node, world, recorder, service):
            yield service


def scenario(request: pytest.FixtureRequest, rehearsals: Rehearsals) -> ClientScenario:
    """The scenario that a test is parametrised with."""
    name = str(request.param)
    function = request.node.nodeid.partition("[")[0]
    return ClientScenario(name, scenario_titles(rehearsals.document)[name], rehearsals, function)


def _parts(world: World, endpoint: str, recorder: Recorder) -> dict[str, Any]:
    return {
        "target": world.target(endpoint),
        "orders": recorder.orders,
        "received": recorder.received,
        "judge": partial(findings_of, world),
    }


@contextmanager
def _judged(node: pytest.Item, world: World, recorder: Recorder, service: EmulatedService) -> Iterator[None]:
    """Orders what the markers ask for, and fails the test for what its client sent and was not allowed to."""
    try:
        allowed = tuple(_allowed(node))
        check_ids(world.contract, allowed)
        for marker in node.iter_markers(_FAULT):
            service.fault(_code(marker))
            break
    except BadInput as problem:
        pytest.fail(str(problem), pytrace=False)
    yield
    received = tuple(recorder.received)
    found = refused(findings_of(world, received), allowed)
    if found:
        pytest.fail(explanation(found, received), pytrace=False)


def _allowed(node: pytest.Item) -> Iterator[str]:
    for marker in node.iter_markers(_ALLOWED):
        if marker.kwargs or not all(isinstance(one, str) for one in marker.args):
            raise BadInput("the marker takes ids", _ALLOWED, f'like @pytest.mark.{_ALLOWED}("num.maximum")')
        yield from marker.args or (_ALL,)


def _code(marker: pytest.Mark) -> str:
    if len(marker.args) == 1 and not marker.kwargs:
        return str(marker.args[0])
    raise BadInput("the marker takes one error code", _FAULT, f'like @pytest.mark.{_FAULT}("InvalidInstance")')
