"""`report`: makes other formats of a report that was written before."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("report")
@click.argument("place", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format", "names", multiple=True, metavar="NAME", help="html, junit, markdown, ... (repeatable); all by default."
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write there instead of beside the report."
)
@exit_with_code
def command(place: Path, names: tuple[str, ...], output: Path | None) -> ExitCode:
    """Make other formats of the report.json in DIR, or of the file itself; it is the source of all of them."""
    # Everything heavy is imported here, so that --help and usage errors answer at once.
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.errors import InvalidInput
    from imagesearch_conformance.reports.load import parse_report, read_file, resolve_report_path
    from imagesearch_conformance.reports.write import FORMAT_FILES, output_files, write_reports

    unknown = [name for name in names if name not in FORMAT_FILES]
    if unknown:
        raise InvalidInput(f"there is no format {unknown[0]!r}", "--format", f"known are {', '.join(FORMAT_FILES)}")
    report = resolve_report_path(place)
    evidence = read_file(report, "report")
    document = parse_report(evidence, load(None), str(report))
    every = [one for one in output_files(document) if one in FORMAT_FILES.values()]
    written = write_reports(
        document, output or report.parent, [FORMAT_FILES[name] for name in names] or every, evidence
    )
    click.echo(f"written: {', '.join(map(str, written))}")
    return ExitCode.CONFORMANT
