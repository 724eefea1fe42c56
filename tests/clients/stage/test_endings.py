"""How waiting ends: with the script, with the client, with the stage."""

import threading
import time
from datetime import timedelta

import pytest

from imagesearch_conformance.clients.server import responses
from imagesearch_conformance.clients.server.script import ConnectionEnd, Pause, Script, ScriptedResponse
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer
from imagesearch_conformance.model.wire import WireResponse

#: What the machine may add to what should happen at once; only a hang is longer.
PATIENCE = 5.0

PLAIN = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nA=1"


def received(house):
    return [one.request for one in house.stage.exchanges()]


@pytest.mark.parametrize("ended", [ScriptedServer.close, lambda stage: stage.start_script(Script(()))])
def test_a_stall_lasts_until_the_script_is_over(house, ended):
    house.play(responses.stalled_response())
    line = house.line()
    line.say(PLAIN)
    line.connected.settimeout(0.05)
    with pytest.raises(TimeoutError):
        line.connected.recv(1)
    line.connected.settimeout(PATIENCE)
    ended(house.stage)
    assert line.connected.recv(1) == b""


def test_a_stall_ends_when_the_client_hangs_up(house):
    house.play(responses.stalled_response(200, (), b"half"))
    listeners = set(threading.enumerate())
    line = house.line()
    line.say(PLAIN)
    line.reader.readline()
    [stalling] = set(threading.enumerate()) - listeners
    house.clock.now += timedelta(seconds=3)
    line.hang_up()
    stalling.join(PATIENCE)
    assert not stalling.is_alive()
    assert [one.seconds for one in house.stage.exchanges()] == [3.0]


def test_a_pause_ends_with_the_script(house):
    house.play(ScriptedResponse((b"HTTP/1.1 200 OK\r\n", Pause(3600)), WireResponse(0)))
    line = house.line()
    line.say(PLAIN)
    assert line.reader.readline() == b"HTTP/1.1 200 OK\r\n"
    house.play()
    assert line.rest() == b""


def begun(house):
    house.line().say(b"POST / HT")


def unread(house):
    """So much that what is not read fits nowhere."""
    house.play(responses.complete_response(200, (), b"x" * 40_000_000))
    line = house.line()
    line.say(PLAIN)
    line.reader.readline()


def idle(house):
    house.asked().read()
    house.line()


def stalling(house):
    house.play(responses.stalled_response(200, (), b"half"))
    line = house.line()
    line.say(PLAIN)
    line.reader.readline()


def farewell(house):
    """Keeps its side open although the stage has closed its own."""
    house.play(responses.complete_response(200, (), b"", ConnectionEnd.CLOSE))
    line = house.line()
    line.say(PLAIN)
    assert b"close" in line.rest()


@pytest.mark.parametrize("hanging", [begun, unread, idle, stalling, farewell])
def test_the_stage_closes_whatever_its_clients_do(house, hanging):
    hanging(house)
    since = time.monotonic()
    house.stage.close()
    assert time.monotonic() - since < PATIENCE
    ports = [one.rpartition(":")[2] for one in (house.stage.endpoint, house.stage.other_endpoint)]
    # Other tests of this process may have stages that are still open.
    assert not [one for one in threading.enumerate() if one.name.startswith("stage") and one.name.split()[1] in ports]
    with pytest.raises(OSError, match="refused"):
        house.line()


def test_a_stage_may_be_closed_twice_and_still_tells_what_came(house):
    house.asked().read()
    house.stage.close()
    house.stage.close()
    assert len(received(house)) == 1
