"""The register as text, in three formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from attrs import asdict

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.requirement import Requirement


def render_json(contract: Contract) -> str:
    """Every requirement with all that the register says."""
    rows = [
        {name: value for name, value in asdict(one).items() if value is not None}
        for one in _list_requirements(contract)
    ]
    return json.dumps(rows, indent=1)


def render_table(contract: Contract) -> str:
    """One line a requirement."""
    width = max(len(one.id) for one in _list_requirements(contract))
    return "\n".join(f"{one.id:{width}}  {one.level:6}  {one.statement}" for one in _list_requirements(contract))


def render_markdown(contract: Contract) -> str:
    """A table for a document."""
    head = ["| requirement | level | statement | source | tested |", "|---|---|---|---|---|"]
    rows = [
        f"| `{one.id}` | {one.level} | {_escape_cell(one.statement)} | {_escape_cell(one.source)} | {_escape_cell(describe_testing(one))} |"
        for one in _list_requirements(contract)
    ]
    return "\n".join([*head, *rows])


def describe_testing(requirement: Requirement) -> str:
    """In a few words, how a requirement is tested."""
    words = {
        "case": "by cases made for it",
        "reply": "on every exchange that shows it",
        "run": "once, over all exchanges of a run",
        "never": f"not by a run: {requirement.reason}",
    }
    needs = f", where the profile claims {requirement.needs}" if requirement.needs else ""
    return words[requirement.judged] + needs


def _list_requirements(contract: Contract) -> list[Requirement]:
    return list(contract.requirements.values())


def _escape_cell(text: str) -> str:
    return text.replace("|", "\\|")


FORMATS: Mapping[str, Callable[[Contract], str]] = {
    "table": render_table,
    "json": render_json,
    "markdown": render_markdown,
}
