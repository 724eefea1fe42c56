"""What happens in a session that certifies an endpoint."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.cli.opening import dispatcher_of, opened
from imagesearch_conformance.errors import BadInput, SuiteError
from imagesearch_conformance.pytest_plugin.items import ROOT, CaseCollector, CaseItem, case_of, node_id, unsurveyed
from imagesearch_conformance.pytest_plugin.office import Desk, Office, is_wrong
from imagesearch_conformance.pytest_plugin.options import EMULATOR, endpoint_of, given
from imagesearch_conformance.pytest_plugin.remote import KEY, Counter, Remote
from imagesearch_conformance.pytest_plugin.summing import summed_up
from imagesearch_conformance.reports.document import document
from imagesearch_conformance.reports.writing import write_reports
from imagesearch_conformance.runner.certification import Certification
from imagesearch_conformance.settings.options import Options, Origin

#: The ids of cases that were named on the command line, for workers.
_ONLY = "imagesearch_only"

#: Options with which pytest tells what there is, and makes nothing.
_TELLING = ("collectonly", "showfixtures", "show_fixtures_per_test")


def activate(config: pytest.Config) -> None:
    """Brings the cases into a session; raises UsageError for what cannot be used."""
    only = _named(config)
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        only = None if worker[_ONLY] is None else frozenset(worker[_ONLY])
        config.pluginmanager.register(Cases(Remote.at(worker[KEY]), only), "imagesearch-cases")
        return
    config.pluginmanager.register(Session(config, only), "imagesearch-session")


def _named(config: pytest.Config) -> frozenset[str] | None:
    """The cases among the arguments, which are taken out: pytest looks for files of that name."""
    names = [name for one in config.args if (name := case_of(one)) is not None]
    if not names:
        return None
    config.args[:] = [one for one in config.args if case_of(one) is None]
    return frozenset(names)


class Cases:
    """Adds the cases of an office to what is collected."""

    def __init__(self, office: Office, only: frozenset[str] | None) -> None:
        self.office, self.only = office, only

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Puts the cases behind whatever else is collected; alone where only cases were named."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            ours = CaseCollector.from_parent(collector, name=ROOT, nodeid=ROOT, office=self.office, only=self.only)
            others = [] if self.only is not None and not collector.config.args else list(report.result)
            report.result = [*others, ours]
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Puts bursts last, whoever shuffled the rest: they disturb what is made beside them."""
        items[:] = unsurveyed(items)
        items.sort(key=lambda one: isinstance(one, CaseItem) and one.burst)


class Session(Cases):
    """The certification of a session in the process that controls it."""

    def __init__(self, config: pytest.Config, only: frozenset[str] | None) -> None:
        self._config, self._open = config, ExitStack()
        self._counter: Counter | None = None
        self._document: dict[str, Any] | None = None
        self._written: tuple[Path, ...] = ()
        self._names: list[str] = []
        self._skipped: set[str] = set()
        self._broken: set[str] = set()
        self.only = only

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Learns what the target holds, before workers are started; whoever wants --help asks nobody."""
        try:
            self.office = self.desk = self._desk()
        except SuiteError as problem:
            raise pytest.UsageError(str(problem)) from None
        if self.only is not None:
            self._check(self.only)

    def _desk(self) -> Desk:
        set_ones = given(self._config)
        reports = set_ones.get("reports")
        origins = dict.fromkeys(set_ones, Origin.COMMAND_LINE)
        options = Options(**{"jobs": 1, **set_ones}, origins=origins).checked()
        endpoint = endpoint_of(self._config)
        if endpoint == EMULATOR and options.profile is not None:
            raise BadInput("the embedded emulator has no profile", "--imagesearch-conformance", "give an address")
        opening = self._open.enter_context(opened(None if endpoint == EMULATOR else endpoint, options))
        dispatcher = dispatcher_of(opening)
        self._open.callback(dispatcher.sender.close)
        self._reports: Path | None = reports or opening.options.reports
        certification = Certification(
            opening.contract, opening.target, opening.options, dispatcher, deviations=opening.deviations
        )
        desk = Desk(certification)
        desk.begin()
        return desk

    def _check(self, only: frozenset[str]) -> None:
        """Refuses ids that no case has, as pytest does for its own."""
        planned = self.desk.planned()
        unknown = sorted(only.difference(one.id for one in planned))
        if unknown and not any(one.assumed for one in planned):
            self._open.close()
            near = get_close_matches(unknown[0], [one.id for one in planned], n=1)
            hint = f" (did you mean {node_id(near[0])}?)" if near else ""
            raise pytest.UsageError(f"not found: {node_id(unknown[0])}: this target has no such case{hint}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tells a worker of pytest-xdist where the office is."""
        self._counter = self._counter or Counter(self.desk)
        node.workerinput[KEY] = self._counter.address
        node.workerinput[_ONLY] = None if self.only is None else sorted(self.only)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """A worker says what it will run; all say the same."""
        self._select(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """What will run is known in this process; with workers, only they know."""
        if self._counter is None:
            self._select([one.nodeid for one in session.items])

    def _select(self, nodes: Sequence[str]) -> None:
        self._names = [name for one in nodes if (name := case_of(one)) is not None]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps in mind what is no result of a case: a marker of the host skips it, or its test broke off."""
        name = case_of(report.nodeid)
        if name is None or name in self.desk.certification.progress.results:
            return
        if report.skipped:
            self._skipped.add(name)
        elif report.failed:
            self._broken.add(name)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Writes the reports, and fails a session in which no single test shows what is wrong."""
        try:
            if self._names and not any(session.config.getoption(one) for one in _TELLING):
                self._finish(session)
        finally:
            if self._counter is not None:
                self._counter.close()
            self._open.close()

    def _finish(self, session: pytest.Session) -> None:
        self.desk.narrow(one for one in self._names if one not in self._skipped)
        record = self.desk.record(self._broken)
        self._document = document(record)
        if self._reports is not None:
            self._written = write_reports(self._document, self._reports)
        if session.exitstatus == pytest.ExitCode.OK and is_wrong(record):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Ends with the verdict."""
        if self._document is not None:
            terminalreporter.section("conformance to SearchImageByName")
            for line in summed_up(self._document, self._written):
                terminalreporter.line(line)
