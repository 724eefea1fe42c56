"""The emulator as somebody exposes it by mistake: slow clients, endless ones, and whatever bytes come."""

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

from imagesearch_conformance.emulator import Emulator, EmulatorSettings, connection_limits
from imagesearch_conformance.emulator.nonce_cache import MAX_NONCES, NonceCache
from imagesearch_conformance.emulator.server import serve

#: How long an exchange may take here, in seconds; and what a busy machine may add.
SECONDS = 0.4
PATIENCE = 10.0

FORM = b"InstanceName=demoinstance1&ProductId=2092061_1&PicName=2092061_1.jpg"
FORM_LENGTH = len(FORM)

#: The one code that the page documents with a status of 500, for an operation that there is not.
NO_OPERATION = b'"Code":"UnsupportedOperationType"'


@pytest.fixture(scope="module")
def exposed(contract, store):
    """An emulator that takes unsigned requests, and whatever was logged meanwhile."""
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)
    emulator = Emulator(contract, EmulatorSettings(qps=None, signature="optional"), store=store)
    with serve(emulator, exchange_timeout=SECONDS) as endpoint:
        yield (urlsplit(endpoint).hostname, urlsplit(endpoint).port), logged
    logging.getLogger().removeHandler(handler)


@contextmanager
def connected(exposed):
    with socket.create_connection(exposed[0], timeout=PATIENCE) as connection:
        yield connection


def head(*headers, target=b"/", method=b"POST", length=FORM_LENGTH):
    lines = [
        method + b" " + target + b" HTTP/1.1", b"Host: x", b"x-acs-action: SearchImageByName",
        b"x-acs-version: 2020-12-14", b"Content-Type: application/x-www-form-urlencoded", *headers,
    ]  # fmt: skip
    return b"\r\n".join([*lines, *([] if length is None else [b"Content-Length: %d" % length]), b"", b""])


def everything(connection):
    """What comes until the other side hangs up."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionError:
        pass
    return received


def statuses(received):
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d+) ", received)]


def well(exposed):
    """Whether the emulator still answers as ever."""
    with connected(exposed) as connection:
        connection.sendall(head(b"Connection: close") + FORM)
        return statuses(everything(connection)) == [200]


SLOW = {
    "nothing": (b"", b""),
    "a head": (b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"x"),
    "headers": (b"POST / HTTP/1.1\r\nHost: x\r\n", b"X-More: 1\r\n"),
    "a body": (head(length=100_000), b"x"),
    "chunks": (head(b"Transfer-Encoding: chunked", length=None), b"1\r\nx\r\n"),
    "a second request": (head() + FORM + b"POST /", b"x"),
}


@pytest.mark.parametrize("how", SLOW)
def test_a_client_that_takes_its_time_is_hung_up_on(how, exposed):
    begin, piece = SLOW[how]
    begun = time.monotonic()
    with connected(exposed) as connection:
        connection.sendall(begin)
        connection.settimeout(0.05)
        received = b""
        while time.monotonic() - begun < PATIENCE:
            try:
                some = connection.recv(65536)
                if not some:
                    break
                received += some
            except TimeoutError:
                connection.sendall(piece)
            except ConnectionError:
                break
    assert SECONDS * 0.9 <= time.monotonic() - begun < PATIENCE
    assert statuses(received) == ([200] if how == "a second request" else [])
    assert well(exposed)


def test_a_client_that_never_reads_is_hung_up_on(exposed):
    with connected(exposed) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        begun = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - begun < PATIENCE:
                connection.sendall((head() + FORM + b"&Num=100") * 50)
        assert time.monotonic() - begun < PATIENCE
    assert well(exposed)


def test_a_connection_that_is_used_well_lives_longer_than_one_exchange(exposed):
    with connected(exposed) as connection:
        begun = time.monotonic()
        while time.monotonic() - begun < 2 * SECONDS:
            connection.sendall(head() + FORM)
            received = connection.recv(65536)
            while not received.endswith(b"}"):
                received += connection.recv(65536)
            assert statuses(received) == [200]


@pytest.mark.parametrize("chunked", [False, True])
def test_an_endless_body_is_refused_and_hung_up_on(exposed, chunked):
    begin = head(b"Transfer-Encoding: chunked", length=None) if chunked else head(length=1 << 30)
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n" if chunked else b"x" * 65536
    sent = 0
    with connected(exposed) as connection:
        connection.sendall(begin)
        with suppress(ConnectionError):
            while sent < 1 << 30:
                sent += connection.send(piece)
    assert sent < 100 << 20
    assert well(exposed)


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Huge: " + b"x" * (1 << 20) + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n" + b"X-More: y\r\n" * 200_000 + b"\r\n",
    ],
)
def test_an_endless_head_is_refused(exposed, sent):
    with connected(exposed) as connection:
        try:
            connection.sendall(sent)
            assert set(statuses(everything(connection))) <= {400}
        except ConnectionError:
            pass
    assert well(exposed)


def test_too_many_connections_are_turned_away_and_the_others_live(exposed, monkeypatch):
    monkeypatch.setattr(connection_limits, "MAX_CONNECTIONS", 3)
    time_to_leave = time.monotonic() + PATIENCE
    while time.monotonic() < time_to_leave and not well(exposed):
        pass
    with connected(exposed) as first, connected(exposed), connected(exposed), connected(exposed) as fourth:
        assert everything(fourth) == b""
        first.sendall(head() + FORM)
        assert statuses(first.recv(65536)) == [200]


@pytest.mark.parametrize("target", [
    b"/../../../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/etc/passwd%00.jpg", b"//etc/passwd", b"/file:///etc/passwd",
    b"/?file=/etc/passwd", b"/';DROP%20TABLE%20images;--", b"*", b"/\\..\\..\\windows",
])  # fmt: skip
def test_a_path_is_a_name_and_nothing_else(exposed, target):
    with connected(exposed) as connection:
        connection.sendall(head(b"Connection: close", target=target) + FORM)
        received = everything(connection)
    assert statuses(received) == [200 if target.startswith(b"/?") else 500]
    assert (NO_OPERATION in received) is (statuses(received) == [500])
    assert b"root:" not in received
    assert well(exposed)


def test_a_target_in_absolute_form_is_its_path(exposed):
    with connected(exposed) as connection:
        connection.sendall(head(b"Connection: close", target=b"http://other.example/") + FORM)
        assert statuses(everything(connection)) == [200]


def test_endless_trailers_are_hung_up_on(exposed):
    sent = 0
    with connected(exposed) as connection:
        connection.sendall(head(b"Transfer-Encoding: chunked", length=None) + b"1\r\nx\r\n0\r\nX-More: ")
        with suppress(ConnectionError):
            while sent < 1 << 28:
                sent += connection.send(b"x" * 65536)
    assert sent < 1 << 27
    assert well(exposed)


OFFER = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__")
CHUNKED = b"%x\r\n" % FORM_LENGTH + FORM + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("pieces", [1, 1 << 20], ids=["byte by byte", "at once"])
@pytest.mark.parametrize(
    "offering",
    [
        head(*OFFER) + FORM,
        head(*OFFER, b"Transfer-Encoding: chunked", length=None) + CHUNKED,
        (head(*OFFER) + FORM) * 20,
    ],
    ids=["with a length", "in chunks", "many"],
)
def test_the_offer_of_another_protocol_is_passed_over(exposed, offering, pieces):
    sent = offering + head(b"Connection: close") + FORM
    with connected(exposed) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(sent), pieces):
            connection.sendall(sent[start : start + pieces])
        assert statuses(everything(connection)) == [200] * (offering.count(b"POST") + 1)


@pytest.mark.parametrize("hosts", [b"", b"Host: x\r\nHost: y\r\n"])
def test_a_request_without_one_host_is_refused(exposed, hosts):
    with connected(exposed) as connection:
        connection.sendall(head(b"Connection: close").replace(b"Host: x\r\n", hosts) + FORM)
        assert statuses(everything(connection)) == [400]


@pytest.mark.parametrize("after", [b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nX-Huge: " + b"x" * (1 << 15)])
def test_what_cannot_be_read_takes_no_reply_from_the_request_before(exposed, after):
    with connected(exposed) as connection:
        connection.sendall(head() + FORM + after)
        assert statuses(everything(connection)) in ([200], [200, 400])


@pytest.mark.parametrize("method", [b"BREW", b"post"])
def test_a_method_that_nobody_knows_is_answered_by_the_emulator(exposed, method):
    with connected(exposed) as connection:
        connection.sendall(head(b"Connection: close", method=method) + FORM)
        received = everything(connection)
    assert statuses(received) == [400]
    assert b'"Code":"' in received


def test_a_broken_body_is_not_answered_before_the_request_before(exposed):
    with connected(exposed) as connection:
        connection.sendall(head() + FORM + head(b"Transfer-Encoding: chunked", length=None) + b"nonsense\r\n")
        assert statuses(everything(connection)) in ([200], [200, 400], [])


def test_no_more_than_some_requests_of_a_connection_wait(contract, store):
    emulator = Emulator(contract, EmulatorSettings(qps=None, signature="optional"), store=store)
    with serve(emulator, latency=lambda: SECONDS) as endpoint:
        address = (urlsplit(endpoint).hostname, urlsplit(endpoint).port)
        before = len(gc.get_objects())
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.setblocking(False)  # noqa: FBT003 of the standard library
            with suppress(BlockingIOError):
                connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000)
            connection.setblocking(True)  # noqa: FBT003
            assert statuses(connection.recv(65536))
            assert len(gc.get_objects()) - before < 2_000


def test_it_listens_on_loopback_unless_told_otherwise():
    assert inspect.signature(serve).parameters["host"].default == "127.0.0.1"


#: Pieces of requests, so that most of what is made gets further than the first line.
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
def test_no_bytes_make_it_fail(exposed, sent):
    with connected(exposed) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        received = everything(connection)
    assert len([one for one in statuses(received) if one >= 500]) == received.count(NO_OPERATION)
    assert b"Traceback" not in received
    assert "Traceback" not in exposed[1].getvalue()


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
def test_no_parameters_make_it_fail(exposed, pairs, known):
    from urllib.parse import quote_from_bytes

    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()
    body = FORM + b"&" + body if known else body
    with connected(exposed) as connection:
        connection.sendall(head(b"Connection: close", length=len(body)) + body)
        received = everything(connection)
    assert statuses(received) in ([200], [400], [403], [404])
    assert "Traceback" not in exposed[1].getvalue()


def test_nonces_are_remembered_up_to_a_number(now):
    nonces = NonceCache()
    assert all(nonces.use("key", str(number), expires_at=now, now=now) for number in range(MAX_NONCES + 1000))
    assert len(nonces) == MAX_NONCES
    assert not nonces.use("key", str(MAX_NONCES + 999), expires_at=now, now=now)
