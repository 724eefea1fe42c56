"""Scripts: the bytes, pauses and connection ends that answer the requests of a scenario."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from imagesearch_conformance.model.wire import WireResponse


@frozen
class Pause:
    """Sends nothing for some seconds."""

    seconds: float


@frozen
class Stall:
    """Sends nothing more until the client disconnects or the next script starts."""


Piece = bytes | Pause | Stall


class ConnectionEnd(StrEnum):
    """What happens to the connection after the last piece."""

    KEEP = "keep"  #: it may carry the next request
    CLOSE = "close"
    RESET = "reset"  #: closed with a RST


@frozen
class ScriptedResponse:
    """The pieces sent in response to one request; `wire` is what they amount to, for checks and reports.

    Without a response, `wire` has status 0.
    """

    pieces: tuple[Piece, ...]
    wire: WireResponse
    end: ConnectionEnd = ConnectionEnd.KEEP


@frozen
class Script:
    """The n-th request gets the n-th response, later ones the last; `other_responses` are those of the other host."""

    responses: tuple[ScriptedResponse, ...]
    other_responses: tuple[ScriptedResponse, ...] = ()
