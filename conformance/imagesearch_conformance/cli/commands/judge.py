"""`judge`: check recorded traffic offline."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import collect_options, format_option, recording_options, subject_option

if TYPE_CHECKING:
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.model.target import Target
    from imagesearch_conformance.recordings.har import HarFile, RecordingSummary
    from imagesearch_conformance.runner.events import Event
    from imagesearch_conformance.runner.recording_run import RecordingRun, RecordingSource
    from imagesearch_conformance.settings.options import Options

#: Used if the profile names no endpoint: the recorded calls name it.
_UNKNOWN_ENDPOINT = "http://unknown.invalid"

#: At most this many requirements of the other side are named.
_MAX_REQUIREMENTS = 5


@click.command("judge")
@click.argument("file", type=click.Path(path_type=Path))
@subject_option
@recording_options
@format_option
@click.pass_context
@exit_with_code
def command(context: click.Context, /, file: Path, subject: str, output: str, **option_values: Any) -> ExitCode:
    """Check the traffic recorded in FILE, an HTTP archive (HAR), without sending anything.

    FILE is an export of a browser's network panel, the output of `mitmdump --set hardump=FILE`, or the
    traffic.har of an earlier run. Entries that are no calls of SearchImageByName are counted and ignored. A
    --profile says what the endpoint holds and claims, and has the keys to check signatures with, which may
    also come from the environment. Reports are written to --reports, by default
    reports/recorded-<UTC time>/.
    """
    return _judge_recording(file, collect_options(context, option_values), output, is_client=subject == "client")


def _judge_recording(file: Path, options: Options, output_format: str, *, is_client: bool) -> ExitCode:
    from attrs import evolve

    from imagesearch_conformance.bootstrap import load_contract, load_deviations, merge_profile
    from imagesearch_conformance.cli.run_and_report import run_and_report
    from imagesearch_conformance.runner.events import RecordingSubject, RunFinished

    options, profile = merge_profile(options)
    contract = load_contract(options, profile)
    judged_contract, other_contract = contract, contract.for_clients()
    if is_client:
        judged_contract, other_contract = other_contract, judged_contract
    deviations = load_deviations(options, judged_contract)
    source = _load_source(file, options, profile, contract)
    summaries: list[RecordingSummary] = []

    def events(is_interrupted: Callable[[], bool]) -> Iterator[Event]:
        run = _build_run(judged_contract, source, options, is_client=is_client, is_interrupted=is_interrupted)
        for event in evolve(run, deviations=deviations).events():
            if isinstance(event, RunFinished) and isinstance(event.record.subject, RecordingSubject):
                summaries.append(event.record.subject.summary)
            yield event

    code = run_and_report(options, output_format, "recorded", events, lambda _: "")
    if not options.quiet:
        _print_ignored(source.har, summaries)
        other_run = _build_run(other_contract, source, options, is_client=not is_client)
        _print_other_subject(other_run.failed_requirements(), is_client=is_client)
    return code


def _build_run(
    contract: Contract,
    source: RecordingSource,
    options: Options,
    *,
    is_client: bool,
    is_interrupted: Callable[[], bool] = lambda: False,
) -> RecordingRun:
    from imagesearch_conformance.runner.recording_run import RecordingRun

    return RecordingRun(
        contract, source, options, is_client, lambda: datetime.now(UTC), time.perf_counter, is_interrupted
    )


def _load_source(file: Path, options: Options, profile: dict[str, Any] | None, contract: Contract) -> RecordingSource:
    from imagesearch_conformance.recordings.har import parse_har
    from imagesearch_conformance.reports.load import read_file
    from imagesearch_conformance.runner.recording_run import RecordingSource
    from imagesearch_conformance.settings.target import target_from_profile

    har_file = parse_har(read_file(file, "recording"), str(file))
    if profile is None:
        return RecordingSource(har_file, file.name, _target_from_environment(contract), has_profile=False)
    endpoint = None if profile["target"].get("endpoint") else _UNKNOWN_ENDPOINT
    target = target_from_profile(profile, endpoint, str(options.profile), os.environ)
    return RecordingSource(har_file, file.name, target, has_profile=True)


def _target_from_environment(contract: Contract) -> Target | None:
    """Return a target with the keys of the environment, or None if there are none."""
    from imagesearch_conformance.settings.target import target_from_endpoint

    target = target_from_endpoint(_UNKNOWN_ENDPOINT, contract, os.environ)
    return target if target.credentials else None


def _print_ignored(har_file: HarFile, summaries: list[RecordingSummary]) -> None:
    """Print what was found in the file but not judged."""
    from imagesearch_conformance.reports.text import clip_text

    for summary in summaries:
        counts = {
            "of something else": summary.other_requests,
            "calls to other endpoints": summary.other_endpoints,
            "copies": summary.duplicates,
            "unreadable": summary.unreadable,
        }
        ignored = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        text = f"note: {summary.judged} of {summary.entries} entries judged"
        click.echo(f"{text}; {ignored}" if ignored else text, err=True)
        if summary.other_endpoints:
            click.echo("note: a --profile chooses the endpoint to judge", err=True)
    if har_file.unreadable:
        number, reason = har_file.unreadable[0]
        click.echo(f"note: entry {number} cannot be read: {clip_text(reason)}", err=True)


def _print_other_subject(requirement_ids: tuple[str, ...], *, is_client: bool) -> None:
    """Point to the other side of the recording if it violates requirements."""
    if not requirement_ids:
        return
    messages, option = ("responses", "endpoint") if is_client else ("requests", "client")
    omitted = len(requirement_ids) - _MAX_REQUIREMENTS
    names = ", ".join(requirement_ids[:_MAX_REQUIREMENTS]) + (f" and {omitted} more" if omitted > 0 else "")
    click.echo(f"note: the {messages} violate {names}: see --subject {option}", err=True)
