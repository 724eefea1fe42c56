"""What drives a client, whatever the client is."""

from __future__ import annotations

from typing import Protocol

from imagesearch_conformance.model.client import Answer, CallArguments, ClientInfo


class Driver(Protocol):
    """Makes a client call the operation, one call at a time."""

    @property
    def info(self) -> ClientInfo:
        """What the client says of itself."""

    @property
    def noise(self) -> tuple[str, ...]:
        """What the client printed where messages belong, the first lines of it."""

    def call(self, parameters: CallArguments) -> Answer:
        """The answer to one call; never raises for what a client does."""

    def close(self) -> None:
        """Ends the client."""
