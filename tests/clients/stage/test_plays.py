"""Every play is received as what it says that it amounts to, by clients that are not ours."""

import http.client
import time

import pytest
import requests

from imagesearch_conformance.clients.server import responses
from imagesearch_conformance.clients.server.script import ConnectionEnd, Pause, ScriptedResponse, Stall
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.wire import WireResponse

PATIENCE = 5.0

JSON = (("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2"))

BODY = '{"Msg": "\u00e4"}'.encode() * 100

WHOLE = {
    "plain": responses.complete_response(200, JSON, BODY),
    "last": responses.complete_response(200, JSON, BODY, ConnectionEnd.CLOSE),
    "empty": responses.complete_response(400, JSON),
    "unknown status": responses.complete_response(599, JSON, BODY),
    "no content": responses.complete_response(204),
    "chunks": responses.chunked_response(200, JSON, BODY, 7),
    "one chunk": responses.chunked_response(200, JSON, BODY, len(BODY)),
    "no chunk": responses.chunked_response(200, JSON, b"", 7),
    "gzip": responses.gzip_response(503, JSON, BODY),
    "slow": responses.slow_response(responses.complete_response(200, JSON, BODY), 5, 0.01),
    "slow chunks": responses.slow_response(responses.chunked_response(200, JSON, BODY, 100), 3, 0.01),
    "slow gzip": responses.slow_response(responses.gzip_response(200, JSON, BODY), 1000, 0.0),
    "redirect": responses.redirect_response(302, "http://localhost:1/?a=b"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_reply_is_what_it_amounts_to(house, name):
    house.play(WHOLE[name])
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(2):
            with session.get(house.stage.endpoint, timeout=PATIENCE, allow_redirects=False) as reply:
                got = WireResponse(reply.status_code, tuple(reply.raw.headers.iteritems()), reply.content)
            assert got == WHOLE[name].wire
    assert [one.response for one in house.stage.exchanges()] == [WHOLE[name].wire] * 2


def test_a_body_has_its_length_and_its_content():
    assert WHOLE["plain"].wire == WireResponse(200, (*JSON, ("Content-Length", str(len(BODY)))), BODY)
    assert WHOLE["last"].wire.header("connection") == "close"
    assert WHOLE["gzip"].wire.header("content-encoding") == "gzip"
    assert int(WHOLE["gzip"].wire.header("content-length")) < len(BODY) == len(WHOLE["gzip"].wire.body)
    assert WHOLE["chunks"].wire.header("content-length") is None
    assert WHOLE["redirect"].wire.header("location") == "http://localhost:1/?a=b"


@pytest.mark.parametrize(
    ("end", "problem"), [(ConnectionEnd.CLOSE, http.client.IncompleteRead), (ConnectionEnd.RESET, ConnectionError)]
)
def test_a_reply_that_is_cut_off_has_announced_more(house, end, problem):
    house.play(responses.truncated_response(200, JSON, BODY, 10, end))
    reply = house.asked()
    assert reply.getheader("content-length") == str(len(BODY))
    with pytest.raises(problem):
        reply.read()
    [exchange] = house.stage.exchanges()
    assert (exchange.response.status, exchange.response.body) == (200, BODY[:10])


@pytest.mark.parametrize(
    ("play", "problem"),
    [
        (responses.closed_connection(), http.client.RemoteDisconnected),
        (responses.reset_connection(), ConnectionResetError),
    ],
)
def test_nothing_comes(house, play, problem):
    house.play(play)
    with pytest.raises(ConnectionError) as caught:
        house.asked()
    assert type(caught.value) is problem
    assert [one.response for one in house.stage.exchanges()] == [WireResponse(0)]


def test_nothing_comes_and_nothing_ends(house):
    house.play(responses.stalled_response())
    client = house.client()
    client.timeout = 0.05
    client.request("GET", "/")
    with pytest.raises(TimeoutError):
        client.getresponse()
    assert [one.response for one in house.stage.exchanges()] == [WireResponse(0)]


def test_half_a_body_comes_and_nothing_ends(house):
    house.play(responses.stalled_response(200, JSON, b"12345678"))
    client = house.client()
    client.timeout = 0.05
    client.request("GET", "/")
    reply = client.getresponse()
    assert (reply.getheader("content-length"), reply.read(4)) == ("8", b"1234")
    with pytest.raises(TimeoutError):
        reply.read()
    [exchange] = house.stage.exchanges()
    assert (exchange.response.status, exchange.response.body) == (200, b"1234")


def test_a_slow_reply_takes_its_time(house):
    house.play(responses.slow_response(responses.complete_response(200, JSON, BODY), 4, 0.02))
    since = time.monotonic()
    assert house.asked().read() == BODY
    assert time.monotonic() - since >= 0.06


def test_slowing_down_changes_no_byte():
    play = responses.chunked_response(200, JSON, BODY, 7)
    slowed = responses.slow_response(play, 3, 0.5)
    assert [type(piece) for piece in slowed.pieces] == [bytes, Pause, bytes, Pause, bytes]
    assert b"".join(slowed.pieces[::2]) == b"".join(play.pieces)
    assert (slowed.wire, slowed.end) == (play.wire, play.end)


@pytest.mark.parametrize(
    "made",
    [
        lambda: responses.slow_response(ScriptedResponse((Stall(),), WireResponse(0)), 2, 1.0),
        lambda: responses.truncated_response(200, JSON, b"12", 2),
        lambda: responses.truncated_response(200, JSON, b"12", 1, ConnectionEnd.KEEP),
    ],
)
def test_a_play_that_is_none_of_its_name_is_refused(made):
    with pytest.raises(InternalError):
        made()
