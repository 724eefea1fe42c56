"""What one run of the suite against one subject showed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.selfcheck.subject import Subject


@frozen
class Kill:
    """One case that found a departure, the requirements departed from, and the requests sent until it was over."""

    case: str
    requirements: tuple[str, ...]
    requests: int


@frozen
class Trial:
    """One run: what came out for whom, which cases killed, in the order in which they were made.

    `failed`, `warned` and `untold` are ids of requirements; `untold` were errored or skipped. `idle`
    are those that nothing exercised, each with the reason. `trouble` says why a run stopped early.
    `seconds` is real time. With a `budget` the run was allowed so many requests.
    """

    subject: Subject
    verdict: Verdict
    failed: frozenset[str]
    warned: frozenset[str]
    untold: frozenset[str]
    kills: tuple[Kill, ...]
    requests: int
    seconds: float
    idle: Mapping[str, str] = field(factory=dict)
    trouble: str | None = None
    budget: int | None = None

    @property
    def tripped(self) -> frozenset[str]:
        """The requirements that went off."""
        return self.failed | self.warned

    @property
    def killed(self) -> bool:
        """Whether the suite noticed that something is wrong."""
        return bool(self.tripped)

    @property
    def first(self) -> Kill | None:
        """The first case that found something; None where it took the whole run to see it, or nothing was seen."""
        return self.kills[0] if self.kills else None

    @property
    def requests_until_killed(self) -> int | None:
        """How many requests it took to notice."""
        if not self.killed:
            return None
        return self.requests if self.first is None else self.first.requests

    @property
    def flagged(self) -> bool:
        """Whether something was held against a subject that conforms."""
        if not self.subject.conforming:
            return False
        accepted = self.subject.tolerated or not self.warned
        return bool(self.failed or self.untold) or not accepted or self.verdict is not Verdict.CONFORMANT


#: Outcomes after which nothing can be said of a requirement although it was due.
UNTOLD = frozenset({Outcome.ERRORED, Outcome.SKIPPED})
