"""The plain client accepts no invalid response, and sends one request to one server within its time limit."""

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

EXACT = b'{"Int": 9007199254740993, "Float": 0.12345678901234568, "Null": null, "New": [1.0, 1, true], "Code": 0}'


@pytest.fixture
def plain() -> SimpleNamespace:
    """The names of the script, which is run instead of imported."""
    return SimpleNamespace(**runpy.run_path(str(PLAIN)))


def http_response(status: int, body: bytes, *headers: str) -> bytes:
    lines = f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body)}", *headers
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def serve_responses(*responses: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that sends these bytes, one connection each, and the requests it receives."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for response in responses:
                connection, _ = listener.accept()
                with connection:
                    received.append(_read_request(connection))
                    connection.sendall(response)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received


def _read_request(connection: socket.socket) -> bytes:
    """Read a request with its body, which ends with the parameter that is last by name."""
    request = b""
    while not request.endswith(b"ProductId=p"):
        chunk = connection.recv(65536)
        assert chunk, request
        request += chunk
    return request


def search(plain: SimpleNamespace, endpoint: str, **parameters: Any) -> dict[str, Any]:
    client = plain.Client(endpoint, "testid", "testsecret")
    message = {"method": "searchImageByName", "params": {**parameters, "ProductId": "p"}}
    return plain.handle_message(client, message)


def test_a_result_is_exactly_the_response(plain: SimpleNamespace) -> None:
    with serve_responses(http_response(200, EXACT)) as (endpoint, _):
        body = search(plain, endpoint)["result"]["body"]
    assert repr(body) == repr(
        {"Int": 9007199254740993, "Float": 0.12345678901234568, "Null": None, "New": [1.0, 1, True], "Code": 0}
    )


def test_a_compressed_response_is_decompressed(plain: SimpleNamespace) -> None:
    with serve_responses(http_response(200, gzip.compress(EXACT), "Content-Encoding: gzip")) as (endpoint, _):
        assert search(plain, endpoint)["result"]["body"]["Int"] == 9007199254740993


UNREADABLE: dict[str, bytes] = {
    "no response": b"",
    "html": http_response(200, b"<html>Welcome</html>"),
    "empty": http_response(200, b""),
    "truncated": http_response(200, EXACT[:40]),
    "cut off": http_response(200, EXACT).replace(b"Content-Length: ", b"Content-Length: 9"),
    "byte order mark": http_response(200, b"\xef\xbb\xbf" + EXACT),
    "a name twice": http_response(200, b'{"Code": 1, "Code": 0}'),
    "NaN": http_response(200, b'{"Score": NaN}'),
    "a number beyond all": http_response(200, b'{"Score": 1e999}'),
    "no UTF-8": http_response(200, b'{"Msg": "\xff"}'),
    "deep": http_response(200, b"[" * 100_000),
    "an array": http_response(200, b"[]"),
    "null": http_response(200, b"null"),
    "no gzip": http_response(200, EXACT, "Content-Encoding: gzip"),
    "another success": http_response(201, EXACT),
    "a failure without a code": http_response(200, b'{"Success": false}'),
    "an error in HTML": http_response(502, b"<html>Bad gateway</html>"),
    "an error without a code": http_response(400, b'{"Message": "no"}'),
    "an error that says it is none": http_response(500, b'{"Code": 0}'),
    "a redirect": http_response(302, b"", "Location: http://127.0.0.1:9/"),
    "a redirect with a body": http_response(307, EXACT, "Location: http://127.0.0.1:9/"),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_an_invalid_response_is_unreadable(plain: SimpleNamespace, content: bytes) -> None:
    with serve_responses(content) as (endpoint, received):
        assert search(plain, endpoint)["error"]["code"] == -32001
    assert len(received) == 1


ERRORS: dict[str, tuple[int, bytes, tuple[Any, ...]]] = {
    "refused": (400, b'{"Code": "A.B", "Message": "m", "RequestId": "r", "HostId": "h"}', (400, "A.B", "m", "r")),
    "throttled": (
        403,
        b'{"Code": "DeniedRequest", "Message": "m", "RequestId": "r"}',
        (403, "DeniedRequest", "m", "r"),
    ),
    "bare": (503, b'{"Code": "ServiceUnavailable"}', (503, "ServiceUnavailable", None, None)),
    "in the form of a success": (200, b'{"Success": false, "Code": 400, "Msg": "m"}', (200, "400", "m", None)),
}


@pytest.mark.parametrize(("status", "body", "expected"), ERRORS.values(), ids=ERRORS)
def test_an_error_has_the_parts_of_the_response(
    plain: SimpleNamespace, status: int, body: bytes, expected: tuple[Any, ...]
) -> None:
    with serve_responses(http_response(status, body)) as (endpoint, received):
        error = search(plain, endpoint)["error"]
    assert (error["code"], tuple(error["data"].values())) == (-32000, expected)
    assert list(error["data"]) == ["httpStatus", "code", "message", "requestId"]
    assert len(received) == 1


def test_values_are_sent_as_in_json(plain: SimpleNamespace) -> None:
    with serve_responses(http_response(200, EXACT)) as (endpoint, received):
        search(plain, endpoint, Num=2**53 + 1, Big=True, Float=0.5, Empty="", ScoreThreshold="0.50", Filter="é +%~*'")
    first, form = received[0].split(b"\r\n")[0], received[0].split(b"\r\n\r\n")[1]
    assert first == b"POST /?ScoreThreshold=0.50 HTTP/1.1"
    assert form == b"Big=true&Empty=&Filter=%C3%A9%20%2B%25~%2A%27&Float=0.5&Num=9007199254740993&ProductId=p"


def send_nothing(_listener: socket.socket, _stop: Event) -> None:
    """Accept no connection."""


def send_slowly(listener: socket.socket, stop: Event) -> None:
    """Send one byte after another: no single read times out."""
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while not stop.wait(0.01):
            connection.sendall(b" ")


@pytest.mark.parametrize("server", [send_nothing, send_slowly])
def test_a_stalled_response_times_out(plain: SimpleNamespace, server: Callable[[socket.socket, Event], None]) -> None:
    plain.Client.search.__globals__["TOTAL_TIMEOUT"] = 0.3
    stop = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=server, args=(listener, stop), daemon=True)
        thread.start()
        started = time.monotonic()
        answer = search(plain, f"http://127.0.0.1:{listener.getsockname()[1]}")
        duration = time.monotonic() - started
        stop.set()
        thread.join()
    assert answer["error"]["code"] == -32001
    assert 0.3 <= duration < 2
