"""Every scripted response is received as its wire response, by clients of other libraries."""

import http.client
import time

import pytest
import requests

from imagesearch_conformance.clients.server.script import (
    ConnectionEnd,
    Pause,
    ScriptedResponse,
    Stall,
    chunked_response,
    closed_connection,
    complete_response,
    gzip_response,
    redirect_response,
    reset_connection,
    slow_response,
    stalled_response,
    truncated_response,
)
from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.wire import WireResponse

TIMEOUT = 5.0

JSON = (("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2"))

BODY = '{"Msg": "\u00e4"}'.encode() * 100

COMPLETE = {
    "plain": complete_response(200, JSON, BODY),
    "last": complete_response(200, JSON, BODY, ConnectionEnd.CLOSE),
    "empty": complete_response(400, JSON),
    "unknown status": complete_response(599, JSON, BODY),
    "no content": complete_response(204),
    "chunks": chunked_response(200, JSON, BODY, 7),
    "one chunk": chunked_response(200, JSON, BODY, len(BODY)),
    "no chunk": chunked_response(200, JSON, b"", 7),
    "gzip": gzip_response(503, JSON, BODY),
    "slow": slow_response(complete_response(200, JSON, BODY), 5, 0.01),
    "slow chunks": slow_response(chunked_response(200, JSON, BODY, 100), 3, 0.01),
    "slow gzip": slow_response(gzip_response(200, JSON, BODY), 1000, 0.0),
    "redirect": redirect_response(302, "http://localhost:1/?a=b"),
}


@pytest.mark.parametrize("name", COMPLETE)
def test_a_complete_response_is_received_as_its_wire_response(server, name):
    server.start_script(COMPLETE[name])
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(2):
            with session.get(server.scripted.endpoint, timeout=TIMEOUT, allow_redirects=False) as response:
                received = WireResponse(response.status_code, tuple(response.raw.headers.iteritems()), response.content)
            assert received == COMPLETE[name].wire
    assert [exchange.response for exchange in server.exchanges()] == [COMPLETE[name].wire] * 2


def test_complete_responses_have_the_headers_of_their_kind():
    assert COMPLETE["plain"].wire == WireResponse(200, (*JSON, ("Content-Length", str(len(BODY)))), BODY)
    assert COMPLETE["last"].wire.header("connection") == "close"
    assert COMPLETE["gzip"].wire.header("content-encoding") == "gzip"
    assert int(COMPLETE["gzip"].wire.header("content-length")) < len(BODY) == len(COMPLETE["gzip"].wire.body)
    assert COMPLETE["chunks"].wire.header("content-length") is None
    assert COMPLETE["redirect"].wire.header("location") == "http://localhost:1/?a=b"


@pytest.mark.parametrize(
    ("end", "error"), [(ConnectionEnd.CLOSE, http.client.IncompleteRead), (ConnectionEnd.RESET, ConnectionError)]
)
def test_a_truncated_response_declares_its_whole_length(server, end, error):
    server.start_script(truncated_response(200, JSON, BODY, 10, end))
    response = server.post()
    assert response.getheader("content-length") == str(len(BODY))
    with pytest.raises(error):
        response.read()
    [exchange] = server.exchanges()
    assert (exchange.response.status, exchange.response.body) == (200, BODY[:10])


@pytest.mark.parametrize(
    ("scripted", "error"),
    [
        (closed_connection(), http.client.RemoteDisconnected),
        (reset_connection(), ConnectionResetError),
    ],
)
def test_a_connection_ends_without_a_response(server, scripted, error):
    server.start_script(scripted)
    with pytest.raises(ConnectionError) as caught:
        server.post()
    assert type(caught.value) is error
    assert [exchange.response for exchange in server.exchanges()] == [WireResponse(0)]


def test_a_stalled_connection_stays_open_without_a_response(server):
    server.start_script(stalled_response())
    client = server.http_client()
    client.timeout = 0.05
    client.request("GET", "/")
    with pytest.raises(TimeoutError):
        client.getresponse()
    assert [exchange.response for exchange in server.exchanges()] == [WireResponse(0)]


def test_a_stalled_response_stops_halfway_and_stays_open(server):
    server.start_script(stalled_response(200, JSON, b"12345678"))
    client = server.http_client()
    client.timeout = 0.05
    client.request("GET", "/")
    response = client.getresponse()
    assert (response.getheader("content-length"), response.read(4)) == ("8", b"1234")
    with pytest.raises(TimeoutError):
        response.read()
    [exchange] = server.exchanges()
    assert (exchange.response.status, exchange.response.body) == (200, b"1234")


def test_a_slow_response_takes_its_time(server):
    server.start_script(slow_response(complete_response(200, JSON, BODY), 4, 0.02))
    started = time.monotonic()
    assert server.post().read() == BODY
    assert time.monotonic() - started >= 0.06


def test_a_slow_response_has_the_same_bytes():
    chunked = chunked_response(200, JSON, BODY, 7)
    slow = slow_response(chunked, 3, 0.5)
    assert [type(piece) for piece in slow.pieces] == [bytes, Pause, bytes, Pause, bytes]
    assert b"".join(slow.pieces[::2]) == b"".join(chunked.pieces)
    assert (slow.wire, slow.end) == (chunked.wire, chunked.end)


@pytest.mark.parametrize(
    "build",
    [
        lambda: slow_response(ScriptedResponse((Stall(),), WireResponse(0)), 2, 1.0),
        lambda: truncated_response(200, JSON, b"12", 2),
        lambda: truncated_response(200, JSON, b"12", 1, ConnectionEnd.KEEP),
    ],
)
def test_an_impossible_response_raises(build):
    with pytest.raises(InternalError):
        build()
