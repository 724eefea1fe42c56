"""Judges a recording, reports, and says what of it was not judged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from attrs import evolve

from imagesearch_conformance.bootstrap import load_contract, load_deviations, merge_profile
from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.cli.run_and_report import run_and_report
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.recordings.har import HarFile, RecordingSummary, parse_har
from imagesearch_conformance.reports.load import read_file
from imagesearch_conformance.reports.text import clip_text
from imagesearch_conformance.runner.events import Event, RunFinished
from imagesearch_conformance.runner.recording_run import RecordingRun, RecordingSource
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.settings.target import target_from_endpoint, target_from_profile

#: Stands where a profile names no endpoint: the calls name it.
_UNKNOWN_ENDPOINT = "http://unknown.invalid"

#: The most requirements of the other side that are named.
_MAX_REQUIREMENTS = 5


def judge_recording(file: Path, options: Options, output_format: str, *, is_client: bool) -> ExitCode:
    """Judges one side of a recording, and gives the exit code."""
    given, tables = merge_profile(options)
    contract = load_contract(given, tables)
    side = contract.for_clients() if is_client else contract
    deviations = load_deviations(given, side)
    source = _load_source(file, given, tables, contract)
    heard: list[RecordingSummary] = []

    def events(is_interrupted: Callable[[], bool]) -> Iterator[Event]:
        run = _build_run(side, source, given, is_client=is_client, is_interrupted=is_interrupted)
        for event in evolve(run, deviations=deviations).events():
            if isinstance(event, RunFinished) and event.record.recording is not None:
                heard.append(event.record.recording)
            yield event

    code = run_and_report(given, output_format, "recorded", events, lambda _: "")
    if not given.quiet:
        _print_not_judged(source.har, heard)
        other = contract if is_client else contract.for_clients()
        _print_other_subject(
            _build_run(other, source, given, is_client=not is_client).failed_requirements(), is_client=is_client
        )
    return code


def _build_run(
    contract: Contract,
    source: RecordingSource,
    options: Options,
    *,
    is_client: bool,
    is_interrupted: Callable[[], bool] = lambda: False,
) -> RecordingRun:
    return RecordingRun(
        contract, source, options, is_client, lambda: datetime.now(UTC), time.perf_counter, is_interrupted
    )


def _load_source(
    file: Path, options: Options, profile: dict[str, object] | None, contract: Contract
) -> RecordingSource:
    archive = parse_har(read_file(file, "recording"), str(file))
    if profile is None:
        return RecordingSource(archive, file.name, _target_from_environment(contract), has_profile=False)
    described: dict[str, object] = dict(profile["target"])  # type: ignore[call-overload] # the schema says so
    endpoint = None if described.get("endpoint") else _UNKNOWN_ENDPOINT
    target = target_from_profile(profile, endpoint, str(options.profile), os.environ)
    return RecordingSource(archive, file.name, target, has_profile=True)


def _target_from_environment(contract: Contract) -> Target | None:
    """The keys of the environment, where there are some; nothing else is known without a profile."""
    target = target_from_endpoint(_UNKNOWN_ENDPOINT, contract, os.environ)
    return target if target.credentials else None


def _print_not_judged(har_file: HarFile, recordings: list[RecordingSummary]) -> None:
    """What of the file was not judged."""
    for one in recordings:
        parts = {
            "of something else": one.others,
            "calls to other endpoints": one.elsewhere,
            "copies": one.repeated,
            "unreadable": one.unreadable,
        }
        said = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
        click.echo(f"note: {one.judged} of {one.entries} entries judged" + (f"; {said}" if said else ""), err=True)
        if one.elsewhere:
            click.echo("note: which endpoint is judged a --profile says", err=True)
    if har_file.unreadable:
        number, reason = har_file.unreadable[0]
        click.echo(f"note: entry {number} cannot be read: {clip_text(reason)}", err=True)


def _print_other_subject(requirement_ids: tuple[str, ...], *, is_client: bool) -> None:
    if not requirement_ids:
        return
    side, option = ("replies", "endpoint") if is_client else ("requests", "client")
    more = f" and {len(requirement_ids) - _MAX_REQUIREMENTS} more" if len(requirement_ids) > _MAX_REQUIREMENTS else ""
    named = f"{', '.join(requirement_ids[:_MAX_REQUIREMENTS])}{more}"
    click.echo(f"note: the {side} depart from {named}: see --subject {option}", err=True)
