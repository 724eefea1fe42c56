"""Outcomes, verdicts, and findings: observed violations of requirements."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import frozen

from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.requirement import Level


class Outcome(StrEnum):
    """The outcome of a case or a requirement."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERRORED = "errored"
    NOT_APPLICABLE = "notApplicable"


class Verdict(StrEnum):
    """The verdict of a run about its target."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    INCONCLUSIVE = "inconclusive"


#: A JSON value as the standard decoder gives it.
Json = Any


@frozen
class Finding:
    """An observed violation of one requirement; any of `expected` would have been right.

    `where` is a JSON pointer into the body of the response, `header:NAME`, or `status`. The grade is TOLERATED if the
    outcome is accepted although the documentation does not name it.
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
    """The result of the checks of one case: the requirements they exercised, and their findings."""

    exercised: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
