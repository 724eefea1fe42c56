"""A client of an emulator: sends valid signed requests with some changes and decodes the responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from attrs import define, evolve, field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import Behaviour, Emulator, EmulatorSettings
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import encode_form, format_date

NOW = datetime(2024, 2, 29, 12, 0, tzinfo=UTC)

#: The documented example parameters.
EXAMPLE = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg"}

Change = Callable[[WireRequest], WireRequest]


@frozen
class EmulatorResponse:
    """A response with its decoded body."""

    wire: WireResponse
    body: dict[str, Any]

    @classmethod
    def from_wire(cls, response: WireResponse) -> EmulatorResponse:
        return cls(response, json.loads(response.body))

    @property
    def status(self) -> int:
        return self.wire.status

    @property
    def error(self) -> tuple[int, str] | None:
        """Status and code of an error response, or None for a success response."""
        return None if self.body.get("Success") is True else (self.status, self.body["Code"])

    @property
    def names(self) -> list[tuple[str, str]]:
        return [(entry["ProductId"], entry["PicName"]) for entry in self.body["Auctions"]]


@define
class EmulatorClient:
    """Sends requests to one emulator, each with a new nonce."""

    contract: Contract
    emulator: Emulator
    now: datetime = NOW
    _nonces: Iterator[int] = field(factory=count)

    def search(self, _change: Change | None = None, /, **parameters: str | None) -> EmulatorResponse:
        """Send the documented example with these parameters changed; None omits a parameter."""
        request = self.build_request(**parameters)
        return self.sign_and_send(_change(request) if _change else request)

    def sign_and_send(self, request: WireRequest) -> EmulatorResponse:
        return self.send(self.sign(request))

    def send(self, request: WireRequest) -> EmulatorResponse:
        return EmulatorResponse.from_wire(self.emulator.handle(request, self.now))

    def build_request(self, **parameters: str | None) -> WireRequest:
        """Return the documented example as an unsigned form request in call style V3."""
        pairs = tuple((name, value) for name, value in (EXAMPLE | parameters).items() if value is not None)
        return WireRequest("POST", "/", self.headers(), encode_form(pairs).encode())

    def headers(self) -> tuple[tuple[str, str], ...]:
        protocol = self.contract.protocol
        return (
            ("host", "emulator.example"),
            ("content-type", protocol.media_type),
            ("x-acs-action", protocol.action),
            ("x-acs-version", protocol.version),
        )

    def sign(
        self, request: WireRequest, credentials: Credentials = DEFAULT_CREDENTIALS, date: str | None = None
    ) -> WireRequest:
        return v3.sign(request, credentials, date=date or format_date(self.now), nonce=self.new_nonce())

    def sign_v2(self, request: WireRequest, credentials: Credentials = DEFAULT_CREDENTIALS) -> WireRequest:
        return v2.sign(request, credentials, date=format_date(self.now), nonce=self.new_nonce())

    def new_nonce(self) -> str:
        return f"nonce-{next(self._nonces)}"


@frozen
class ClientFactory:
    """Creates clients of emulators that share one data set."""

    contract: Contract
    store: Store

    def __call__(self, *faults: str, behaviour: Behaviour | None = None, **changes: Any) -> EmulatorClient:
        settings = EmulatorSettings(qps=None, faults=faults, behaviour=behaviour or Behaviour())
        return EmulatorClient(self.contract, Emulator(self.contract, evolve(settings, **changes), store=self.store))
