"""`report`: makes other formats of a report that was written before."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exits import Exit, exits


@click.command("report")
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format", "names", multiple=True, metavar="NAME", help="html, junit, markdown, ... (repeatable); all by default."
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write there instead of beside the report."
)
@exits
def command(place: Path, names: tuple[str, ...], output: Path | None) -> Exit:
    """Make other formats of the report.json in DIR, or of the file itself; it is the source of all of them."""
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.errors import BadInput
    from imagesearch_conformance.reports.reading import bytes_of, report_file, report_of
    from imagesearch_conformance.reports.writing import NAMED, formats_of, write_reports

    unknown = [name for name in names if name not in NAMED]
    if unknown:
        raise BadInput(f"there is no format {unknown[0]!r}", "--format", f"known are {', '.join(NAMED)}")
    report = report_file(place)
    evidence = bytes_of(report, "report")
    document = report_of(evidence, load(None), str(report))
    every = [one for one in formats_of(document) if one in NAMED.values()]
    written = write_reports(document, output or report.parent, [NAMED[name] for name in names] or every, evidence)
    click.echo(f"written: {', '.join(map(str, written))}")
    return Exit.CONFORMANT
