"""The emulator with hostile clients: slow ones, endless requests, and arbitrary bytes."""

import gc
import inspect
import io
import logging
import re
import socket
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imagesearch_conformance.emulator import Emulator, EmulatorSettings, server
from imagesearch_conformance.emulator.authentication import MAX_NONCES, NonceCache
from imagesearch_conformance.emulator.server import serve

#: Timeout of an exchange in seconds, and the time that a busy machine may add.
TIMEOUT = 0.4
EXTRA_SECONDS = 10.0

FORM = b"InstanceName=demoinstance1&ProductId=2092061_1&PicName=2092061_1.jpg"
FORM_LENGTH = len(FORM)

#: The only code that is documented with status 500: the operation does not exist.
UNKNOWN_OPERATION = b'"Code":"UnsupportedOperationType"'


@pytest.fixture(scope="module")
def emulator_and_log(contract, store):
    """The address of an emulator that accepts unsigned requests, and its log."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    emulator = Emulator(contract, EmulatorSettings(qps=None, signature="optional"), store=store)
    with serve(emulator, exchange_timeout=TIMEOUT) as endpoint:
        yield (urlsplit(endpoint).hostname, urlsplit(endpoint).port), log
    logging.getLogger().removeHandler(handler)


@contextmanager
def connect(emulator_and_log):
    with socket.create_connection(emulator_and_log[0], timeout=EXTRA_SECONDS) as connection:
        yield connection


def head(*headers, target=b"/", method=b"POST", length=FORM_LENGTH):
    lines = [
        method + b" " + target + b" HTTP/1.1", b"Host: x", b"x-acs-action: SearchImageByName",
        b"x-acs-version: 2020-12-14", b"Content-Type: application/x-www-form-urlencoded", *headers,
    ]  # fmt: skip
    return b"\r\n".join([*lines, *([] if length is None else [b"Content-Length: %d" % length]), b"", b""])


def read_all(connection):
    """Return all bytes until the other side closes the connection."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionError:
        pass
    return received


def statuses(received):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", received)]


def is_healthy(emulator_and_log):
    """Return whether the emulator still responds to a valid request."""
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Connection: close") + FORM)
        return statuses(read_all(connection)) == [200]


SLOW = {
    "nothing": (b"", b""),
    "a head": (b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"x"),
    "headers": (b"POST / HTTP/1.1\r\nHost: x\r\n", b"X-More: 1\r\n"),
    "a body": (head(length=100_000), b"x"),
    "chunks": (head(b"Transfer-Encoding: chunked", length=None), b"1\r\nx\r\n"),
    "a second request": (head() + FORM + b"POST /", b"x"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_a_slow_client_is_disconnected(kind, emulator_and_log):
    begin, piece = SLOW[kind]
    started = time.monotonic()
    with connect(emulator_and_log) as connection:
        connection.sendall(begin)
        connection.settimeout(0.05)
        received = b""
        while time.monotonic() - started < EXTRA_SECONDS:
            try:
                some = connection.recv(65536)
                if not some:
                    break
                received += some
            except TimeoutError:
                connection.sendall(piece)
            except ConnectionError:
                break
    assert TIMEOUT * 0.9 <= time.monotonic() - started < EXTRA_SECONDS
    assert statuses(received) == ([200] if kind == "a second request" else [])
    assert is_healthy(emulator_and_log)


def test_a_client_that_never_reads_is_disconnected(emulator_and_log):
    with connect(emulator_and_log) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        started = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - started < EXTRA_SECONDS:
                connection.sendall((head() + FORM + b"&Num=100") * 50)
        assert time.monotonic() - started < EXTRA_SECONDS
    assert is_healthy(emulator_and_log)


def test_a_connection_may_last_longer_than_one_exchange(emulator_and_log):
    with connect(emulator_and_log) as connection:
        started = time.monotonic()
        while time.monotonic() - started < 2 * TIMEOUT:
            connection.sendall(head() + FORM)
            received = connection.recv(65536)
            while not received.endswith(b"}"):
                received += connection.recv(65536)
            assert statuses(received) == [200]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_client_with_an_endless_body_is_disconnected(emulator_and_log, chunked):
    begin = head(b"Transfer-Encoding: chunked", length=None) if chunked else head(length=1 << 30)
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n" if chunked else b"x" * 65536
    sent = 0
    with connect(emulator_and_log) as connection:
        connection.sendall(begin)
        with suppress(ConnectionError):
            while sent < 1 << 30:
                sent += connection.send(piece)
    assert sent < 100 << 20
    assert is_healthy(emulator_and_log)


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Huge: " + b"x" * (1 << 20) + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n" + b"X-More: y\r\n" * 200_000 + b"\r\n",
    ],
)
def test_an_endless_head_is_rejected(emulator_and_log, sent):
    with connect(emulator_and_log) as connection:
        try:
            connection.sendall(sent)
            assert set(statuses(read_all(connection))) <= {400}
        except ConnectionError:
            pass
    assert is_healthy(emulator_and_log)


def test_connections_beyond_the_limit_are_closed(emulator_and_log, monkeypatch):
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 3)
    deadline = time.monotonic() + EXTRA_SECONDS
    while time.monotonic() < deadline and not is_healthy(emulator_and_log):
        pass
    with (
        connect(emulator_and_log) as first,
        connect(emulator_and_log),
        connect(emulator_and_log),
        connect(emulator_and_log) as fourth,
    ):
        assert read_all(fourth) == b""
        first.sendall(head() + FORM)
        assert statuses(first.recv(65536)) == [200]


@pytest.mark.parametrize("target", [
    b"/../../../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/etc/passwd%00.jpg", b"//etc/passwd", b"/file:///etc/passwd",
    b"/?file=/etc/passwd", b"/';DROP%20TABLE%20images;--", b"*", b"/\\..\\..\\windows",
])  # fmt: skip
def test_a_path_never_names_a_file(emulator_and_log, target):
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Connection: close", target=target) + FORM)
        received = read_all(connection)
    assert statuses(received) == [200 if target.startswith(b"/?") else 500]
    assert (UNKNOWN_OPERATION in received) is (statuses(received) == [500])
    assert b"root:" not in received
    assert is_healthy(emulator_and_log)


def test_a_target_in_absolute_form_is_accepted(emulator_and_log):
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Connection: close", target=b"http://other.example/") + FORM)
        assert statuses(read_all(connection)) == [200]


def test_a_client_with_endless_trailers_is_disconnected(emulator_and_log):
    sent = 0
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Transfer-Encoding: chunked", length=None) + b"1\r\nx\r\n0\r\nX-More: ")
        with suppress(ConnectionError):
            while sent < 1 << 28:
                sent += connection.send(b"x" * 65536)
    assert sent < 1 << 27
    assert is_healthy(emulator_and_log)


UPGRADE = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__")
CHUNKED = b"%x\r\n" % FORM_LENGTH + FORM + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("piece_length", [1, 1 << 20], ids=["byte by byte", "at once"])
@pytest.mark.parametrize(
    "requests",
    [
        head(*UPGRADE) + FORM,
        head(*UPGRADE, b"Transfer-Encoding: chunked", length=None) + CHUNKED,
        (head(*UPGRADE) + FORM) * 20,
    ],
    ids=["with a length", "in chunks", "many"],
)
def test_upgrades_are_ignored(emulator_and_log, requests, piece_length):
    sent = requests + head(b"Connection: close") + FORM
    with connect(emulator_and_log) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(sent), piece_length):
            connection.sendall(sent[start : start + piece_length])
        assert statuses(read_all(connection)) == [200] * (requests.count(b"POST") + 1)


@pytest.mark.parametrize("hosts", [b"", b"Host: x\r\nHost: y\r\n"])
def test_a_request_needs_exactly_one_host(emulator_and_log, hosts):
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Connection: close").replace(b"Host: x\r\n", hosts) + FORM)
        assert statuses(read_all(connection)) == [400]


@pytest.mark.parametrize("after", [b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nX-Huge: " + b"x" * (1 << 15)])
def test_invalid_bytes_do_not_affect_the_request_before(emulator_and_log, after):
    with connect(emulator_and_log) as connection:
        connection.sendall(head() + FORM + after)
        assert statuses(read_all(connection)) in ([200], [200, 400])


@pytest.mark.parametrize("method", [b"BREW", b"post"])
def test_an_unknown_method_gets_an_error_response(emulator_and_log, method):
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Connection: close", method=method) + FORM)
        received = read_all(connection)
    assert statuses(received) == [400]
    assert b'"Code":"' in received


def test_an_invalid_body_is_rejected_after_the_request_before(emulator_and_log):
    with connect(emulator_and_log) as connection:
        connection.sendall(head() + FORM + head(b"Transfer-Encoding: chunked", length=None) + b"nonsense\r\n")
        assert statuses(read_all(connection)) in ([200], [200, 400], [])


def test_pipelined_requests_of_a_connection_are_limited(contract, store):
    emulator = Emulator(contract, EmulatorSettings(qps=None, signature="optional"), store=store)
    with serve(emulator, latency=lambda: TIMEOUT) as endpoint:
        address = (urlsplit(endpoint).hostname, urlsplit(endpoint).port)
        before = len(gc.get_objects())
        with socket.create_connection(address, timeout=EXTRA_SECONDS) as connection:
            connection.setblocking(False)  # noqa: FBT003 of the standard library
            with suppress(BlockingIOError):
                connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000)
            connection.setblocking(True)  # noqa: FBT003
            assert statuses(connection.recv(65536))
            assert len(gc.get_objects()) - before < 2_000


def test_the_default_host_is_loopback():
    assert inspect.signature(serve).parameters["host"].default == "127.0.0.1"


#: Pieces of requests: most examples get further than the first line.
PIECES = st.sampled_from([
    b"POST / HTTP/1.1\r\n", b"GET /?A=%zz HTTP/1.0\r\n", b"OPTIONS * HTTP/1.1\r\n", b"CONNECT a:1 HTTP/1.1\r\n",
    b"HEAD / HTTP/1.1\r\n", b"Host: x\r\n", b"\r\n", b"\n", b"Content-Length: 5\r\n", b"Content-Length: -5\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip\r\n", b"Connection: close\r\n",
    b"Connection: upgrade\r\nUpgrade: websocket\r\n", b"Expect: 100-continue\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n",
    b"fffffffffffffffff\r\n", b"-1\r\n", b"hello", b" folded\r\n", b"x-acs-action: SearchImageByName\r\n",
    b"Authorization: ACS3-HMAC-SHA256 Credential=,SignedHeaders=;;,Signature=\r\n", b"x-acs-version: 2020-12-14\r\n",
    b"Content-Type: application/x-www-form-urlencoded\r\n", b"x-acs-date: 9999-99-99\r\n", b"Filter=%ff(((&Num=%00",
    head(), FORM, head() + FORM, head(b"Expect: 100-continue"), head(b"Connection: close") + FORM,
])  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES | st.binary(max_size=40), min_size=1, max_size=12).map(b"".join))
@example(head(b"Connection: close") + FORM + b"nonsense\r\n\r\n" * 3)
@example((head() + FORM) * 30 + b"\0" * 100)
@example(head(b"Expect: 100-continue") + b"\xff" * 10)
def test_arbitrary_bytes_cause_no_failure(emulator_and_log, sent):
    with connect(emulator_and_log) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        received = read_all(connection)
    assert len([status for status in statuses(received) if status >= 500]) == received.count(UNKNOWN_OPERATION)
    assert b"Traceback" not in received
    assert "Traceback" not in emulator_and_log[1].getvalue()


NAMES = st.sampled_from(
    ["InstanceName", "ProductId", "PicName", "Num", "Start", "CategoryId", "Filter", "DistinctProductId", "Other"]
)
VALUES = (
    st.binary(max_size=20)
    | st.sampled_from([b"demoinstance1", b"2092061_1", b"2092061_1.jpg", b"1" * 4000, b"(" * 4000, b"NOT " * 1000])
    | st.sampled_from(
        [b"int_attr>1", b"int_attr=" + b"9" * 30, b'str_attr="\'; DROP TABLE images; --"', b"a=1 AND " * 900]
    )
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, VALUES), max_size=8), st.booleans())
def test_arbitrary_parameters_cause_no_failure(emulator_and_log, pairs, known):
    from urllib.parse import quote_from_bytes

    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()
    body = FORM + b"&" + body if known else body
    with connect(emulator_and_log) as connection:
        connection.sendall(head(b"Connection: close", length=len(body)) + body)
        received = read_all(connection)
    assert statuses(received) in ([200], [400], [403], [404])
    assert "Traceback" not in emulator_and_log[1].getvalue()


def test_the_nonce_cache_is_limited(now):
    nonces = NonceCache()
    assert all(nonces.use("key", str(number), expires_at=now, now=now) for number in range(MAX_NONCES + 1000))
    assert len(nonces) == MAX_NONCES
    assert not nonces.use("key", str(MAX_NONCES + 999), expires_at=now, now=now)
