"""A server may close a kept-alive connection at any time: the request is signed again and repeated once."""

import re
import time
from datetime import UTC, datetime
from itertools import count

import pytest
from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.throttle import NoThrottle


@pytest.fixture
def make_dispatcher(contract, make_sender):
    """A function that creates a dispatcher to a server, and a probe that is sent each time."""

    def create(server):
        target = build_target(contract, server.endpoint)
        nonces = count()
        runtime = RuntimeEnvironment(
            lambda: datetime.now(UTC), time.perf_counter, pytest.fail, lambda: f"nonce-{next(nonces)}"
        )
        probe = Probe(CaseBuilder(contract, target, Survey.from_target(target)).request(), fresh=True)
        return Dispatcher(RequestEncoder(contract, target), make_sender(server), NoThrottle(), runtime, 1.0), probe

    return create


def close_after(number):
    """Respond to a number of requests on the first connection, then close it; respond to all on other connections."""

    def script(connection):
        while request := connection.request():
            if connection.number == 0 and connection.received.index(request) >= number:
                return
            connection.respond(b"%d" % connection.number)

    return script


def nonce(request):
    return re.search(rb"x-acs-signature-nonce: (\S+)", request)[1]


def signature(request):
    return re.search(rb"Signature=([0-9a-f]+)", request)[1]


def test_a_closed_kept_alive_connection_is_stale(start_server, make_sender, make_request):
    server = start_server(close_after(1))
    sender = make_sender(server)
    sender.send(make_request(server), 1)
    with pytest.raises(Unreachable) as caught:
        sender.send(make_request(server, body=b"A=2"), 1)
    assert caught.value.stale_connection


def test_a_request_on_a_stale_connection_is_repeated_once_and_signed_again(start_server, make_dispatcher):
    server = start_server(close_after(1))
    dispatcher, probe = make_dispatcher(server)
    assert dispatcher.exchange(probe).response.body == b"0"
    assert dispatcher.exchange(probe).response.body == b"1"
    first, lost, repeated = server.received
    assert len({nonce(request) for request in (first, lost, repeated)}) == 3
    assert len({signature(request) for request in (first, lost, repeated)}) == 3
    assert dispatcher.sent_count == 3


def test_a_request_on_a_new_connection_is_not_repeated(start_server, make_dispatcher):
    server = start_server(close_after(0))
    dispatcher, probe = make_dispatcher(server)
    with pytest.raises(Unreachable):
        dispatcher.exchange(probe)
    assert len(server.received) == 1


def test_a_repeated_request_is_not_repeated_again(start_server, make_dispatcher):
    def script(connection):
        if connection.number == 0:
            connection.request()
            connection.respond()
        connection.request()

    server = start_server(script)
    dispatcher, probe = make_dispatcher(server)
    dispatcher.exchange(probe)
    with pytest.raises(Unreachable):
        dispatcher.exchange(probe)
    assert len(server.received) == 3


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_request_is_not_repeated_after_the_response_began(start_server, make_dispatcher, ending):
    def script(connection):
        connection.request()
        connection.respond()
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        getattr(connection, ending)()

    server = start_server(script)
    dispatcher, probe = make_dispatcher(server)
    dispatcher.exchange(probe)
    with pytest.raises(Unreachable) as caught:
        dispatcher.exchange(probe)
    assert not caught.value.stale_connection
    assert len(server.received) == 2


def test_equal_probes_share_an_exchange(start_server, make_dispatcher):
    server = start_server(close_after(9))
    dispatcher, probe = make_dispatcher(server)
    shared = evolve(probe, fresh=False)
    assert dispatcher.exchange(shared) is dispatcher.exchange(shared)
    assert len(server.received) == 1
