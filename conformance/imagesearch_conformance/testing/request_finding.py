"""What was wrong with a request of the client under test."""

from __future__ import annotations

from typing import Any

from attrs import frozen


@frozen
class RequestFinding:
    """A departure from one requirement, free of secrets.

    `request` counts the requests of the test from 0, `sent` is what was sent, `right` what would be right (any
    of), `where` the header, parameter or part of the request. One that is not `binding` fails no test: it departs
    from a recommendation, or is tolerated.
    """

    requirement: str
    level: str
    statement: str
    source: str
    message: str
    actual: Any
    expected: tuple[str, ...]
    where: str
    request: int
    binding: bool = True

    def __str__(self) -> str:
        return f"{self.requirement} ({self.level}): {self.message}"
