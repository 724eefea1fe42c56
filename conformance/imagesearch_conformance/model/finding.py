"""One observed departure from one requirement."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.requirement import Level

#: A JSON value as the standard decoder gives it.
Json = Any


@frozen
class Finding:
    """A departure: which requirement, what was expected (any of), what came, and where.

    `where` is a JSON pointer into the reply's body, or `header:NAME`, or `status`. The grade is
    TOLERATED when the outcome is one that we accept although the page does not name it.
    """

    requirement: str
    level: Level
    message: str
    expected: tuple[str, ...] = ()
    actual: Json = None
    where: str = ""
    grade: Grade = Grade.DOCUMENTED
    exchange_index: int = 0


@frozen
class Judgement:
    """What the checks say of one case: every requirement exercised, and the departures found."""

    exercised: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
