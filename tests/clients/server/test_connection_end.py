"""Waiting ends with the script, with the client, and with the server."""

import threading
import time
from datetime import timedelta

import pytest

from imagesearch_conformance.clients.server.script import (
    ConnectionEnd,
    Pause,
    Script,
    ScriptedResponse,
    complete_response,
    stalled_response,
)
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer
from imagesearch_conformance.model.wire import WireResponse

#: How long a slow machine may take for what should happen at once, in seconds.
TIMEOUT = 5.0

PLAIN = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nA=1"


@pytest.mark.parametrize("end", [ScriptedServer.close, lambda scripted: scripted.start_script(Script(()))])
def test_a_stall_lasts_until_the_script_ends(server, end):
    server.start_script(stalled_response())
    connection = server.connect()
    connection.send(PLAIN)
    connection.socket.settimeout(0.05)
    with pytest.raises(TimeoutError):
        connection.socket.recv(1)
    connection.socket.settimeout(TIMEOUT)
    end(server.scripted)
    assert connection.socket.recv(1) == b""


def test_a_stall_ends_when_the_client_disconnects(server):
    server.start_script(stalled_response(200, (), b"half"))
    threads = set(threading.enumerate())
    connection = server.connect()
    connection.send(PLAIN)
    connection.reader.readline()
    [serving] = set(threading.enumerate()) - threads
    server.clock.now += timedelta(seconds=3)
    connection.close()
    serving.join(TIMEOUT)
    assert not serving.is_alive()
    assert [exchange.seconds for exchange in server.exchanges()] == [3.0]


def test_a_pause_ends_with_the_script(server):
    server.start_script(ScriptedResponse((b"HTTP/1.1 200 OK\r\n", Pause(3600)), WireResponse(0)))
    connection = server.connect()
    connection.send(PLAIN)
    assert connection.reader.readline() == b"HTTP/1.1 200 OK\r\n"
    server.start_script()
    assert connection.read_rest() == b""


def partial_request(server):
    server.connect().send(b"POST / HT")


def unread_response(server):
    """The response is larger than every buffer, and the client does not read it."""
    server.start_script(complete_response(200, (), b"x" * 40_000_000))
    connection = server.connect()
    connection.send(PLAIN)
    connection.reader.readline()


def idle_connection(server):
    server.post().read()
    server.connect()


def stalled_connection(server):
    server.start_script(stalled_response(200, (), b"half"))
    connection = server.connect()
    connection.send(PLAIN)
    connection.reader.readline()


def half_closed_connection(server):
    """The client keeps its side open although the server has closed its own."""
    server.start_script(complete_response(200, (), b"", ConnectionEnd.CLOSE))
    connection = server.connect()
    connection.send(PLAIN)
    assert b"close" in connection.read_rest()


@pytest.mark.parametrize(
    "open_connection",
    [partial_request, unread_response, idle_connection, stalled_connection, half_closed_connection],
)
def test_the_server_closes_whatever_its_clients_do(server, open_connection):
    open_connection(server)
    started = time.monotonic()
    server.scripted.close()
    assert time.monotonic() - started < TIMEOUT
    ports = [address.rpartition(":")[2] for address in (server.scripted.endpoint, server.scripted.other_endpoint)]
    # Other tests of this process may have servers that are still open.
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name in {f"server {port}" for port in ports}]
    with pytest.raises(OSError, match="refused"):
        server.connect()


def test_a_server_may_be_closed_twice_and_keeps_its_exchanges(server):
    server.post().read()
    server.scripted.close()
    server.scripted.close()
    assert len(server.requests()) == 1
