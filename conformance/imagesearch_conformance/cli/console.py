"""What a person sees of a run: progress while it goes, what is wrong afterwards, the verdict last."""

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

from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.reports.calls import answer_text, call_text
from imagesearch_conformance.reports.deviations import deviations_of, fails, state_words
from imagesearch_conformance.reports.subject import subject_of
from imagesearch_conformance.reports.wording import first_finding, judged_sentence, shown, told, verdict_words
from imagesearch_conformance.runner.events import CaseFinished, Event, Planned

_STYLES = {"conformant": "bold green", "nonconformant": "bold red", "inconclusive": "bold yellow"}

_OUTCOME_STYLES = {Outcome.FAILED: "red", Outcome.ERRORED: "yellow", Outcome.WARNED: "yellow", Outcome.PASSED: "green"}

#: A plain line of progress is printed every so many cases where there is no terminal.
_EVERY = 100


class Console:
    """Hears the events of a run and prints them; on a terminal with a progress bar."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        """Quiet prints the verdict alone, verbose every case."""
        self._quiet, self._verbose = quiet, verbose
        self._out = Terminal(file=sys.stdout, highlight=False, markup=False, soft_wrap=True)
        self._counts: Counter[Outcome] = Counter()
        self._total = 0
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=Terminal(stderr=True), disable=quiet or not sys.stderr.isatty(), transient=True,
        )  # fmt: skip
        self._task = self._progress.add_task("surveying", total=None)

    def __enter__(self) -> Self:
        """Starts the progress bar."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the progress bar."""
        self._progress.stop()

    def heard(self, event: Event) -> None:
        """Shows an event."""
        if isinstance(event, Planned):
            self._total = len(event.cases)
            self._progress.update(self._task, total=self._total, description="judging")
        elif isinstance(event, CaseFinished):
            self._case(event)

    def _case(self, event: CaseFinished) -> None:
        result = event.result
        self._counts[result.outcome] += 1
        failed = self._counts[Outcome.FAILED]
        self._progress.update(self._task, advance=1, description=f"judging, {failed} failed" if failed else "judging")
        done = self._counts.total()
        if self._verbose:
            style = _OUTCOME_STYLES.get(result.outcome, "dim")
            reason = f"  {told(result.reason)}" if result.reason else ""
            self._out.print(Text(f"{result.outcome:14}", style), Text(result.case.id + reason))
        elif self._progress.disable and not self._quiet and done % _EVERY == 0:
            self._out.print(f"{done} of {self._total} cases, {failed} failed")

    def finished(self, document: dict[str, Any], written: Sequence[Path], replay: str = "") -> None:
        """Prints what is wrong, what could not be told, where the reports are, and the verdict.

        `replay` is the command that makes a case again, to be followed by the id of the case; of a client the
        report itself knows how.
        """
        if not self._quiet:
            for requirement in document["requirements"]:
                if requirement["outcome"] == "failed" or (self._verbose and requirement["outcome"] == "warned"):
                    self._violation(document, requirement, replay)
            self._known(document)
            self._untold(document)
            self._out.print(
                f"{judged_sentence(document)}; {document['requests']} requests, {document['durationSeconds']} s"
            )
            self._out.print(f"reports: {_listed(written)}")
        if document["trouble"]:
            self._out.print(Text(f"not all was judged: {told(document['trouble'])}", "yellow"))
        self._out.print(Text(f"verdict: {verdict_words(document)}", _STYLES[document["verdict"]]))

    def _violation(self, document: dict[str, Any], requirement: dict[str, Any], replay: str) -> None:
        case, finding = first_finding(document, requirement)
        style = "bold red" if requirement["outcome"] == "failed" else "yellow"
        self._out.print(Text(f"{requirement['id']} ({requirement['level']})", style))
        self._row("statement", requirement["statement"])
        self._row("source", requirement["source"])
        if finding is not None:
            self._row("found", finding["message"])
            if case is not None:
                self._evidence(case, finding)
            self._row("accepted", "; ".join(finding["expected"]))
            self._row("got", "" if finding["actual"] is None else shown(finding["actual"]))
            self._row("at", finding["where"])
        if case is not None:
            subject = subject_of(document)
            self._row("again" if subject.client else "replay", subject.again(case["id"], replay))
        self._out.print()

    def _evidence(self, case: dict[str, Any], finding: dict[str, Any]) -> None:
        """What a client was called with and handed back, and the request that a finding speaks of."""
        self._row("called", call_text(case))
        if case["exchanges"]:
            self._row("sent", _sent(case["exchanges"][finding.get("exchange", 0)]))
        self._row("returned", answer_text(case))

    def _known(self, document: dict[str, Any]) -> None:
        """The departures that are known; in red those that fail the run themselves."""
        for one in deviations_of(document):
            style = "bold red" if fails(one) else "yellow"
            self._out.print(Text(f"known departure from {one['requirement']}: {state_words(one)}", style))
            self._row("reason", one["reason"])
            self._row("link", one["link"])
            self._row("until", one["expires"])
            self._row("state", one["explanation"], style if fails(one) else "")
            self._out.print()

    def _row(self, name: str, value: str, style: str = "") -> None:
        if value:
            self._out.print(Text(f"  {name:10}", "dim"), Text(told(value), style), sep="")

    def _untold(self, document: dict[str, Any]) -> None:
        reasons = Counter(
            (case["outcome"], case["reason"]) for case in document["cases"] if case["outcome"] in {"errored", "skipped"}
        )
        for (outcome, reason), count in reasons.most_common():
            self._out.print(Text(f"{count} {outcome}: {told(reason)}", "yellow"))


def _listed(written: Sequence[Path]) -> str:
    """The page, which people open first, and how many files there are beside it."""
    page = next((one for one in written if one.suffix == ".html"), written[0])
    return f"{page}, and {len(written) - 1} more beside it"


def _sent(exchange: dict[str, Any]) -> str:
    request = exchange["request"]
    return f"{request['method']} {request['url']} {shown(request['body'])}".strip()
