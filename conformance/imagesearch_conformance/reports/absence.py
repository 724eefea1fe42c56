"""What a new report does not tell any more, why, and whether that is held against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from imagesearch_conformance.cases.generated import EXAMPLE, REPORTED_ELSEWHERE, SUMMARIES
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.reports.pairing import is_example
from imagesearch_conformance.reports.standing import UNTOLD, Standing
from imagesearch_conformance.verdicts import NOT_SELECTED


@frozen
class Absence:
    """Explains what a new report does not have, and whether that is held against it.

    `digest` is that of the contract of the old one.
    """

    new: dict[str, Any] = field(repr=False)
    digest: str
    _requirements: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    _cases: Mapping[str, dict[str, Any]] = field(init=False, repr=False)

    @_requirements.default
    def _requirements_by_id(self) -> Mapping[str, dict[str, Any]]:
        return {one["id"]: one for one in self.new["requirements"]}

    @_cases.default
    def _cases_by_id(self) -> Mapping[str, dict[str, Any]]:
        return {one["id"]: one for one in self.new["cases"]}

    def regressed(self, old: Standing, new: Standing | None = None) -> bool:
        """Whether it is a regression: a judgement is gone, and not by chance or because the whole run ended early."""
        if not self.new["complete"] or is_example(old):
            return False
        return old.judged and not (new is not None and self._by_chance(old, new))

    def _by_chance(self, old: Standing, new: Standing) -> bool:
        """Whether it depends on the requests that happened to be generated, of which there were some.

        What they depart from has cases and requirements of its own, which tell.
        """
        if new.outcome is not Outcome.NOT_APPLICABLE:
            return False
        return _elsewhere(new.said) or (bool(old.cases) and all(map(self._generated, old.cases)))

    def _generated(self, case: str) -> bool:
        """Whether a case stands for generated requests, or is one, and the new run made some of that kind."""
        source = case.partition("/")[0]
        if case.partition("/")[2].startswith(EXAMPLE) and source in SUMMARIES:
            case = SUMMARIES[source]
        found = self._cases.get(case) if case in SUMMARIES.values() else None
        return found is not None and (Outcome(found["outcome"]) not in UNTOLD or _elsewhere(found["reason"]))

    def reason(self, old: Standing) -> str:
        """Why a case or requirement is not there, as far as the new report tells."""
        if not self.new["complete"]:
            return "the new run ended early"
        own = [self._requirements.get(name) for name in old.requirements]
        if None in own or (not own and old.id not in self._requirements):
            return "the contract of the new run does not have it"
        if is_example(old):
            said = ", ".join(f"{one['id']} {one['outcome']}" for one in own if one is not None)
            return f"a generated example is in a report only while it departs from something; now: {said}"
        if any(one is not None and one["reason"] == NOT_SELECTED for one in own):
            return NOT_SELECTED
        suite = self.new["suite"]
        if suite["specDigest"] != self.digest:
            return "the contract of the new run makes other cases, it seems"
        chosen = suite.get("select") or suite.get("deselect")
        return "left out by what was selected, it seems" if chosen else "the new report does not say why"


def _elsewhere(said: str | None) -> bool:
    return (said or "").startswith(REPORTED_ELSEWHERE)
