"""The stage keeps what came as it came, and answers as the script says, whatever a client does."""

import json
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
import requests

from imagesearch_conformance.clients.server import listener, responses
from imagesearch_conformance.clients.server.request_parser import MAX_BODY_SIZE, MAX_HEAD_SIZE
from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.clients.server.script_session import MAX_RECORDED_REQUESTS
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer
from imagesearch_conformance.model.wire import WireRequest

#: What the machine may add to what should happen at once; only a hang is longer.
PATIENCE = 5.0

PLAIN = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nA=1"


def replies(*bodies):
    return [responses.complete_response(200, (), body) for body in bodies]


def received(house):
    return [one.request for one in house.stage.exchanges()]


def test_a_request_is_kept_exactly_as_it_came(house, now):
    house.play(*replies(b"{}"))
    line = house.line()
    line.say(b"POST /a%2fb?x=%E4&y=+~*&&z HTTP/1.1\r\n")
    line.say(b"hOST:  h \r\nX-Twice: 1\r\nx-twice: \xe4\r\nContent-length: 5\r\n\r\n", b"\x00\xff\r\n=")
    assert line.reply() == (200, b"{}")
    [exchange] = house.stage.exchanges()
    headers = (("hOST", "h"), ("X-Twice", "1"), ("x-twice", "\xe4"), ("Content-length", "5"))
    assert exchange.request == WireRequest("POST", "/a%2fb?x=%E4&y=+~*&&z", headers, b"\x00\xff\r\n=")
    assert (exchange.response.status, exchange.response.body, exchange.sent_at) == (200, b"{}", now)


def test_a_request_in_chunks_is_put_together(house):
    house.play(*replies(b"{}"))
    house.asked(body=iter([b"A=", b"1&B=", b"2"]), encode_chunked=True).read()
    [request] = received(house)
    assert request.body == b"A=1&B=2"
    assert request.header("transfer-encoding") == "chunked"


def test_a_request_may_come_byte_by_byte_after_empty_lines(house):
    house.play(*replies(b"{}"))
    line = house.line()
    line.connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.say(*(bytes([one]) for one in b"\r\n\r\n" + PLAIN))
    assert line.reply() == (200, b"{}")
    assert [one.body for one in received(house)] == [b"A=1"]


def test_one_connection_carries_many_requests(house):
    house.play(*replies(b"1", b"2", b"3"))
    client = house.client()
    bodies = []
    for _ in range(4):
        client.request("GET", "/")
        bodies.append(client.getresponse().read())
    assert bodies == [b"1", b"2", b"3", b"3"]
    assert len(received(house)) == 4


def test_requests_that_come_together_are_answered_in_turn(house):
    house.play(*replies(b"1", b"2"))
    line = house.line()
    line.say(PLAIN + PLAIN)
    assert [line.reply(), line.reply()] == [(200, b"1"), (200, b"2")]


@pytest.mark.parametrize("how", [b"HTTP/1.1\r\nHost: h\r\nConnection: close", b"HTTP/1.0\r\nHost: h"])
def test_a_client_that_wants_no_more_gets_no_more(house, how):
    house.play(*replies(b"1"))
    line = house.line()
    line.say(b"GET / " + how + b"\r\n\r\n")
    assert line.rest().endswith(b"\r\n\r\n1")


def test_an_offer_of_another_protocol_is_not_taken(house):
    """As Java's client makes it with its first request."""
    house.play(*replies(b"1", b"2"))
    line = house.line()
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n"
    offer = b"GET / HTTP/1.1\r\nHost: h\r\n" + offer
    line.say(offer)
    assert line.reply() == (200, b"1")
    line.say(offer)
    assert line.reply() == (200, b"2")


def test_who_waits_for_it_is_told_to_go_on(house):
    house.play(*replies(b"{}"))
    line = house.line()
    line.say(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost").removesuffix(b"A=1"))
    assert line.reply() == (100, b"")
    line.say(b"A=1")
    assert line.reply() == (200, b"{}")
    assert [one.body for one in received(house)] == [b"A=1"]


def test_who_does_not_wait_is_not_told(house):
    house.play(*replies(b"{}"))
    line = house.line()
    line.say(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost"))
    assert line.reply() == (200, b"{}")


BROKEN = {
    "noise": b"\x00\x01\x02 nothing\r\n\r\n",
    "words": b"hello, is it me you are looking for\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "raw letters": "GET /?a=\u00e4 HTTP/1.1\r\nHost: h\r\n\r\n".encode(),
    "two lengths": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "bad chunk": b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_no_http_is_kept_and_refused(house, how):
    house.play(*replies(b"played"))
    line = house.line()
    line.say(BROKEN[how])
    assert line.reply() == (400, b"{}")
    assert line.rest() == b""
    [exchange] = house.stage.exchanges()
    assert exchange.request == WireRequest("", "", (), BROKEN[how])
    assert exchange.response.status == 400
    assert house.asked().read() == b"played"


def test_a_client_that_wants_tls_is_refused(house):
    house.play()
    line = house.line()
    with pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(line.connected, server_hostname="localhost")
    [request] = received(house)
    assert (request.method, request.body[:1]) == ("", b"\x16")


def test_half_a_request_is_a_broken_one(house):
    house.play()
    line = house.line()
    line.say(PLAIN[:-1])
    line.connected.shutdown(socket.SHUT_WR)
    assert line.reply() == (400, b"{}")
    assert received(house) == [WireRequest("", "", (), PLAIN[:-1])]


def test_a_client_that_stops_within_a_request_is_seen(house):
    house.play()
    line = house.line()
    line.say(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost")[:-3])
    assert line.reply() == (100, b"")  # so what it said has been read
    line.say(b"A=")
    [request] = received(house)
    assert (request.method, request.body[-3:]) == ("", b"\nA=")
    house.play()
    assert line.rest() == b""
    assert received(house) == []


def test_a_request_on_its_way_is_waited_for(house):
    house.play(*replies(b"{}"))
    line = house.line()
    line.say(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost")[:-3])
    line.reply()
    asking = threading.Event()

    def ask():
        asking.set()
        return received(house)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        asking.wait(PATIENCE)
        line.say(b"A=1")
        assert [one.body for one in asked.result()] == [b"A=1"]


def test_a_connection_without_a_byte_is_no_request(house):
    house.play(*replies(b"{}"))
    house.line().hang_up()
    house.asked().read()
    assert len(received(house)) == 1


def test_a_head_without_end_is_refused(house):
    house.play()
    line = house.line()
    line.say(b"GET / HTTP/1.1\r\nX: " + b"x" * (MAX_HEAD_SIZE + 1))
    assert line.reply()[0] == 400
    [request] = received(house)
    assert len(request.body) == MAX_HEAD_SIZE


@pytest.mark.parametrize("size", [MAX_BODY_SIZE, MAX_BODY_SIZE + 1, 5 * MAX_BODY_SIZE])
def test_a_body_without_bound_is_refused(house, size):
    house.play(*replies(b"{}"))
    reply = house.asked(body=b"x" * size)
    assert reply.status == (200 if size == MAX_BODY_SIZE else 413)
    [exchange] = house.stage.exchanges()
    assert (exchange.request.method, len(exchange.request.body)) == ("POST", MAX_BODY_SIZE)
    assert exchange.response.status == reply.status


def test_many_requests_are_answered_and_some_are_kept(house):
    house.play(*replies(b"{}"))
    line = house.line()
    for _ in range(MAX_RECORDED_REQUESTS + 5):
        line.say(PLAIN)
        assert line.reply() == (200, b"{}")
    assert len(received(house)) == MAX_RECORDED_REQUESTS


def test_an_exchange_says_when_it_began_and_how_long_it_took(house, now):
    house.play(*replies(b"{}"))
    line = house.line()
    line.say(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost")[:-3])
    line.reply()
    house.clock.now += timedelta(seconds=3)
    line.say(b"A=1")
    line.reply()
    [exchange] = house.stage.exchanges()
    assert (exchange.sent_at, exchange.seconds) == (now, 3.0)


def test_who_has_seen_a_reply_finds_how_long_it_took(now):
    """The time of the last piece is noted before it is sent."""
    ticks = (now + timedelta(seconds=second) for second in count())
    with ScriptedServer(lambda: next(ticks)) as stage:
        stage.start_script(Script((responses.slow_response(responses.complete_response(200, (), b"1234"), 4, 0.0),)))
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(stage.endpoint, timeout=PATIENCE).content == b"1234"
        [exchange] = stage.exchanges()
    # It began, was complete, and went on with seven pieces: four of bytes, three pauses.
    assert exchange.seconds >= 8


def test_a_script_that_is_empty_plays_an_empty_object(house):
    reply = house.asked()
    assert (reply.status, reply.getheader("content-type"), json.load(reply)) == (200, "application/json", {})


def test_a_script_begins_anew(house):
    house.play(*replies(b"1", b"2"))
    assert house.asked().read() == b"1"
    house.play(*replies(b"3", b"4"))
    assert received(house) == []
    assert house.asked().read() == b"3"


def test_a_connection_may_outlive_a_script(house):
    client = house.client()
    for body in (b"1", b"2"):
        house.play(*replies(body))
        client.request("GET", "/")
        assert client.getresponse().read() == body
        assert len(received(house)) == 1


def test_two_addresses_know_nothing_of_each_other(house):
    moved = responses.redirect_response(307, f"{house.stage.other_endpoint}/moved")
    house.play(moved, *replies(b"again"), elsewhere=tuple(replies(b"there")))
    with requests.Session() as session:
        session.trust_env = False
        with session.post(f"{house.stage.endpoint}/here", data=b"A=1", timeout=PATIENCE) as reply:
            assert reply.content == b"there"
    assert house.stage.other_endpoint.startswith("http://localhost:")
    assert [one.target for one in received(house)] == ["/here"]
    [there] = house.stage.other_exchanges()
    assert (there.request.target, there.request.body) == ("/moved", b"A=1")
    assert there.request.header("host") == house.stage.other_endpoint.removeprefix("http://")
    house.play()
    assert house.stage.other_exchanges() == ()


def test_many_clients_at_once_each_get_a_play_of_their_own(house):
    house.play(*replies(*(b"%d" % number for number in range(40))))
    gate = threading.Barrier(20)

    def ask(number):
        client = house.client()
        gate.wait(PATIENCE)
        bodies = []
        for turn in range(2):
            client.request("POST", f"/{number}/{turn}", b"A=1")
            bodies.append(client.getresponse().read())
        return bodies

    with ThreadPoolExecutor(20) as pool:
        bodies = [body for one in pool.map(ask, range(20)) for body in one]
    assert sorted(map(int, bodies)) == list(range(40))
    assert {one.target for one in received(house)} == {f"/{number}/{turn}" for number in range(20) for turn in range(2)}


def test_more_connections_than_there_is_room_for_close_the_oldest(house, monkeypatch):
    monkeypatch.setattr(listener, "MAX_CONNECTIONS", 3)
    house.play(*replies(b"{}"))
    lines = [house.line() for _ in range(4)]
    for line in lines[1:]:
        line.say(PLAIN)
        assert line.reply() == (200, b"{}")
    assert lines[0].rest() == b""
