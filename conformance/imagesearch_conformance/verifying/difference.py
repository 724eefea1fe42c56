"""What was found out about a report: where it differs from what its evidence says, and what cannot be told."""

from __future__ import annotations

from typing import Any

from attrs import frozen


@frozen
class Difference:
    """One thing that is not what it has to be: in which file, where, and what it is on both sides."""

    file: str
    where: str
    recorded: Any
    due: Any

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: it says {self.recorded}, and has to say {self.due}"


@frozen
class Untold:
    """One thing that cannot be judged again, and why."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@frozen
class Findings:
    """All that was found out; `notes` are remarks for people."""

    differences: tuple[Difference, ...] = ()
    untold: tuple[Untold, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.differences + other.differences, self.untold + other.untold, self.notes + other.notes)
