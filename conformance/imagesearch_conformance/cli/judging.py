"""Judges a recording, reports, and says what of it was not judged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from attrs import evolve

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.cli.opening import contract_of, known_departures, with_profile
from imagesearch_conformance.cli.reporting import reported
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.recordings.archive import read_archive
from imagesearch_conformance.recordings.recorded import Archive, Recording
from imagesearch_conformance.reports.reading import bytes_of
from imagesearch_conformance.reports.wording import told
from imagesearch_conformance.runner.events import Event, Finished
from imagesearch_conformance.runner.recording import RecordedRun, Source
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.settings.targeting import target_of_address, target_of_profile

#: Stands where a profile names no endpoint: the calls name it.
_NO_ENDPOINT = "http://unknown.invalid"

#: The most requirements of the other side that are named.
_NAMED = 5


def judged(file: Path, options: Options, output: str, *, client: bool) -> Exit:
    """Judges one side of a recording, and gives the exit code."""
    given, tables = with_profile(options)
    contract = contract_of(given, tables)
    side = contract.of_clients() if client else contract
    deviations = known_departures(given, side)
    source = _source(file, given, tables, contract)
    heard: list[Recording] = []

    def events(interrupted: Callable[[], bool]) -> Iterator[Event]:
        run = _run(side, source, given, client=client, stopped=interrupted)
        for event in evolve(run, deviations=deviations).events():
            if isinstance(event, Finished) and event.record.recording is not None:
                heard.append(event.record.recording)
            yield event

    code = reported(given, output, "recorded", events, lambda _: "")
    if not given.quiet:
        _say_of_rest(source.archive, heard)
        other = contract if client else contract.of_clients()
        _say_of_other_side(_run(other, source, given, client=not client).departures(), client=client)
    return code


def _run(
    contract: Contract, source: Source, options: Options, *, client: bool, stopped: Callable[[], bool] = lambda: False
) -> RecordedRun:
    return RecordedRun(contract, source, options, client, lambda: datetime.now(UTC), time.perf_counter, stopped)


def _source(file: Path, options: Options, tables: dict[str, object] | None, contract: Contract) -> Source:
    archive = read_archive(bytes_of(file, "recording"), str(file))
    if tables is None:
        return Source(archive, file.name, _keys_alone(contract), profiled=False)
    described: dict[str, object] = dict(tables["target"])  # type: ignore[call-overload] # the schema says so
    endpoint = None if described.get("endpoint") else _NO_ENDPOINT
    target = target_of_profile(tables, endpoint, str(options.profile), os.environ)
    return Source(archive, file.name, target, profiled=True)


def _keys_alone(contract: Contract) -> Target | None:
    """The keys of the environment, where there are some; nothing else is known without a profile."""
    target = target_of_address(_NO_ENDPOINT, contract, os.environ)
    return target if target.credentials else None


def _say_of_rest(archive: Archive, heard: list[Recording]) -> None:
    """What of the file was not judged."""
    for one in heard:
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
    if archive.unreadable:
        number, reason = archive.unreadable[0]
        click.echo(f"note: entry {number} cannot be read: {told(reason)}", err=True)


def _say_of_other_side(departures: tuple[str, ...], *, client: bool) -> None:
    if not departures:
        return
    side, option = ("replies", "endpoint") if client else ("requests", "client")
    more = f" and {len(departures) - _NAMED} more" if len(departures) > _NAMED else ""
    named = f"{', '.join(departures[:_NAMED])}{more}"
    click.echo(f"note: the {side} depart from {named}: see --subject {option}", err=True)
