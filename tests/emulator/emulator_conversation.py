"""Talking to an emulator: valid signed requests with a few things changed, and replies read as JSON."""

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

#: The documented example values.
EXAMPLE = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg"}

Change = Callable[[WireRequest], WireRequest]


@frozen
class Answer:
    """A reply with its body decoded."""

    reply: WireResponse
    body: dict[str, Any]

    @classmethod
    def of(cls, reply: WireResponse) -> Answer:
        return cls(reply, json.loads(reply.body))

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def refusal(self) -> tuple[int, str] | None:
        """Status and code of a refusal, or None for a success."""
        return None if self.body.get("Success") is True else (self.status, self.body["Code"])

    @property
    def names(self) -> list[tuple[str, str]]:
        return [(entry["ProductId"], entry["PicName"]) for entry in self.body["Auctions"]]


@define
class Conversation:
    """Requests to one emulator, each with a nonce of its own."""

    contract: Contract
    emulator: Emulator
    now: datetime = NOW
    _nonces: Iterator[int] = field(factory=count)

    def ask(self, _change: Change | None = None, /, **given: str | None) -> Answer:
        """Sends the documented example with these parameters changed; None leaves one out."""
        request = self.unsigned(**given)
        return self.send(_change(request) if _change else request)

    def send(self, request: WireRequest) -> Answer:
        """Signs and sends."""
        return self.sent(self.signed(request))

    def sent(self, request: WireRequest) -> Answer:
        """Sends as it is."""
        return Answer.of(self.emulator.handle(request, self.now))

    def unsigned(self, **given: str | None) -> WireRequest:
        """The documented example as a form, in call style V3."""
        pairs = tuple((name, value) for name, value in (EXAMPLE | given).items() if value is not None)
        return WireRequest("POST", "/", self.headers(), encode_form(pairs).encode())

    def headers(self) -> tuple[tuple[str, str], ...]:
        protocol = self.contract.protocol
        return (
            ("host", "emulator.example"),
            ("content-type", protocol.media_type),
            ("x-acs-action", protocol.action),
            ("x-acs-version", protocol.version),
        )

    def signed(
        self, request: WireRequest, key: Credentials = DEFAULT_CREDENTIALS, date: str | None = None
    ) -> WireRequest:
        return v3.sign(request, key, date=date or format_date(self.now), nonce=self.nonce())

    def signed_v2(self, request: WireRequest, key: Credentials = DEFAULT_CREDENTIALS) -> WireRequest:
        return v2.sign(request, key, date=format_date(self.now), nonce=self.nonce())

    def nonce(self) -> str:
        return f"nonce-{next(self._nonces)}"


@frozen
class Opening:
    """Begins conversations with emulators that share one data set."""

    contract: Contract
    store: Store

    def __call__(self, *faults: str, behaviour: Behaviour | None = None, **settings: Any) -> Conversation:
        given = EmulatorSettings(qps=None, faults=faults, behaviour=behaviour or Behaviour())
        emulator = Emulator(self.contract, evolve(given, **settings), store=self.store)
        return Conversation(self.contract, emulator)
