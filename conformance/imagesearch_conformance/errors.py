"""Exceptions for problems with input, with the contract, with the connection, or in the suite itself.

None of them is a finding about the target.
"""

from __future__ import annotations

from attrs import field, frozen


@frozen
class ConformanceError(Exception):
    """The base of all exceptions: the problem, where it is, and a hint at what would be right."""

    problem: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.problem}{advice}"


@frozen
class InvalidInput(ConformanceError):
    """An option, a profile or a report is invalid."""


@frozen
class InvalidSpec(ConformanceError):
    """A contract directory cannot be read or contradicts itself."""


@frozen
class InternalError(ConformanceError):
    """The suite contradicts itself: a bug of the suite, whatever the target does."""


@frozen
class Unreachable(ConformanceError):
    """No complete response arrived: connection refused or reset, timeout, or not HTTP.

    `stale_connection` is true if a kept-alive connection was closed before the response began, which a server may do
    at any time.
    """

    stale_connection: bool = field(default=False)
