"""`report`: convert a report to other formats."""

from __future__ import annotations

from pathlib import Path

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code


@click.command("report")
@click.argument("path", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "names",
    multiple=True,
    metavar="NAME",
    help="Write only this format: html, junit, markdown, sarif, ... (repeatable).",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write to DIR instead of beside the report."
)
@exit_with_code
def command(path: Path, names: tuple[str, ...], output: Path | None) -> ExitCode:
    """Convert the report.json in DIR, or the file itself, to the other formats."""
    from imagesearch_conformance.contract import load
    from imagesearch_conformance.errors import InvalidInput
    from imagesearch_conformance.reports.load import parse_report, read_file, resolve_report_path
    from imagesearch_conformance.reports.write import FORMAT_FILES, output_files, write_reports

    unknown = [name for name in names if name not in FORMAT_FILES]
    if unknown:
        raise InvalidInput(f"unknown format {unknown[0]!r}", "--format", f"expected one of {', '.join(FORMAT_FILES)}")
    report_path = resolve_report_path(path)
    content = read_file(report_path, "report")
    report = parse_report(content, load(None), str(report_path))
    all_files = [file for file in output_files(report) if file in FORMAT_FILES.values()]
    written = write_reports(
        report, output or report_path.parent, [FORMAT_FILES[name] for name in names] or all_files, content
    )
    click.echo(f"wrote {', '.join(map(str, written))}")
    return ExitCode.CONFORMANT
