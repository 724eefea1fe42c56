"""The interface of senders, and a sender inside the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import frozen

from imagesearch_conformance.model.wire import WireRequest, WireResponse


class Sender(Protocol):
    """Sends requests to a target."""

    def send(self, request: WireRequest, timeout: float) -> WireResponse:
        """Send a request; raises Unreachable without a complete response within `timeout` seconds."""
        ...

    def close(self) -> None:
        """Release all resources."""
        ...


@frozen
class InProcessSender:
    """Calls a function for each request instead of opening a connection."""

    handler: Callable[[WireRequest], WireResponse]

    def send(self, request: WireRequest, timeout: float) -> WireResponse:  # noqa: ARG002 a call cannot be interrupted
        return self.handler(request)

    def close(self) -> None:
        """Do nothing."""
