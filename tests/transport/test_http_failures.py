"""No whole reply in time: Unreachable, within the deadline, with the cause in words."""

import socket
import time

import pytest

from imagesearch_conformance.errors import Unreachable

TIMEOUT = 0.15

#: What the machine may add to a deadline; only a hang is longer.
PATIENCE = 2.0

HEAD = b"HTTP/1.1 200 OK\r\n"


def nothing(talk):
    talk.request()
    talk.silence()


def dripping(begin, piece=b"x"):
    def script(talk):
        talk.request()
        talk.send(begin)
        talk.drip(piece)

    return script


SLOW = {
    "no-answer": nothing,
    "status-line": dripping(b"HTTP/1.1 200 "),
    "headers": dripping(HEAD, b"X-More: 1\r\n"),
    "one-header": dripping(HEAD + b"X-Long: "),
    "sized-body": dripping(HEAD + b"Content-Length: 1000000\r\n\r\n"),
    "body-until-closed": dripping(HEAD + b"Connection: close\r\n\r\n"),
    "chunks": dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "interim-replies": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("how", SLOW)
def test_the_deadline_is_for_the_whole_exchange(serving, sender_to, asking, how):
    server = serving(SLOW[how])
    begun = time.monotonic()
    with pytest.raises(Unreachable, match=r"no whole reply within 0.15 seconds \(--timeout") as caught:
        sender_to(server).send(asking(server), TIMEOUT)
    assert TIMEOUT <= time.monotonic() - begun < TIMEOUT + PATIENCE
    assert not caught.value.stale_connection


def test_the_deadline_holds_while_a_secure_connection_is_made(serving, sender_to, asking):
    def script(talk):
        talk.send(b"\x16\x03\x03\x3f\xff")
        talk.drip(b"\x02")

    server = serving(script)
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="no whole reply within"):
        sender_to(f"https://{server.authority}").send(asking(server), TIMEOUT)
    assert time.monotonic() - begun < TIMEOUT + PATIENCE


def test_the_deadline_holds_on_a_connection_that_was_used_before(serving, sender_to, asking):
    def script(talk):
        talk.request()
        talk.answer()
        talk.request()
        talk.silence()

    server = serving(script)
    sender = sender_to(server)
    sender.send(asking(server), 1)
    with pytest.raises(Unreachable, match="no whole reply within") as caught:
        sender.send(asking(server), TIMEOUT)
    assert not caught.value.stale_connection


def test_a_refused_connection_says_so(sender_to, asking, serving):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = "http://{}:{}".format(*taken.getsockname())
    request = asking(serving(nothing)).with_headers(("host", endpoint.removeprefix("http://")))
    with pytest.raises(Unreachable, match="Connection refused") as caught:
        sender_to(endpoint).send(request, 1)
    assert caught.value.where == endpoint


BROKEN = {
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


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_no_whole_http_reply_is_no_reply(serving, sender_to, asking, how):
    def script(talk):
        talk.request()
        talk.send(BROKEN[how])

    server = serving(script)
    with pytest.raises(Unreachable, match="no reply: ") as caught:
        sender_to(server).send(asking(server), 1)
    assert not caught.value.stale_connection
    assert len(server.received) == 1
