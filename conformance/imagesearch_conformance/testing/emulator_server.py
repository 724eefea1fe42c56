"""The server of a session: one socket, and behind it the emulator of whichever test is running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from imagesearch_conformance.emulator.application import utc_now
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.settings import EmulatorSettings
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.testing.emulator_context import EmulatorContext
from imagesearch_conformance.testing.recording_emulator import RecordingEmulator

#: What else the address may be called: whoever writes a test says what the client is given.
_HOST_ALIAS = "localhost"

#: Tests may order replies that take long; nobody else is served here. In seconds.
_EXCHANGE_TIMEOUT = 3600.0


class EmulatorServer:
    """Hands requests to the recorder of the test that is running; one that nobody looks at between tests."""

    def __init__(self, context: EmulatorContext) -> None:
        self.context = context
        self.endpoint = ""
        self._emulator = RecordingEmulator(context)

    @property
    def settings(self) -> EmulatorSettings:
        """The settings of every emulator here."""
        return self.context.settings

    def reset(self) -> RecordingEmulator:
        """A fresh recorder in the place of the last one."""
        self._emulator = RecordingEmulator(self.context)
        return self._emulator

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        """The reply to a request that is received now."""
        return self._emulator.handle(request, now, self._client_endpoint(request))

    def reject_oversized(self, request: WireRequest) -> WireResponse:
        """The reply to a request whose body is longer than the server reads."""
        return self._emulator.reject_oversized(request, utc_now(), self._client_endpoint(request))

    def latency(self) -> float:
        """How long the reply to the present request is held back, in seconds."""
        return self._emulator.fault_injector.latency

    def _client_endpoint(self, request: WireRequest) -> str:
        """The endpoint under the name that the client has for it."""
        alias = f"{_HOST_ALIAS}:{urlsplit(self.endpoint).port}"
        return f"http://{alias}" if request.header("host") == alias else self.endpoint


@contextmanager
def serve_emulator(context: EmulatorContext) -> Iterator[EmulatorServer]:
    """A stand that listens on a free port of loopback while the context lasts."""
    stand = EmulatorServer(context)
    with serve(stand, latency=stand.latency, exchange_timeout=_EXCHANGE_TIMEOUT) as stand.endpoint:
        yield stand
