"""Cases as pytest sees them: one item each, below a collector of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.pytest_plugin.office import UNSURVEYED, Made, Office, Planned

#: The first part of every node id.
ROOT = "imagesearch"


class Departed(Exception):
    """A case departed from the page; the text explains it."""


class CaseItem(pytest.Item):
    """One case of the suite."""

    def __init__(self, *, planned: Planned, office: Office, **given: Any) -> None:
        super().__init__(**given)
        self._planned, self._office = planned, office
        self.add_marker(pytest.mark.imagesearch(level=planned.level, area=planned.area, kind=planned.kind))
        self.add_marker(f"imagesearch_{'must' if planned.level == 'must' else 'should'}")

    @property
    def assumed(self) -> bool:
        """Whether the target could not be asked what it holds: this only stands for what would be asked."""
        return self._planned.assumed

    @property
    def burst(self) -> bool:
        """Whether the case disturbs all others."""
        return self._planned.burst

    def setup(self) -> None:
        """Makes the case: what cannot be judged is an error, and no failure."""
        self._made = self._office.made(self._planned.id)
        if self._made.outcome == "errored":
            # The only error of a set-up that pytest shows without a traceback.
            pytest.fail(self._made.reason or "", pytrace=False)
        if self._made.outcome in {"skipped", "notApplicable"}:
            pytest.skip(self._made.reason or "")

    def runtest(self) -> None:
        """Fails where the case departs from the page."""
        made: Made = self._made
        if made.outcome == "failed":
            raise Departed(made.text)
        if made.known is not None:
            pytest.xfail(f"a known departure: {made.known}")
        if made.outcome == "warned":
            self.add_report_section("call", "departures that only warn", made.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The explanation, without a traceback of ours."""
        if isinstance(excinfo.value, Departed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Where the item stands: in no file, but pytest asks for the line of what a marker skips."""
        return ROOT, 0, f"{self.name}: {self._planned.title}"


class CaseCollector(pytest.Collector):
    """All cases of the session; `only` keeps those of these ids, None all."""

    def __init__(self, *, office: Office, only: frozenset[str] | None = None, **given: Any) -> None:
        super().__init__(**given)
        self._office, self._only = office, only

    def collect(self) -> Iterator[CaseItem]:
        """One item a case, in the order that tells most first."""
        planned = self._office.planned()
        wanted = [one for one in planned if self._only is None or one.id in self._only]
        if not wanted and any(one.assumed for one in planned):
            wanted = [UNSURVEYED]
        for one in wanted:
            yield self.item(one)

    def item(self, planned: Planned) -> CaseItem:
        """One case as a test."""
        item: CaseItem = CaseItem.from_parent(self, name=planned.id, planned=planned, office=self._office)
        return item


def node_id(case: str) -> str:
    """The node id of a case."""
    return f"{ROOT}::{case}"


def case_of(node: str) -> str | None:
    """The case of a node id, None for any other test."""
    root, separator, name = node.partition("::")
    return name if separator and root == ROOT else None


def unsurveyed(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same with one item in the place of all that were only assumed."""
    assumed = [one for one in items if isinstance(one, CaseItem) and one.assumed]
    if not assumed:
        return list(items)
    collector = assumed[0].parent
    survey = [collector.item(UNSURVEYED)] if isinstance(collector, CaseCollector) else []
    return [*(one for one in items if one not in assumed), *survey]
