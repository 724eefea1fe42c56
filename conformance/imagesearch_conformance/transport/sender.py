"""The seam to the outside: one method, and the sender that never leaves the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import frozen

from imagesearch_conformance.model.wire import WireRequest, WireResponse


class Sender(Protocol):
    """Whatever can carry a request to a target and bring the reply back."""

    def send(self, request: WireRequest, timeout: float) -> WireResponse:
        """The reply; raises Unreachable when no whole one came within so many seconds."""
        ...

    def close(self) -> None:
        """Gives back what is held open."""
        ...


@frozen
class InProcessSender:
    """Hands requests to a function in this process; no socket is opened."""

    handler: Callable[[WireRequest], WireResponse]

    def send(self, request: WireRequest, timeout: float) -> WireResponse:  # noqa: ARG002 a call cannot be cut short
        """The function's reply."""
        return self.handler(request)

    def close(self) -> None:
        """Nothing is held open."""
