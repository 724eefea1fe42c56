"""What the stage does with the requests of a scenario: bytes to send, pauses, and how a connection ends."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from imagesearch_conformance.model.wire import WireResponse


@frozen
class Pause:
    """Nothing is sent for so long."""

    seconds: float


@frozen
class Stall:
    """Nothing more is sent until the client hangs up or the next script begins."""


Piece = bytes | Pause | Stall


class ConnectionEnd(StrEnum):
    """What becomes of the connection after the last piece."""

    KEEP = "keep"  #: the next request may come on it
    CLOSE = "close"
    RESET = "reset"  #: closed with a RST


@frozen
class ScriptedResponse:
    """The answer to one request; `reply` is what it amounts to, for judging and for the report.

    A play without a reply has status 0 in `reply`.
    """

    pieces: tuple[Piece, ...]
    wire: WireResponse
    end: ConnectionEnd = ConnectionEnd.KEEP


@frozen
class Script:
    """The n-th request gets the n-th play, later ones the last; `elsewhere` is what the other host plays."""

    responses: tuple[ScriptedResponse, ...]
    other_responses: tuple[ScriptedResponse, ...] = ()
