"""Cases as pytest sees them: one item each, below a collector of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.pytest_plugin.case_service import SURVEY_CASE, CaseInfo, CaseOutcome, CaseService

#: The first part of every node id.
ROOT = "imagesearch"


class CaseFailed(Exception):
    """A case departed from the page; the text explains it."""


class CaseItem(pytest.Item):
    """One case of the suite."""

    def __init__(self, *, info: CaseInfo, service: CaseService, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._info, self._service = info, service
        self.add_marker(pytest.mark.imagesearch(level=info.level, area=info.area, kind=info.kind))
        self.add_marker(f"imagesearch_{'must' if info.level == 'must' else 'should'}")

    @property
    def is_assumed(self) -> bool:
        """Whether the target could not be asked what it holds: this only stands for what would be asked."""
        return self._info.is_assumed

    @property
    def is_burst(self) -> bool:
        """Whether the case disturbs all others."""
        return self._info.is_burst

    def setup(self) -> None:
        """Makes the case: what cannot be judged is an error, and no failure."""
        self._outcome = self._service.run_case(self._info.id)
        if self._outcome.outcome == "errored":
            # The only error of a set-up that pytest shows without a traceback.
            pytest.fail(self._outcome.reason or "", pytrace=False)
        if self._outcome.outcome in {"skipped", "notApplicable"}:
            pytest.skip(self._outcome.reason or "")

    def runtest(self) -> None:
        """Fails where the case departs from the page."""
        made: CaseOutcome = self._outcome
        if made.outcome == "failed":
            raise CaseFailed(made.text)
        if made.deviation_reason is not None:
            pytest.xfail(f"a known departure: {made.deviation_reason}")
        if made.outcome == "warned":
            self.add_report_section("call", "departures that only warn", made.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The explanation, without a traceback of ours."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Where the item stands: in no file, but pytest asks for the line of what a marker skips."""
        return ROOT, 0, f"{self.name}: {self._info.title}"


class CaseCollector(pytest.Collector):
    """All cases of the session; `only` keeps those of these ids, None all."""

    def __init__(self, *, service: CaseService, only: frozenset[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._service, self._only = service, only

    def collect(self) -> Iterator[CaseItem]:
        """One item a case, in the order that tells most first."""
        planned = self._service.list_cases()
        wanted = [one for one in planned if self._only is None or one.id in self._only]
        if not wanted and any(one.is_assumed for one in planned):
            wanted = [SURVEY_CASE]
        for one in wanted:
            yield self.create_item(one)

    def create_item(self, info: CaseInfo) -> CaseItem:
        """One case as a test."""
        item: CaseItem = CaseItem.from_parent(self, name=info.id, info=info, service=self._service)
        return item


def node_id(case_id: str) -> str:
    """The node id of a case."""
    return f"{ROOT}::{case_id}"


def parse_node_id(node: str) -> str | None:
    """The case of a node id, None for any other test."""
    root, separator, name = node.partition("::")
    return name if separator and root == ROOT else None


def merge_assumed_items(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same with one item in the place of all that were only assumed."""
    assumed = [one for one in items if isinstance(one, CaseItem) and one.is_assumed]
    if not assumed:
        return list(items)
    collector = assumed[0].parent
    survey = [collector.create_item(SURVEY_CASE)] if isinstance(collector, CaseCollector) else []
    return [*(one for one in items if one not in assumed), *survey]
