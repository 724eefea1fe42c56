"""The pytest session that tests an endpoint: collection of the cases, reports, and the verdict."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
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
from imagesearch_conformance.pytest_plugin.xdist import WORKER_INPUT_KEY, CaseServer, RemoteCaseService
from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.index import reported_deviations
from imagesearch_conformance.reports.text import clip_text, outcome_counts_text, state_label, verdict_text
from imagesearch_conformance.reports.write import write_reports
from imagesearch_conformance.runner.endpoint_run import EndpointSession
from imagesearch_conformance.settings.options import Options, Origin

#: Key of the case ids of the command line in the input of a worker.
_ONLY_KEY = "imagesearch_only"

#: Options with which pytest lists something and runs nothing.
_LISTING_OPTIONS = ("collectonly", "showfixtures", "show_fixtures_per_test")

_LISTED_OUTCOMES = ("failed", "warned")


def activate(config: pytest.Config) -> None:
    """Add the cases to a session; raises UsageError for invalid options."""
    only = _take_case_ids(config)
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        only = None if worker_input[_ONLY_KEY] is None else frozenset(worker_input[_ONLY_KEY])
        service = RemoteCaseService.from_address(worker_input[WORKER_INPUT_KEY])
        config.pluginmanager.register(CasePlugin(service, only), "imagesearch-cases")
        return
    config.pluginmanager.register(CertificationPlugin(config, only), "imagesearch-session")


def _take_case_ids(config: pytest.Config) -> frozenset[str] | None:
    """Remove the case ids from the arguments, where pytest would look for files, and return them."""
    case_ids = [case_id for argument in config.args if (case_id := parse_node_id(argument)) is not None]
    if not case_ids:
        return None
    config.args[:] = [argument for argument in config.args if parse_node_id(argument) is None]
    return frozenset(case_ids)


class CasePlugin:
    """Adds the cases of a service to the collected tests."""

    def __init__(self, service: CaseService, only: frozenset[str] | None) -> None:
        self.service, self.only = service, only

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Add the cases after the other tests; without those if the command line names only cases."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            cases = CaseCollector.from_parent(collector, name=ROOT, nodeid=ROOT, service=self.service, only=self.only)
            others = [] if self.only is not None and not collector.config.args else list(report.result)
            report.result = [*others, cases]
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put bursts last, after plugins that shuffle: a burst disturbs the cases beside it."""
        items[:] = merge_assumed_items(items)
        items.sort(key=lambda item: isinstance(item, CaseItem) and item.is_burst)


class CertificationPlugin(CasePlugin):
    """Runs the cases in the controlling process and reports at the end of the session."""

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
        """Survey the target before workers start; not earlier, so that --help sends no request."""
        try:
            self.service = self.local_service = self._create_service()
        except ConformanceError as problem:
            raise pytest.UsageError(str(problem)) from None
        if self.only is not None:
            self._check_case_ids(self.only)

    def _create_service(self) -> LocalCaseService:
        values = configured_options(self._config)
        reports = values.get("reports")
        origins = dict.fromkeys(values, Origin.COMMAND_LINE)
        options = Options(**{"jobs": 1, **values}, origins=origins).validate()
        endpoint = configured_endpoint(self._config)
        if endpoint == EMULATOR and options.profile is not None:
            raise InvalidInput("the embedded emulator takes no profile", "--imagesearch-conformance", "give a URL")
        inputs = self._exit_stack.enter_context(open_target(None if endpoint == EMULATOR else endpoint, options))
        dispatcher = build_dispatcher(inputs)
        self._exit_stack.callback(dispatcher.sender.close)
        self._report_directory: Path | None = reports or inputs.options.reports
        endpoint_session = EndpointSession(
            inputs.contract, inputs.target, inputs.options, dispatcher, deviations=inputs.deviations
        )
        service = LocalCaseService(endpoint_session)
        service.begin()
        return service

    def _check_case_ids(self, only: frozenset[str]) -> None:
        """Raise UsageError for ids without a case, as pytest does for its own."""
        cases = self.local_service.list_cases()
        unknown = sorted(only.difference(case.id for case in cases))
        if unknown and not any(case.is_assumed for case in cases):
            self._exit_stack.close()
            similar = get_close_matches(unknown[0], [case.id for case in cases], n=1)
            hint = f" (did you mean {node_id(similar[0])}?)" if similar else ""
            raise pytest.UsageError(f"not found: {node_id(unknown[0])}: this target has no such case{hint}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Pass the address of the case server to a worker of pytest-xdist."""
        self._case_server = self._case_server or CaseServer(self.local_service)
        node.workerinput[WORKER_INPUT_KEY] = self._case_server.address
        node.workerinput[_ONLY_KEY] = None if self.only is None else sorted(self.only)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Take the selected tests from a worker; all workers have the same."""
        self._set_selected(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take the selected tests from this process; with workers, only they know them."""
        if self._case_server is None:
            self._set_selected([item.nodeid for item in session.items])

    def _set_selected(self, node_ids: Sequence[str]) -> None:
        self._case_ids = [case_id for node in node_ids if (case_id := parse_node_id(node)) is not None]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note tests that ended before their case had a result: skipped by another marker, or failed."""
        case_id = parse_node_id(report.nodeid)
        if case_id is None or case_id in self.local_service.endpoint_session.progress.results:
            return
        if report.skipped:
            self._skipped.add(case_id)
        elif report.failed:
            self._interrupted.add(case_id)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports, and fail the session for failures that no single test shows."""
        try:
            if self._case_ids and not any(session.config.getoption(option) for option in _LISTING_OPTIONS):
                self._finish(session)
        finally:
            if self._case_server is not None:
                self._case_server.close()
            self._exit_stack.close()

    def _finish(self, session: pytest.Session) -> None:
        self.local_service.select_cases(case_id for case_id in self._case_ids if case_id not in self._skipped)
        record = self.local_service.build_record(self._interrupted)
        self._report = build_report(record)
        if self._report_directory is not None:
            self._report_files = write_reports(self._report, self._report_directory)
        if session.exitstatus == pytest.ExitCode.OK and has_run_failure(record):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the verdict."""
        if self._report is not None:
            terminalreporter.section("conformance to SearchImageByName")
            for line in _summary_lines(self._report, self._report_files):
                terminalreporter.line(line)


def _summary_lines(report: dict[str, Any], report_files: Sequence[Path]) -> Iterator[str]:
    for outcome in _LISTED_OUTCOMES:
        for requirement in report["requirements"]:
            if requirement["outcome"] == outcome:
                yield clip_text(f"{outcome}: {requirement['id']} ({requirement['level']}): {requirement['statement']}")
    for deviation in reported_deviations(report):
        yield clip_text(
            f"known deviation from {deviation['requirement']}: {state_label(deviation)}: {deviation['explanation']}"
        )
    yield f"{outcome_counts_text(report)}; {report['requests']} requests, {report['durationSeconds']} s"
    if report["stopReason"]:
        yield clip_text(f"incomplete: {report['stopReason']}")
    if report_files:
        yield f"reports: {report_files[0].parent}"
    yield f"verdict: {verdict_text(report)}"
