"""Console output of a run: progress, then failures, then the verdict."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console as Terminal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.reports.client_calls import answer_text, call_text
from imagesearch_conformance.reports.index import is_failing, most_severe_with_case, reported_deviations
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.text import clip_text, format_value, outcome_counts_text, state_label, verdict_text
from imagesearch_conformance.runner.events import CaseFinished, Event, RunPlanned

_VERDICT_STYLES = {"conformant": "bold green", "nonconformant": "bold red", "inconclusive": "bold yellow"}

_OUTCOME_STYLES = {Outcome.FAILED: "red", Outcome.ERRORED: "yellow", Outcome.WARNED: "yellow", Outcome.PASSED: "green"}

#: Without a terminal, print a line of progress after this many cases.
_PROGRESS_INTERVAL = 100


class Console:
    """Prints the events of a run; on a terminal with a progress bar.

    `quiet` prints only the verdict, `verbose` every case.
    """

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet, self._verbose = quiet, verbose
        self._terminal = Terminal(file=sys.stdout, highlight=False, markup=False, soft_wrap=True)
        self._counts: Counter[Outcome] = Counter()
        self._total = 0
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=Terminal(stderr=True), disable=quiet or not sys.stderr.isatty(), transient=True,
        )  # fmt: skip
        self._task = self._progress.add_task("surveying", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def handle(self, event: Event) -> None:
        if isinstance(event, RunPlanned):
            self._total = len(event.cases)
            self._progress.update(self._task, total=self._total, description="judging")
        elif isinstance(event, CaseFinished):
            self._show_case(event)

    def _show_case(self, event: CaseFinished) -> None:
        result = event.result
        self._counts[result.outcome] += 1
        failed = self._counts[Outcome.FAILED]
        self._progress.update(self._task, advance=1, description=f"judging, {failed} failed" if failed else "judging")
        done = self._counts.total()
        if self._verbose:
            style = _OUTCOME_STYLES.get(result.outcome, "dim")
            reason = f"  {clip_text(result.reason)}" if result.reason else ""
            self._terminal.print(Text(f"{result.outcome:14}", style), Text(result.case.id + reason))
        elif self._progress.disable and not self._quiet and done % _PROGRESS_INTERVAL == 0:
            self._terminal.print(f"{done} of {self._total} cases, {failed} failed")

    def show_results(self, report: dict[str, Any], paths: Sequence[Path], replay_command: str = "") -> None:
        """Print the failures, what could not be judged, the paths of the reports, and the verdict.

        `replay_command` replays a case when its id is appended; for a client the report has the command.
        """
        if not self._quiet:
            for requirement in report["requirements"]:
                if requirement["outcome"] == "failed" or (self._verbose and requirement["outcome"] == "warned"):
                    self._show_failure(report, requirement, replay_command)
            self._show_deviations(report)
            self._show_not_judged(report)
            self._terminal.print(
                f"{outcome_counts_text(report)}; {report['requests']} requests, {report['durationSeconds']} s"
            )
            self._terminal.print(f"reports: {_describe_files(paths)}")
        if report["stopReason"]:
            self._terminal.print(Text(f"incomplete: {clip_text(report['stopReason'])}", "yellow"))
        self._terminal.print(Text(f"verdict: {verdict_text(report)}", _VERDICT_STYLES[report["verdict"]]))

    def _show_failure(self, report: dict[str, Any], requirement: dict[str, Any], replay_command: str) -> None:
        case, finding = most_severe_with_case(report, requirement)
        style = "bold red" if requirement["outcome"] == "failed" else "yellow"
        self._terminal.print(Text(f"{requirement['id']} ({requirement['level']})", style))
        self._show_row("statement", requirement["statement"])
        self._show_row("source", requirement["source"])
        if finding is not None:
            self._show_row("finding", finding["message"])
            if case is not None:
                self._show_evidence(case, finding)
            self._show_row("expected", "; ".join(finding["expected"]))
            self._show_row("got", "" if finding["actual"] is None else format_value(finding["actual"]))
            self._show_row("at", finding["where"])
        if case is not None:
            subject = build_subject(report)
            self._show_row(
                "rerun" if subject.is_client else "replay", subject.rerun_command(case["id"], replay_command)
            )
        self._terminal.print()

    def _show_evidence(self, case: dict[str, Any], finding: dict[str, Any]) -> None:
        """Show the call of a client and its result, and the request of the finding."""
        self._show_row("called", call_text(case))
        if case["exchanges"]:
            self._show_row("sent", _request_text(case["exchanges"][finding.get("exchange", 0)]))
        self._show_row("returned", answer_text(case))

    def _show_deviations(self, report: dict[str, Any]) -> None:
        """Show the known deviations; in red those that fail the run."""
        for deviation in reported_deviations(report):
            style = "bold red" if is_failing(deviation) else "yellow"
            self._terminal.print(
                Text(f"known deviation from {deviation['requirement']}: {state_label(deviation)}", style)
            )
            self._show_row("reason", deviation["reason"])
            self._show_row("link", deviation["link"])
            self._show_row("until", deviation["expires"])
            self._show_row("state", deviation["explanation"], style if is_failing(deviation) else "")
            self._terminal.print()

    def _show_row(self, name: str, value: str, style: str = "") -> None:
        if value:
            self._terminal.print(Text(f"  {name:10}", "dim"), Text(clip_text(value), style), sep="")

    def _show_not_judged(self, report: dict[str, Any]) -> None:
        reasons = Counter(
            (case["outcome"], case["reason"]) for case in report["cases"] if case["outcome"] in {"errored", "skipped"}
        )
        for (outcome, reason), count in reasons.most_common():
            self._terminal.print(Text(f"{count} {outcome}: {clip_text(reason)}", "yellow"))


def _describe_files(paths: Sequence[Path]) -> str:
    """Name the HTML report, which people open first, and count the other files."""
    html_report = next((path for path in paths if path.suffix == ".html"), paths[0])
    return f"{html_report} and {len(paths) - 1} more files beside it"


def _request_text(exchange: dict[str, Any]) -> str:
    request = exchange["request"]
    return f"{request['method']} {request['url']} {format_value(request['body'])}".strip()
