"""The scripted server records requests as received, and answers by its script whatever a client does."""

import json
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
import requests

from imagesearch_conformance.clients.server import scripted_server
from imagesearch_conformance.clients.server.connection import MAX_RECORDED_REQUESTS
from imagesearch_conformance.clients.server.request_parser import MAX_BODY_SIZE, MAX_HEAD_SIZE
from imagesearch_conformance.clients.server.script import Script, complete_response, redirect_response, slow_response
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer
from imagesearch_conformance.model.wire import WireRequest

#: How long a slow machine may take for what should happen at once, in seconds.
TIMEOUT = 5.0

PLAIN = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nA=1"


def responses(*bodies):
    return [complete_response(200, (), body) for body in bodies]


def test_a_request_is_recorded_byte_for_byte(server, now):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    connection.send(b"POST /a%2fb?x=%E4&y=+~*&&z HTTP/1.1\r\n")
    connection.send(b"hOST:  h \r\nX-Twice: 1\r\nx-twice: \xe4\r\nContent-length: 5\r\n\r\n", b"\x00\xff\r\n=")
    assert connection.read_response() == (200, b"{}")
    [exchange] = server.exchanges()
    headers = (("hOST", "h"), ("X-Twice", "1"), ("x-twice", "\xe4"), ("Content-length", "5"))
    assert exchange.request == WireRequest("POST", "/a%2fb?x=%E4&y=+~*&&z", headers, b"\x00\xff\r\n=")
    assert (exchange.response.status, exchange.response.body, exchange.sent_at) == (200, b"{}", now)


def test_a_chunked_request_is_decoded(server):
    server.start_script(*responses(b"{}"))
    server.post(body=iter([b"A=", b"1&B=", b"2"]), encode_chunked=True).read()
    [request] = server.requests()
    assert request.body == b"A=1&B=2"
    assert request.header("transfer-encoding") == "chunked"


def test_a_request_may_arrive_byte_by_byte_after_empty_lines(server):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.send(*(bytes([byte]) for byte in b"\r\n\r\n" + PLAIN))
    assert connection.read_response() == (200, b"{}")
    assert [request.body for request in server.requests()] == [b"A=1"]


def test_one_connection_carries_many_requests(server):
    server.start_script(*responses(b"1", b"2", b"3"))
    client = server.http_client()
    bodies = []
    for _ in range(4):
        client.request("GET", "/")
        bodies.append(client.getresponse().read())
    assert bodies == [b"1", b"2", b"3", b"3"]
    assert len(server.requests()) == 4


def test_pipelined_requests_are_answered_in_order(server):
    server.start_script(*responses(b"1", b"2"))
    connection = server.connect()
    connection.send(PLAIN + PLAIN)
    assert [connection.read_response(), connection.read_response()] == [(200, b"1"), (200, b"2")]


@pytest.mark.parametrize("how", [b"HTTP/1.1\r\nHost: h\r\nConnection: close", b"HTTP/1.0\r\nHost: h"])
def test_a_connection_without_keep_alive_is_closed(server, how):
    server.start_script(*responses(b"1"))
    connection = server.connect()
    connection.send(b"GET / " + how + b"\r\n\r\n")
    assert connection.read_rest().endswith(b"\r\n\r\n1")


def test_an_upgrade_to_another_protocol_is_ignored(server):
    """The HTTP client of Java offers it with its first request."""
    server.start_script(*responses(b"1", b"2"))
    connection = server.connect()
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n"
    offer = b"GET / HTTP/1.1\r\nHost: h\r\n" + offer
    connection.send(offer)
    assert connection.read_response() == (200, b"1")
    connection.send(offer)
    assert connection.read_response() == (200, b"2")


def test_100_continue_is_sent_to_a_client_that_waits_for_it(server):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    connection.send(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost").removesuffix(b"A=1"))
    assert connection.read_response() == (100, b"")
    connection.send(b"A=1")
    assert connection.read_response() == (200, b"{}")
    assert [request.body for request in server.requests()] == [b"A=1"]


def test_100_continue_is_not_sent_after_the_body(server):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    connection.send(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost"))
    assert connection.read_response() == (200, b"{}")


NOT_HTTP = {
    "noise": b"\x00\x01\x02 nothing\r\n\r\n",
    "words": b"hello, is it me you are looking for\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "raw letters": "GET /?a=\u00e4 HTTP/1.1\r\nHost: h\r\n\r\n".encode(),
    "two lengths": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "bad chunk": b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("how", NOT_HTTP)
def test_input_that_is_not_http_is_recorded_and_rejected(server, how):
    server.start_script(*responses(b"scripted"))
    connection = server.connect()
    connection.send(NOT_HTTP[how])
    assert connection.read_response() == (400, b"{}")
    assert connection.read_rest() == b""
    [exchange] = server.exchanges()
    assert exchange.request == WireRequest("", "", (), NOT_HTTP[how])
    assert exchange.response.status == 400
    assert server.post().read() == b"scripted"


def test_a_tls_handshake_is_rejected(server):
    server.start_script()
    connection = server.connect()
    with pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(connection.socket, server_hostname="localhost")
    [request] = server.requests()
    assert (request.method, request.body[:1]) == ("", b"\x16")


def test_an_incomplete_request_is_rejected(server):
    server.start_script()
    connection = server.connect()
    connection.send(PLAIN[:-1])
    connection.socket.shutdown(socket.SHUT_WR)
    assert connection.read_response() == (400, b"{}")
    assert server.requests() == [WireRequest("", "", (), PLAIN[:-1])]


def test_a_request_that_stops_halfway_is_recorded(server):
    server.start_script()
    connection = server.connect()
    connection.send(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost")[:-3])
    assert connection.read_response() == (100, b"")  # so the head has been read
    connection.send(b"A=")
    [request] = server.requests()
    assert (request.method, request.body[-3:]) == ("", b"\nA=")
    server.start_script()
    assert connection.read_rest() == b""
    assert server.requests() == []


def test_exchanges_waits_for_a_request_that_has_begun(server):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    connection.send(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost")[:-3])
    connection.read_response()
    started = threading.Event()

    def ask():
        started.set()
        return server.requests()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(ask)
        started.wait(TIMEOUT)
        connection.send(b"A=1")
        assert [request.body for request in future.result()] == [b"A=1"]


def test_a_connection_without_data_is_not_recorded(server):
    server.start_script(*responses(b"{}"))
    server.connect().close()
    server.post().read()
    assert len(server.requests()) == 1


def test_an_endless_head_is_rejected(server):
    server.start_script()
    connection = server.connect()
    connection.send(b"GET / HTTP/1.1\r\nX: " + b"x" * (MAX_HEAD_SIZE + 1))
    assert connection.read_response()[0] == 400
    [request] = server.requests()
    assert len(request.body) == MAX_HEAD_SIZE


@pytest.mark.parametrize("size", [MAX_BODY_SIZE, MAX_BODY_SIZE + 1, 5 * MAX_BODY_SIZE])
def test_a_body_above_the_limit_is_rejected(server, size):
    server.start_script(*responses(b"{}"))
    response = server.post(body=b"x" * size)
    assert response.status == (200 if size == MAX_BODY_SIZE else 413)
    [exchange] = server.exchanges()
    assert (exchange.request.method, len(exchange.request.body)) == ("POST", MAX_BODY_SIZE)
    assert exchange.response.status == response.status


def test_requests_beyond_the_limit_are_answered_but_not_recorded(server):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    for _ in range(MAX_RECORDED_REQUESTS + 5):
        connection.send(PLAIN)
        assert connection.read_response() == (200, b"{}")
    assert len(server.requests()) == MAX_RECORDED_REQUESTS


def test_an_exchange_has_its_start_and_duration(server, now):
    server.start_script(*responses(b"{}"))
    connection = server.connect()
    connection.send(PLAIN.replace(b"Host", b"Expect: 100-continue\r\nHost")[:-3])
    connection.read_response()
    server.clock.now += timedelta(seconds=3)
    connection.send(b"A=1")
    connection.read_response()
    [exchange] = server.exchanges()
    assert (exchange.sent_at, exchange.seconds) == (now, 3.0)


def test_the_duration_is_recorded_before_the_client_has_the_response(now):
    ticks = (now + timedelta(seconds=second) for second in count())
    with ScriptedServer(lambda: next(ticks)) as scripted:
        scripted.start_script(Script((slow_response(complete_response(200, (), b"1234"), 4, 0.0),)))
        with requests.Session() as session:
            session.trust_env = False
            assert session.get(scripted.endpoint, timeout=TIMEOUT).content == b"1234"
        [exchange] = scripted.exchanges()
    # The clock ticks when the request begins, when it is complete, and for each of seven pieces.
    assert exchange.seconds >= 8


def test_an_empty_script_responds_with_an_empty_object(server):
    response = server.post()
    assert (response.status, response.getheader("content-type"), json.load(response)) == (200, "application/json", {})


def test_a_new_script_forgets_earlier_requests(server):
    server.start_script(*responses(b"1", b"2"))
    assert server.post().read() == b"1"
    server.start_script(*responses(b"3", b"4"))
    assert server.requests() == []
    assert server.post().read() == b"3"


def test_a_connection_stays_open_across_scripts(server):
    client = server.http_client()
    for body in (b"1", b"2"):
        server.start_script(*responses(body))
        client.request("GET", "/")
        assert client.getresponse().read() == body
        assert len(server.requests()) == 1


def test_the_two_addresses_are_independent(server):
    redirect = redirect_response(307, f"{server.scripted.other_endpoint}/moved")
    server.start_script(redirect, *responses(b"again"), elsewhere=tuple(responses(b"there")))
    with requests.Session() as session:
        session.trust_env = False
        with session.post(f"{server.scripted.endpoint}/here", data=b"A=1", timeout=TIMEOUT) as response:
            assert response.content == b"there"
    assert server.scripted.other_endpoint.startswith("http://localhost:")
    assert [request.target for request in server.requests()] == ["/here"]
    [other] = server.scripted.other_exchanges()
    assert (other.request.target, other.request.body) == ("/moved", b"A=1")
    assert other.request.header("host") == server.scripted.other_endpoint.removeprefix("http://")
    server.start_script()
    assert server.scripted.other_exchanges() == ()


def test_concurrent_clients_each_get_their_own_response(server):
    server.start_script(*responses(*(b"%d" % number for number in range(40))))
    barrier = threading.Barrier(20)

    def ask(number):
        client = server.http_client()
        barrier.wait(TIMEOUT)
        bodies = []
        for turn in range(2):
            client.request("POST", f"/{number}/{turn}", b"A=1")
            bodies.append(client.getresponse().read())
        return bodies

    with ThreadPoolExecutor(20) as pool:
        bodies = [body for client_bodies in pool.map(ask, range(20)) for body in client_bodies]
    assert sorted(map(int, bodies)) == list(range(40))
    targets = {f"/{number}/{turn}" for number in range(20) for turn in range(2)}
    assert {request.target for request in server.requests()} == targets


def test_connections_beyond_the_limit_close_the_oldest(server, monkeypatch):
    monkeypatch.setattr(scripted_server, "MAX_CONNECTIONS", 3)
    server.start_script(*responses(b"{}"))
    connections = [server.connect() for _ in range(4)]
    for connection in connections[1:]:
        connection.send(PLAIN)
        assert connection.read_response() == (200, b"{}")
    assert connections[0].read_rest() == b""
