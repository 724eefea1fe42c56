"""The plain client takes no reply for what it is not, and asks one server, once, within its time."""

from __future__ import annotations

import gzip
import runpy
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

PLAIN = Path(__file__).parents[2] / "conformance" / "imagesearch_conformance" / "adapters" / "plain.py"

Exact = b'{"Int": 9007199254740993, "Float": 0.12345678901234568, "Null": null, "New": [1.0, 1, true], "Code": 0}'


@pytest.fixture
def plain() -> SimpleNamespace:
    """The names of the script, which is run and not imported."""
    return SimpleNamespace(**runpy.run_path(str(PLAIN)))


def reply(status: int, body: bytes, *headers: str) -> bytes:
    lines = f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def replying(*replies: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that plays these bytes, one connection each, and what it was sent."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def play() -> None:
            for one in replies:
                connection, _ = listening.accept()
                with connection:
                    received.append(_request(connection))
                    connection.sendall(one)

        Thread(target=play, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", received


def _request(connection: socket.socket) -> bytes:
    """A request with its body, whose end is known by the name that stands last in it."""
    request = b""
    while not request.endswith(b"ProductId=p"):
        piece = connection.recv(65536)
        assert piece, request
        request += piece
    return request


def asked(plain: SimpleNamespace, endpoint: str, **parameters: Any) -> dict[str, Any]:
    client = plain.Client(endpoint, "testid", "testsecret")
    given = {"method": "searchImageByName", "params": {**parameters, "ProductId": "p"}}
    return plain.handle_message(client, given)


def test_a_reply_is_handed_over_exactly(plain: SimpleNamespace) -> None:
    with replying(reply(200, Exact)) as (endpoint, _):
        body = asked(plain, endpoint)["result"]["body"]
    assert repr(body) == repr(
        {"Int": 9007199254740993, "Float": 0.12345678901234568, "Null": None, "New": [1.0, 1, True], "Code": 0}
    )


def test_a_compressed_reply_is_unpacked(plain: SimpleNamespace) -> None:
    with replying(reply(200, gzip.compress(Exact), "Content-Encoding: gzip")) as (endpoint, _):
        assert asked(plain, endpoint)["result"]["body"]["Int"] == 9007199254740993


UNREADABLE: dict[str, bytes] = {
    "no reply": b"",
    "html": reply(200, b"<html>Welcome</html>"),
    "empty": reply(200, b""),
    "truncated": reply(200, Exact[:40]),
    "cut off": reply(200, Exact).replace(b"Content-Length: ", b"Content-Length: 9"),
    "byte order mark": reply(200, b"\xef\xbb\xbf" + Exact),
    "a name twice": reply(200, b'{"Code": 1, "Code": 0}'),
    "NaN": reply(200, b'{"Score": NaN}'),
    "a number beyond all": reply(200, b'{"Score": 1e999}'),
    "no UTF-8": reply(200, b'{"Msg": "\xff"}'),
    "deep": reply(200, b"[" * 100_000),
    "an array": reply(200, b"[]"),
    "null": reply(200, b"null"),
    "no gzip": reply(200, Exact, "Content-Encoding: gzip"),
    "another success": reply(201, Exact),
    "a failure without a code": reply(200, b'{"Success": false}'),
    "an error in HTML": reply(502, b"<html>Bad gateway</html>"),
    "an error without a code": reply(400, b'{"Message": "no"}'),
    "an error that says it is none": reply(500, b'{"Code": 0}'),
    "a redirect": reply(302, b"", "Location: http://127.0.0.1:9/"),
    "a redirect with a body": reply(307, Exact, "Location: http://127.0.0.1:9/"),
}


@pytest.mark.parametrize("played", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_reply_is_said_to_be_none(plain: SimpleNamespace, played: bytes) -> None:
    with replying(played) as (endpoint, received):
        assert asked(plain, endpoint)["error"]["code"] == -32001
    assert len(received) == 1


ERRORS: dict[str, tuple[int, bytes, tuple[Any, ...]]] = {
    "refused": (400, b'{"Code": "A.B", "Message": "m", "RequestId": "r", "HostId": "h"}', (400, "A.B", "m", "r")),
    "throttled": (
        403,
        b'{"Code": "DeniedRequest", "Message": "m", "RequestId": "r"}',
        (403, "DeniedRequest", "m", "r"),
    ),
    "bare": (503, b'{"Code": "ServiceUnavailable"}', (503, "ServiceUnavailable", None, None)),
    "dressed as a success": (200, b'{"Success": false, "Code": 400, "Msg": "m"}', (200, "400", "m", None)),
}


@pytest.mark.parametrize(("status", "body", "expected"), ERRORS.values(), ids=ERRORS)
def test_an_error_keeps_what_the_reply_says(
    plain: SimpleNamespace, status: int, body: bytes, expected: tuple[Any, ...]
) -> None:
    with replying(reply(status, body)) as (endpoint, received):
        error = asked(plain, endpoint)["error"]
    assert (error["code"], tuple(error["data"].values())) == (-32000, expected)
    assert list(error["data"]) == ["httpStatus", "code", "message", "requestId"]
    assert len(received) == 1


def test_values_are_written_as_json_has_them(plain: SimpleNamespace) -> None:
    with replying(reply(200, Exact)) as (endpoint, received):
        asked(plain, endpoint, Num=2**53 + 1, Big=True, Float=0.5, Empty="", ScoreThreshold="0.50", Filter="é +%~*'")
    first, form = received[0].split(b"\r\n")[0], received[0].split(b"\r\n\r\n")[1]
    assert first == b"POST /?ScoreThreshold=0.50 HTTP/1.1"
    assert form == b"Big=true&Empty=&Filter=%C3%A9%20%2B%25~%2A%27&Float=0.5&Num=9007199254740993&ProductId=p"


def silent(_listening: socket.socket, _over: Event) -> None:
    """Says nothing at all."""


def dribbling(listening: socket.socket, over: Event) -> None:
    """Sends one byte after another: no single read ever waits long."""
    connection, _ = listening.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while not over.wait(0.01):
            connection.sendall(b" ")


@pytest.mark.parametrize("server", [silent, dribbling])
def test_a_stalled_reply_ends_in_time(plain: SimpleNamespace, server: Callable[[socket.socket, Event], None]) -> None:
    plain.Client.search.__globals__["TOTAL_TIMEOUT"] = 0.3
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server, args=(listening, over), daemon=True)
        thread.start()
        before = time.monotonic()
        answer = asked(plain, f"http://127.0.0.1:{listening.getsockname()[1]}")
        waited = time.monotonic() - before
        over.set()
        thread.join()
    assert answer["error"]["code"] == -32001
    assert 0.3 <= waited < 2
