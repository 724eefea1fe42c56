"""A request as the emulator received it, with its reply, as plain values for tests to compare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import parameters


@frozen(eq=False, repr=False)
class ReceivedExchange:
    """One exchange; `endpoint` is where the client sent the request to."""

    exchange: Exchange
    endpoint: str

    def __repr__(self) -> str:
        return f"ReceivedExchange({self.request.method} {self.request.path} of {len(self.parameters)} parameters: {self.status})"

    @property
    def request(self) -> WireRequest:
        """The request, exactly as it came: method, target, headers, body."""
        return self.exchange.request

    @property
    def response(self) -> WireResponse:
        """The reply, exactly as it was sent: status, headers, body."""
        return self.exchange.response

    @property
    def received_at(self) -> datetime:
        """When the request came, in UTC."""
        return self.exchange.sent_at

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of the query and of the form, decoded, by name; of repeated ones the first."""
        return dict(reversed(parameters(self.request)))

    @property
    def status(self) -> int:
        """The HTTP status of the reply."""
        return self.response.status

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON document of the reply."""
        found: dict[str, Any] = json.loads(self.response.body)
        return found

    @property
    def code(self) -> str | None:
        """The error code of the reply, None for a success."""
        code = self.document.get("Code")
        return code if isinstance(code, str) else None
