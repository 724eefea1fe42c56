"""The server of a session: one socket, and behind it the emulator of whichever test is running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from imagesearch_conformance.emulator.application import utc_now
from imagesearch_conformance.emulator.serving import serve
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.testing.recorder import Recorder
from imagesearch_conformance.testing.world import World

#: What else the address may be called: whoever writes a test says what the client is given.
_ALIAS = "localhost"

#: Tests may order replies that take long; nobody else is served here. In seconds.
_PATIENCE = 3600.0


class Stand:
    """Hands requests to the recorder of the test that is running; one that nobody looks at between tests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.endpoint = ""
        self._recorder = Recorder(world)

    @property
    def settings(self) -> EmulatorSettings:
        """The settings of every emulator here."""
        return self.world.settings

    def renewed(self) -> Recorder:
        """A fresh recorder in the place of the last one."""
        self._recorder = Recorder(self.world)
        return self._recorder

    def answer(self, request: WireRequest, now: datetime) -> WireReply:
        """The reply to a request that is received now."""
        return self._recorder.answer(request, now, self._asked(request))

    def refuse_oversized(self, request: WireRequest) -> WireReply:
        """The reply to a request whose body is longer than the server reads."""
        return self._recorder.refuse_oversized(request, utc_now(), self._asked(request))

    def latency(self) -> float:
        """How long the reply to the present request is held back, in seconds."""
        return self._recorder.orders.latency

    def _asked(self, request: WireRequest) -> str:
        """The endpoint under the name that the client has for it."""
        alias = f"{_ALIAS}:{urlsplit(self.endpoint).port}"
        return f"http://{alias}" if request.header("host") == alias else self.endpoint


@contextmanager
def standing(world: World) -> Iterator[Stand]:
    """A stand that listens on a free port of loopback while the context lasts."""
    stand = Stand(world)
    with serve(stand, latency=stand.latency, seconds=_PATIENCE) as stand.endpoint:
        yield stand
