"""Without a complete response in time the sender raises Unreachable with the cause."""

import socket
import time

import pytest

from imagesearch_conformance.errors import Unreachable

TIMEOUT = 0.15

#: The seconds that a slow machine may add to a deadline; only a hang takes longer.
TOLERANCE = 2.0

HEAD = b"HTTP/1.1 200 OK\r\n"


def respond_never(connection):
    connection.request()
    connection.stay_silent()


def drip_after(begin, piece=b"x"):
    def script(connection):
        connection.request()
        connection.send(begin)
        connection.drip(piece)

    return script


SLOW_SCRIPTS = {
    "no-answer": respond_never,
    "status-line": drip_after(b"HTTP/1.1 200 "),
    "headers": drip_after(HEAD, b"X-More: 1\r\n"),
    "one-header": drip_after(HEAD + b"X-Long: "),
    "sized-body": drip_after(HEAD + b"Content-Length: 1000000\r\n\r\n"),
    "body-until-closed": drip_after(HEAD + b"Connection: close\r\n\r\n"),
    "chunks": drip_after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "interim-replies": drip_after(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("name", SLOW_SCRIPTS)
def test_the_deadline_applies_to_the_whole_exchange(start_server, make_sender, make_request, name):
    server = start_server(SLOW_SCRIPTS[name])
    start = time.monotonic()
    with pytest.raises(Unreachable, match=r"no complete response within 0.15 s \(see --timeout") as caught:
        make_sender(server).send(make_request(server), TIMEOUT)
    assert TIMEOUT <= time.monotonic() - start < TIMEOUT + TOLERANCE
    assert not caught.value.stale_connection


def test_the_deadline_applies_to_the_tls_handshake(start_server, make_sender, make_request):
    def script(connection):
        connection.send(b"\x16\x03\x03\x3f\xff")
        connection.drip(b"\x02")

    server = start_server(script)
    start = time.monotonic()
    with pytest.raises(Unreachable, match="no complete response within"):
        make_sender(f"https://{server.authority}").send(make_request(server), TIMEOUT)
    assert time.monotonic() - start < TIMEOUT + TOLERANCE


def test_the_deadline_applies_to_a_reused_connection(start_server, make_sender, make_request):
    def script(connection):
        connection.request()
        connection.respond()
        connection.request()
        connection.stay_silent()

    server = start_server(script)
    sender = make_sender(server)
    sender.send(make_request(server), 1)
    with pytest.raises(Unreachable, match="no complete response within") as caught:
        sender.send(make_request(server), TIMEOUT)
    assert not caught.value.stale_connection


def test_a_refused_connection(make_sender, make_request, start_server):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = "http://{}:{}".format(*closed.getsockname())
    request = make_request(start_server(respond_never)).with_headers(("host", endpoint.removeprefix("http://")))
    with pytest.raises(Unreachable, match="Connection refused") as caught:
        make_sender(endpoint).send(request, 1)
    assert caught.value.where == endpoint


INVALID_RESPONSES = {
    "not-http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "an-old-page": b"<html><body>hello</body></html>",
    "closed-at-once": b"",
    "closed-in-the-body": HEAD + b"Content-Length: 100\r\n\r\nhalf",
    "closed-in-a-chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    "chunks-of-nonsense": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "two-lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "wrongly-compressed": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    "endless-header": HEAD + b"X-Long: " + b"x" * 100_000 + b"\r\n\r\n",
    "too-many-headers": HEAD + b"X-More: 1\r\n" * 200 + b"\r\n",
}


@pytest.mark.parametrize("name", INVALID_RESPONSES)
def test_an_invalid_or_incomplete_response_is_unreachable(start_server, make_sender, make_request, name):
    def script(connection):
        connection.request()
        connection.send(INVALID_RESPONSES[name])

    server = start_server(script)
    with pytest.raises(Unreachable, match="no response: ") as caught:
        make_sender(server).send(make_request(server), 1)
    assert not caught.value.stale_connection
    assert len(server.received) == 1
