"""The emulators of a test session: what they share, the emulator of one test, and the server in front of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from attrs import evolve, frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator.access_keys import ACCESS_KEYS
from imagesearch_conformance.emulator.application import utc_now
from imagesearch_conformance.emulator.core import Emulator
from imagesearch_conformance.emulator.gateway import default_region
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.settings import FAULT_HEADER, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.testing.service import FaultInjector, ReceivedExchange

#: A second name for the address of the server: a test may give either to its client.
_HOST_ALIAS = "localhost"

#: In seconds; long, since a test may ask for a long latency and the server has no other clients.
_EXCHANGE_TIMEOUT = 3600.0


@frozen(eq=False)
class EmulatorContext:
    """The contract of one revision, and the data and settings of its emulators; they have no rate limit."""

    contract: Contract
    store: Store
    settings: EmulatorSettings

    @classmethod
    def from_document(cls, document: str | None = None) -> EmulatorContext:
        """Load a revision of the documentation, the default one without a name; raises InvalidInput."""
        contract = load(None, document)
        return cls(contract, Store.from_contract(contract), EmulatorSettings(qps=None))

    def target(self, endpoint: str) -> Target:
        """Return the emulator at an endpoint as a target, with its key and instances."""
        return build_target(self.contract, endpoint, self.settings, self.store.dataset)

    @property
    def region_endpoint(self) -> str:
        """The endpoint of the emulator's region."""
        return f"https://{default_region(self.contract).host}"

    @property
    def error_codes(self) -> frozenset[str]:
        """Every error code: those of the documentation and the known ones of gateways."""
        return frozenset(row.code for row in self.contract.errors.rows)


def with_access_key(target: Target, access_key_id: str | None) -> Target:
    """Return the target for a client that signs with this key of the emulator; unchanged for any other key.

    A security token is left out: unlike the secret, it is part of the request.
    """
    key = ACCESS_KEYS.get(access_key_id or "")
    credentials = target.credentials if key is None else key.credentials
    if credentials is None:
        return target
    return evolve(
        target,
        credentials=Credentials(credentials.access_key_id, credentials.access_key_secret),
        unauthorized_credentials=None,
    )


class RecordingEmulator:
    """A new emulator for one test, with the faults that the test asks for; it records all exchanges."""

    def __init__(self, context: EmulatorContext) -> None:
        self.fault_injector = FaultInjector(context.error_codes)
        self.exchanges: list[ReceivedExchange] = []
        self._emulator = Emulator(context.contract, context.settings, store=context.store)

    def handle(self, request: WireRequest, now: datetime, endpoint: str) -> WireResponse:
        """Return the response to a request that the client sent to this endpoint."""
        started = time.monotonic()
        response = self._emulator.handle(_with_fault_header(request, self.fault_injector.next_code()), now)
        self._record(request, response, now, started, endpoint)
        return response

    def reject_oversized(self, request: WireRequest, now: datetime, endpoint: str) -> WireResponse:
        """Return the response to a request whose body is longer than the server reads."""
        started = time.monotonic()
        response = self._emulator.reject_oversized(request)
        self._record(request, response, now, started, endpoint)
        return response

    def _record(
        self, request: WireRequest, response: WireResponse, now: datetime, started: float, endpoint: str
    ) -> None:
        self.exchanges.append(ReceivedExchange(Exchange(request, response, now, time.monotonic() - started), endpoint))


def _with_fault_header(request: WireRequest, code: str | None) -> WireRequest:
    """Add the header that asks for an error code; no signature covers it, and the recorded request lacks it."""
    return request if code is None else request.with_headers((FAULT_HEADER, code))


class EmulatorServer:
    """The one server of a session; passes requests to the emulator of the current test.

    Between tests it has an emulator whose exchanges nobody reads.
    """

    def __init__(self, context: EmulatorContext) -> None:
        self.context = context
        self.endpoint = ""
        self._emulator = RecordingEmulator(context)

    @property
    def settings(self) -> EmulatorSettings:
        """The settings of every emulator of this server."""
        return self.context.settings

    def reset(self) -> RecordingEmulator:
        """Replace the emulator by a new one and return it."""
        self._emulator = RecordingEmulator(self.context)
        return self._emulator

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        return self._emulator.handle(request, now, self._client_endpoint(request))

    def reject_oversized(self, request: WireRequest) -> WireResponse:
        return self._emulator.reject_oversized(request, utc_now(), self._client_endpoint(request))

    def latency(self) -> float:
        """Return the delay of the response to the present request, in seconds."""
        return self._emulator.fault_injector.latency

    def _client_endpoint(self, request: WireRequest) -> str:
        """Return the endpoint under the name that the client uses for it."""
        alias = f"{_HOST_ALIAS}:{urlsplit(self.endpoint).port}"
        return f"http://{alias}" if request.header("host") == alias else self.endpoint


@contextmanager
def serve_emulator(context: EmulatorContext) -> Iterator[EmulatorServer]:
    """Serve emulators on a free loopback port within the context."""
    server = EmulatorServer(context)
    with serve(server, latency=server.latency, exchange_timeout=_EXCHANGE_TIMEOUT) as server.endpoint:
        yield server
