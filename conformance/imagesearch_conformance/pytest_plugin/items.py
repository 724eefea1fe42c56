"""Cases as pytest items: one item each, below a collector of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.pytest_plugin.case_service import SURVEY_CASE, CaseInfo, CaseOutcome, CaseService

#: The first part of every node id.
ROOT = "imagesearch"


class CaseFailed(Exception):
    """A case failed; the message has its findings."""


class CaseItem(pytest.Item):
    """One case of the suite."""

    def __init__(self, *, info: CaseInfo, service: CaseService, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._info, self._service = info, service
        self.add_marker(pytest.mark.imagesearch(level=info.level, area=info.area, kind=info.kind))
        self.add_marker(f"imagesearch_{'must' if info.level == 'must' else 'should'}")

    @property
    def is_assumed(self) -> bool:
        return self._info.is_assumed

    @property
    def is_burst(self) -> bool:
        return self._info.is_burst

    def setup(self) -> None:
        """Run the case; an errored case is an error of the set-up, not a failure."""
        self._outcome = self._service.run_case(self._info.id)
        if self._outcome.outcome == "errored":
            # The only error of a set-up that pytest shows without a traceback.
            pytest.fail(self._outcome.reason or "", pytrace=False)
        if self._outcome.outcome in {"skipped", "notApplicable"}:
            pytest.skip(self._outcome.reason or "")

    def runtest(self) -> None:
        """Fail, or xfail for a known deviation, if the case has findings."""
        outcome: CaseOutcome = self._outcome
        if outcome.outcome == "failed":
            raise CaseFailed(outcome.text)
        if outcome.deviation_reason is not None:
            pytest.xfail(f"known deviation: {outcome.deviation_reason}")
        if outcome.outcome == "warned":
            self.add_report_section("call", "findings that only warn", outcome.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the findings, without a traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Return a placeholder for file and line: pytest needs both to report a skip by a marker."""
        return ROOT, 0, f"{self.name}: {self._info.title}"


class CaseCollector(pytest.Collector):
    """All cases of the session; with `only`, those with these ids."""

    def __init__(self, *, service: CaseService, only: frozenset[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._service, self._only = service, only

    def collect(self) -> Iterator[CaseItem]:
        """Yield one item for each case, the most fault-revealing first."""
        cases = self._service.list_cases()
        selected = [case for case in cases if self._only is None or case.id in self._only]
        if not selected and any(case.is_assumed for case in cases):
            selected = [SURVEY_CASE]
        for case in selected:
            yield self.create_item(case)

    def create_item(self, info: CaseInfo) -> CaseItem:
        item: CaseItem = CaseItem.from_parent(self, name=info.id, info=info, service=self._service)
        return item


def node_id(case_id: str) -> str:
    return f"{ROOT}::{case_id}"


def parse_node_id(node: str) -> str | None:
    """Return the case id in a node id, None for any other test."""
    root, separator, case_id = node.partition("::")
    return case_id if separator and root == ROOT else None


def merge_assumed_items(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Replace all assumed items by a single one, which reports that the survey failed."""
    assumed = [item for item in items if isinstance(item, CaseItem) and item.is_assumed]
    if not assumed:
        return list(items)
    collector = assumed[0].parent
    survey = [collector.create_item(SURVEY_CASE)] if isinstance(collector, CaseCollector) else []
    return [*(item for item in items if item not in assumed), *survey]
