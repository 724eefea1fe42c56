"""What one run of the suite against one subject showed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.selfcheck.variant import Variant


@frozen
class Kill:
    """One case that found a departure, the requirements departed from, and the requests sent until it was over."""

    case_id: str
    requirements: tuple[str, ...]
    request_count: int


@frozen
class Trial:
    """One run: what came out for whom, which cases killed, in the order in which they were made.

    `failed`, `warned` and `untold` are ids of requirements; `untold` were errored or skipped. `idle`
    are those that nothing exercised, each with the reason. `trouble` says why a run stopped early.
    `seconds` is real time. With a `budget` the run was allowed so many requests.
    """

    variant: Variant
    verdict: Verdict
    failed: frozenset[str]
    warned: frozenset[str]
    undetermined: frozenset[str]
    kills: tuple[Kill, ...]
    request_count: int
    seconds: float
    not_exercised: Mapping[str, str] = field(factory=dict)
    stop_reason: str | None = None
    budget: int | None = None

    @property
    def violated_requirements(self) -> frozenset[str]:
        """The requirements that went off."""
        return self.failed | self.warned

    @property
    def is_killed(self) -> bool:
        """Whether the suite noticed that something is wrong."""
        return bool(self.violated_requirements)

    @property
    def first_kill(self) -> Kill | None:
        """The first case that found something; None where it took the whole run to see it, or nothing was seen."""
        return self.kills[0] if self.kills else None

    @property
    def requests_until_kill(self) -> int | None:
        """How many requests it took to notice."""
        if not self.is_killed:
            return None
        return self.request_count if self.first_kill is None else self.first_kill.request_count

    @property
    def is_false_alarm(self) -> bool:
        """Whether something was held against a subject that conforms."""
        if not self.variant.is_conforming:
            return False
        accepted = self.variant.has_tolerated_outcomes or not self.warned
        return bool(self.failed or self.undetermined) or not accepted or self.verdict is not Verdict.CONFORMANT


#: Outcomes after which nothing can be said of a requirement although it was due.
OUTCOMES_WITHOUT_JUDGEMENT = frozenset({Outcome.ERRORED, Outcome.SKIPPED})
