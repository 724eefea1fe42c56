"""`requirements`: list the requirements."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import document_option, spec_option, subject_option

if TYPE_CHECKING:
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.model.requirement import Requirement


@click.command("requirements")
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="Format of standard output.",
)
@subject_option
@spec_option
@document_option
@exit_with_code
def command(output: str, subject: str, spec: Path | None, document: str | None) -> ExitCode:
    """List every requirement with its level, its statement and its source in the documentation."""
    from imagesearch_conformance.contract import load

    contract = load(spec, document)
    click.echo(_FORMATS[output](contract.for_clients() if subject == "client" else contract))
    return ExitCode.CONFORMANT


def _render_json(contract: Contract) -> str:
    from attrs import asdict

    rows = [
        {name: value for name, value in asdict(requirement).items() if value is not None}
        for requirement in contract.requirements.values()
    ]
    return json.dumps(rows, indent=1)


def _render_table(contract: Contract) -> str:
    width = max(map(len, contract.requirements))
    return "\n".join(
        f"{requirement.id:{width}}  {requirement.level:6}  {requirement.statement}"
        for requirement in contract.requirements.values()
    )


def _render_markdown(contract: Contract) -> str:
    header = ["| requirement | level | statement | source | tested |", "|---|---|---|---|---|"]
    return "\n".join([*header, *map(_markdown_row, contract.requirements.values())])


def _markdown_row(requirement: Requirement) -> str:
    from imagesearch_conformance.cli.explanation import describe_testing

    texts = (requirement.statement, requirement.source, describe_testing(requirement))
    statement, source, testing = (text.replace("|", "\\|") for text in texts)
    return f"| `{requirement.id}` | {requirement.level} | {statement} | {source} | {testing} |"


_FORMATS: Mapping[str, Callable[[Contract], str]] = {
    "table": _render_table,
    "json": _render_json,
    "markdown": _render_markdown,
}
