"""The interface of drivers of clients."""

from __future__ import annotations

from typing import Protocol

from imagesearch_conformance.model.client import Answer, CallArguments, ClientInfo


class Driver(Protocol):
    """Makes a client call the operation, one call at a time."""

    @property
    def info(self) -> ClientInfo:
        """The client's description of itself."""

    @property
    def noise(self) -> tuple[str, ...]:
        """The first lines that the client printed on the channel of messages."""

    def call(self, parameters: CallArguments) -> Answer:
        """Return the answer to one call; never raises for anything the client does."""

    def close(self) -> None:
        """End the client."""
