"""Outcomes of cases and requirements, and the verdict of a run."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a case or a requirement came out."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERRORED = "errored"
    NOT_APPLICABLE = "notApplicable"


class Verdict(StrEnum):
    """What a run says of its target."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    INCONCLUSIVE = "inconclusive"
