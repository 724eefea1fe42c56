"""A server may close a kept-alive connection at any time: one silent repeat, signed anew, and never more."""

import re
import time
from datetime import UTC, datetime
from itertools import count

import pytest
from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.throttle import NoThrottle


@pytest.fixture
def dispatching(contract, sender_to):
    """A dispatcher to a server, and a probe that is sent each time."""

    def made(server):
        target = emulated(contract, server.endpoint)
        nonces = count()
        surroundings = RuntimeEnvironment(
            lambda: datetime.now(UTC), time.perf_counter, pytest.fail, lambda: f"nonce-{next(nonces)}"
        )
        probe = Probe(CaseBuilder(contract, target, Survey.from_target(target)).request(), fresh=True)
        return Dispatcher(RequestEncoder(contract, target), sender_to(server), NoThrottle(), surroundings, 1.0), probe

    return made


def closing_after(answered):
    """Answers so many requests on the first connection, hangs up on the next one, and answers on all others."""

    def script(talk):
        while request := talk.request():
            if talk.number == 0 and talk.received.index(request) >= answered:
                return
            talk.answer(b"%d" % talk.number)

    return script


def nonce(request):
    return re.search(rb"x-acs-signature-nonce: (\S+)", request)[1]


def signature(request):
    return re.search(rb"Signature=([0-9a-f]+)", request)[1]


def test_a_closed_kept_alive_connection_is_stale(serving, sender_to, asking):
    server = serving(closing_after(1))
    sender = sender_to(server)
    sender.send(asking(server), 1)
    with pytest.raises(Unreachable) as caught:
        sender.send(asking(server, body=b"A=2"), 1)
    assert caught.value.stale_connection


def test_a_stale_connection_is_repeated_once_signed_anew(serving, dispatching):
    server = serving(closing_after(1))
    dispatcher, probe = dispatching(server)
    assert dispatcher.exchange(probe).response.body == b"0"
    assert dispatcher.exchange(probe).response.body == b"1"
    first, lost, again = server.received
    assert len({nonce(one) for one in (first, lost, again)}) == 3
    assert len({signature(one) for one in (first, lost, again)}) == 3
    assert dispatcher.sent_count == 3


def test_a_first_connection_that_is_closed_is_not_repeated(serving, dispatching):
    server = serving(closing_after(0))
    dispatcher, probe = dispatching(server)
    with pytest.raises(Unreachable):
        dispatcher.exchange(probe)
    assert len(server.received) == 1


def test_a_repeat_that_is_closed_too_is_not_repeated(serving, dispatching):
    def script(talk):
        if talk.number == 0:
            talk.request()
            talk.answer()
        talk.request()

    server = serving(script)
    dispatcher, probe = dispatching(server)
    dispatcher.exchange(probe)
    with pytest.raises(Unreachable):
        dispatcher.exchange(probe)
    assert len(server.received) == 3


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_reply_that_had_begun_is_not_asked_for_again(serving, dispatching, end):
    def script(talk):
        talk.request()
        talk.answer()
        talk.request()
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        getattr(talk, end)()

    server = serving(script)
    dispatcher, probe = dispatching(server)
    dispatcher.exchange(probe)
    with pytest.raises(Unreachable) as caught:
        dispatcher.exchange(probe)
    assert not caught.value.stale_connection
    assert len(server.received) == 2


def test_a_shared_probe_is_sent_once(serving, dispatching):
    server = serving(closing_after(9))
    dispatcher, probe = dispatching(server)
    shared = evolve(probe, fresh=False)
    assert dispatcher.exchange(shared) is dispatcher.exchange(shared)
    assert len(server.received) == 1
