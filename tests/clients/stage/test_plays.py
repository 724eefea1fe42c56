"""Every play is received as what it says that it amounts to, by clients that are not ours."""

import http.client
import time

import pytest
import requests

from imagesearch_conformance.clients import plays
from imagesearch_conformance.clients.script import End, Pause, Play, Stall
from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.model.wire import WireReply

PATIENCE = 5.0

JSON = (("Content-Type", "application/json"), ("X-Twice", "1"), ("X-Twice", "2"))

BODY = '{"Msg": "\u00e4"}'.encode() * 100

WHOLE = {
    "plain": plays.http(200, JSON, BODY),
    "last": plays.http(200, JSON, BODY, End.CLOSE),
    "empty": plays.http(400, JSON),
    "unknown status": plays.http(599, JSON, BODY),
    "no content": plays.http(204),
    "chunks": plays.chunked(200, JSON, BODY, 7),
    "one chunk": plays.chunked(200, JSON, BODY, len(BODY)),
    "no chunk": plays.chunked(200, JSON, b"", 7),
    "gzip": plays.gzipped(503, JSON, BODY),
    "slow": plays.slow(plays.http(200, JSON, BODY), 5, 0.01),
    "slow chunks": plays.slow(plays.chunked(200, JSON, BODY, 100), 3, 0.01),
    "slow gzip": plays.slow(plays.gzipped(200, JSON, BODY), 1000, 0.0),
    "redirect": plays.redirect(302, "http://localhost:1/?a=b"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_reply_is_what_it_amounts_to(house, name):
    house.play(WHOLE[name])
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(2):
            with session.get(house.stage.endpoint, timeout=PATIENCE, allow_redirects=False) as reply:
                got = WireReply(reply.status_code, tuple(reply.raw.headers.iteritems()), reply.content)
            assert got == WHOLE[name].reply
    assert [one.reply for one in house.stage.received()] == [WHOLE[name].reply] * 2


def test_a_body_has_its_length_and_its_content():
    assert WHOLE["plain"].reply == WireReply(200, (*JSON, ("Content-Length", str(len(BODY)))), BODY)
    assert WHOLE["last"].reply.header("connection") == "close"
    assert WHOLE["gzip"].reply.header("content-encoding") == "gzip"
    assert int(WHOLE["gzip"].reply.header("content-length")) < len(BODY) == len(WHOLE["gzip"].reply.body)
    assert WHOLE["chunks"].reply.header("content-length") is None
    assert WHOLE["redirect"].reply.header("location") == "http://localhost:1/?a=b"


@pytest.mark.parametrize(("end", "problem"), [(End.CLOSE, http.client.IncompleteRead), (End.RESET, ConnectionError)])
def test_a_reply_that_is_cut_off_has_announced_more(house, end, problem):
    house.play(plays.cut(200, JSON, BODY, 10, end))
    reply = house.asked()
    assert reply.getheader("content-length") == str(len(BODY))
    with pytest.raises(problem):
        reply.read()
    [exchange] = house.stage.received()
    assert (exchange.reply.status, exchange.reply.body) == (200, BODY[:10])


@pytest.mark.parametrize(
    ("play", "problem"),
    [(plays.silent(), http.client.RemoteDisconnected), (plays.reset(), ConnectionResetError)],
)
def test_nothing_comes(house, play, problem):
    house.play(play)
    with pytest.raises(ConnectionError) as caught:
        house.asked()
    assert type(caught.value) is problem
    assert [one.reply for one in house.stage.received()] == [WireReply(0)]


def test_nothing_comes_and_nothing_ends(house):
    house.play(plays.stalled())
    client = house.client()
    client.timeout = 0.05
    client.request("GET", "/")
    with pytest.raises(TimeoutError):
        client.getresponse()
    assert [one.reply for one in house.stage.received()] == [WireReply(0)]


def test_half_a_body_comes_and_nothing_ends(house):
    house.play(plays.stalled(200, JSON, b"12345678"))
    client = house.client()
    client.timeout = 0.05
    client.request("GET", "/")
    reply = client.getresponse()
    assert (reply.getheader("content-length"), reply.read(4)) == ("8", b"1234")
    with pytest.raises(TimeoutError):
        reply.read()
    [exchange] = house.stage.received()
    assert (exchange.reply.status, exchange.reply.body) == (200, b"1234")


def test_a_slow_reply_takes_its_time(house):
    house.play(plays.slow(plays.http(200, JSON, BODY), 4, 0.02))
    since = time.monotonic()
    assert house.asked().read() == BODY
    assert time.monotonic() - since >= 0.06


def test_slowing_down_changes_no_byte():
    play = plays.chunked(200, JSON, BODY, 7)
    slowed = plays.slow(play, 3, 0.5)
    assert [type(piece) for piece in slowed.pieces] == [bytes, Pause, bytes, Pause, bytes]
    assert b"".join(slowed.pieces[::2]) == b"".join(play.pieces)
    assert (slowed.reply, slowed.end) == (play.reply, play.end)


@pytest.mark.parametrize(
    "made",
    [
        lambda: plays.slow(Play((Stall(),), WireReply(0)), 2, 1.0),
        lambda: plays.cut(200, JSON, b"12", 2),
        lambda: plays.cut(200, JSON, b"12", 1, End.KEEP),
    ],
)
def test_a_play_that_is_none_of_its_name_is_refused(made):
    with pytest.raises(BrokenSuite):
        made()
