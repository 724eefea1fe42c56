"""What can go wrong with our input, our contract or the way to the target; never a finding.

BadInput is raised while options and profiles are read, BadSpec while `spec/` is loaded or cases
are derived from it, Unreachable while a request is on its way, and BrokenSuite when something that
we built contradicts itself.
"""

from __future__ import annotations

from attrs import field, frozen


@frozen
class ConformanceError(Exception):
    """Anything that stops us and is no finding about the target."""

    problem: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.problem}{advice}"


@frozen
class InvalidInput(ConformanceError):
    """An option, a profile or a report that cannot be used as it stands."""


@frozen
class InvalidSpec(ConformanceError):
    """A contract directory that is unreadable or contradicts itself."""


@frozen
class InternalError(ConformanceError):
    """A contradiction inside this suite: our bug, whatever the target did."""


@frozen
class Unreachable(ConformanceError):
    """No whole reply came: refused, reset, timed out or not HTTP.

    `stale` says that a kept-alive connection turned out to be closed before the reply began, which
    a server may do at any time.
    """

    stale_connection: bool = field(default=False)
