"""What happens in a session that certifies an endpoint."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.bootstrap import build_dispatcher, open_target
from imagesearch_conformance.errors import ConformanceError, InvalidInput
from imagesearch_conformance.pytest_plugin.case_service import CaseService, LocalCaseService, has_run_failure
from imagesearch_conformance.pytest_plugin.items import (
    ROOT,
    CaseCollector,
    CaseItem,
    merge_assumed_items,
    node_id,
    parse_node_id,
)
from imagesearch_conformance.pytest_plugin.options import EMULATOR, configured_endpoint, configured_options
from imagesearch_conformance.pytest_plugin.terminal_summary import terminal_summary
from imagesearch_conformance.pytest_plugin.xdist import WORKER_INPUT_KEY, CaseServer, RemoteCaseService
from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.write import write_reports
from imagesearch_conformance.runner.endpoint_run import EndpointSession
from imagesearch_conformance.settings.options import Options, Origin

#: The ids of cases that were named on the command line, for workers.
_ONLY_KEY = "imagesearch_only"

#: Options with which pytest tells what there is, and makes nothing.
_LISTING_OPTIONS = ("collectonly", "showfixtures", "show_fixtures_per_test")


def activate(config: pytest.Config) -> None:
    """Brings the cases into a session; raises UsageError for what cannot be used."""
    only = _take_case_ids(config)
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        only = None if worker[_ONLY_KEY] is None else frozenset(worker[_ONLY_KEY])
        config.pluginmanager.register(
            CasePlugin(RemoteCaseService.from_address(worker[WORKER_INPUT_KEY]), only), "imagesearch-cases"
        )
        return
    config.pluginmanager.register(CertificationPlugin(config, only), "imagesearch-session")


def _take_case_ids(config: pytest.Config) -> frozenset[str] | None:
    """The cases among the arguments, which are taken out: pytest looks for files of that name."""
    names = [name for one in config.args if (name := parse_node_id(one)) is not None]
    if not names:
        return None
    config.args[:] = [one for one in config.args if parse_node_id(one) is None]
    return frozenset(names)


class CasePlugin:
    """Adds the cases of an office to what is collected."""

    def __init__(self, service: CaseService, only: frozenset[str] | None) -> None:
        self.service, self.only = service, only

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Puts the cases behind whatever else is collected; alone where only cases were named."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            ours = CaseCollector.from_parent(collector, name=ROOT, nodeid=ROOT, service=self.service, only=self.only)
            others = [] if self.only is not None and not collector.config.args else list(report.result)
            report.result = [*others, ours]
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Puts bursts last, whoever shuffled the rest: they disturb what is made beside them."""
        items[:] = merge_assumed_items(items)
        items.sort(key=lambda one: isinstance(one, CaseItem) and one.is_burst)


class CertificationPlugin(CasePlugin):
    """The certification of a session in the process that controls it."""

    def __init__(self, config: pytest.Config, only: frozenset[str] | None) -> None:
        self._config, self._exit_stack = config, ExitStack()
        self._case_server: CaseServer | None = None
        self._report: dict[str, Any] | None = None
        self._report_files: tuple[Path, ...] = ()
        self._case_ids: list[str] = []
        self._skipped: set[str] = set()
        self._interrupted: set[str] = set()
        self.only = only

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Learns what the target holds, before workers are started; whoever wants --help asks nobody."""
        try:
            self.service = self.local_service = self._create_service()
        except ConformanceError as problem:
            raise pytest.UsageError(str(problem)) from None
        if self.only is not None:
            self._check_case_ids(self.only)

    def _create_service(self) -> LocalCaseService:
        set_ones = configured_options(self._config)
        reports = set_ones.get("reports")
        origins = dict.fromkeys(set_ones, Origin.COMMAND_LINE)
        options = Options(**{"jobs": 1, **set_ones}, origins=origins).validate()
        endpoint = configured_endpoint(self._config)
        if endpoint == EMULATOR and options.profile is not None:
            raise InvalidInput("the embedded emulator has no profile", "--imagesearch-conformance", "give an address")
        opening = self._exit_stack.enter_context(open_target(None if endpoint == EMULATOR else endpoint, options))
        dispatcher = build_dispatcher(opening)
        self._exit_stack.callback(dispatcher.sender.close)
        self._report_directory: Path | None = reports or opening.options.reports
        certification = EndpointSession(
            opening.contract, opening.target, opening.options, dispatcher, deviations=opening.deviations
        )
        desk = LocalCaseService(certification)
        desk.begin()
        return desk

    def _check_case_ids(self, only: frozenset[str]) -> None:
        """Refuses ids that no case has, as pytest does for its own."""
        planned = self.local_service.list_cases()
        unknown = sorted(only.difference(one.id for one in planned))
        if unknown and not any(one.is_assumed for one in planned):
            self._exit_stack.close()
            near = get_close_matches(unknown[0], [one.id for one in planned], n=1)
            hint = f" (did you mean {node_id(near[0])}?)" if near else ""
            raise pytest.UsageError(f"not found: {node_id(unknown[0])}: this target has no such case{hint}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tells a worker of pytest-xdist where the office is."""
        self._case_server = self._case_server or CaseServer(self.local_service)
        node.workerinput[WORKER_INPUT_KEY] = self._case_server.address
        node.workerinput[_ONLY_KEY] = None if self.only is None else sorted(self.only)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """A worker says what it will run; all say the same."""
        self._set_selected(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """What will run is known in this process; with workers, only they know."""
        if self._case_server is None:
            self._set_selected([one.nodeid for one in session.items])

    def _set_selected(self, node_ids: Sequence[str]) -> None:
        self._case_ids = [name for one in node_ids if (name := parse_node_id(one)) is not None]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps in mind what is no result of a case: a marker of the host skips it, or its test broke off."""
        name = parse_node_id(report.nodeid)
        if name is None or name in self.local_service.endpoint_session.progress.results:
            return
        if report.skipped:
            self._skipped.add(name)
        elif report.failed:
            self._interrupted.add(name)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Writes the reports, and fails a session in which no single test shows what is wrong."""
        try:
            if self._case_ids and not any(session.config.getoption(one) for one in _LISTING_OPTIONS):
                self._finish(session)
        finally:
            if self._case_server is not None:
                self._case_server.close()
            self._exit_stack.close()

    def _finish(self, session: pytest.Session) -> None:
        self.local_service.select_cases(one for one in self._case_ids if one not in self._skipped)
        record = self.local_service.build_record(self._interrupted)
        self._report = build_report(record)
        if self._report_directory is not None:
            self._report_files = write_reports(self._report, self._report_directory)
        if session.exitstatus == pytest.ExitCode.OK and has_run_failure(record):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Ends with the verdict."""
        if self._report is not None:
            terminalreporter.section("conformance to SearchImageByName")
            for line in terminal_summary(self._report, self._report_files):
                terminalreporter.line(line)
