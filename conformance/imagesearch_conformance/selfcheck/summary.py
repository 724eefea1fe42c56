"""The result of a self-check as text: a few lines for the terminal, and a Markdown page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def render_summary(document: dict[str, Any]) -> str:
    """Return the Markdown page: totals, problems, kill rate by budget, and every fault."""
    parts = [
        _render_head(document),
        *_render_problems(document),
        _render_budgets(document),
        _render_faults(document),
        _render_list("Cases that were never the first to detect a fault", document["neverFirstToDetect"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary_lines(document: dict[str, Any]) -> list[str]:
    """Return the totals, one line each."""
    counts, faults = document["counts"], document["counts"]["faults"]
    killed, precise = format_percent(counts["killed"], faults), format_percent(faults - counts["imprecise"], faults)
    unexpected = f"{counts['unexpected']} violate other requirements than expected"
    lines = [
        f"{faults} faults, {counts['killed']} killed ({killed}), {counts['survived']} survived",
        f"{counts['conforming']} conforming endpoints, {counts['flagged']} flagged",
        f"{precise} of the faults violate only what they break; {unexpected}",
    ]
    if document["complete"]:
        lines += _complete_run_lines(document)
    for entry in document["budgets"]:
        share = format_percent(entry["killed"], entry["faults"])
        lines.append(f"a budget of {entry['budget']} requests kills {entry['killed']} of {entry['faults']} ({share})")
    return lines


def _complete_run_lines(document: dict[str, Any]) -> Iterable[str]:
    counts, exempt = document["counts"], len(document["requirements"]["exempt"])
    yield f"{counts['requirements']} requirements, {exempt} of them exempt with a reason"
    yield f"{counts['withoutFault']} binding requirements without a fault that violates them"
    never_first = len(document["neverFirstToDetect"])
    yield f"{counts['cases']} cases, {never_first} of them never the first to detect a fault"
    if document["order"]["stale"]:
        yield "the order of cases is stale; `imagesearch-conformance selfcheck --write-order` updates it"


def format_percent(part: int, whole: int) -> str:
    """Return a share with one decimal, rounded down so that 100 % means all."""
    share = int(1000 * part / whole) / 10 if whole else 0.0
    return f"{share:g} %"


def _render_head(document: dict[str, Any]) -> str:
    suite = document["suite"]
    contracts = ", ".join(f"{revision} `{digest[:19]}`" for revision, digest in suite["specDigests"].items())
    lines = [
        f"# Self-check: {'passed' if document['passed'] else 'failed'}",
        "",
        *(f"- {line}" for line in summary_lines(document)),
        "",
        f"Suite {suite['version']}, contract {contracts}; {document['sender']}.",
    ]
    return "\n".join(lines)


def _render_problems(document: dict[str, Any]) -> Iterable[str]:
    faults, requirements = document["faults"], document["requirements"]
    survivors = [fault["name"] for fault in faults if fault["outcome"] == "survived"]
    yield _render_list("Faults that survived", survivors)
    flagged = [_false_alarm_text(entry) for entry in document["conforming"] if entry["outcome"] == "flagged"]
    yield _render_list("Conforming endpoints that were flagged", flagged)
    unexpected = list(unexpected_kill_lines(document))
    yield _render_list("Faults that violate other requirements than expected", unexpected)
    reasons = [f"{requirement['id']}: {requirement['reason']}" for requirement in requirements["exempt"]]
    yield _render_list("Requirements that no trial can judge", reasons)
    without_fault = [f"{requirement['id']} ({requirement['level']})" for requirement in requirements["withoutFault"]]
    yield _render_list("Requirements without a fault that violates them", without_fault)


def _false_alarm_text(entry: dict[str, Any]) -> str:
    requirement_ids = ", ".join([*entry["failed"], *entry["warned"], *entry["undetermined"]])
    return f"{entry['name']} ({entry['document']}): {requirement_ids or entry['stopReason']}"


def unexpected_kill_lines(document: dict[str, Any]) -> Iterable[str]:
    """Yield a line for every fault that violates other requirements than its row says."""
    for fault in document["faults"]:
        violated = {*fault["failed"], *fault["warned"]}
        unexpected, missing = sorted(violated - {*fault["allowed"]}), sorted({*fault["expected"]} - violated)
        if unexpected or missing:
            parts = [f"also {', '.join(unexpected)}"] * bool(unexpected) + [f"not {', '.join(missing)}"] * bool(missing)
            yield f"{fault['name']}: {'; '.join(parts)}"


def _render_budgets(document: dict[str, Any]) -> str:
    if not document["budgets"]:
        return ""
    rows = [
        [
            str(budget["budget"]),
            str(budget["killed"]),
            format_percent(budget["killed"], budget["faults"]),
            ", ".join(budget["survived"]),
        ]
        for budget in document["budgets"]
    ]
    return "## Kill rate by budget\n\n" + _render_table(["budget", "killed", "share", "survived"], rows)


def _render_faults(document: dict[str, Any]) -> str:
    rows = [
        [
            fault["name"],
            fault["outcome"],
            ", ".join(fault["failed"] + [f"{name} (warned)" for name in fault["warned"]]),
            fault["case"] or "the whole run",
            str(fault["requests"] or ""),
        ]
        for fault in document["faults"]
    ]
    return "## Faults\n\n" + _render_table(["fault", "outcome", "requirements", "first case", "requests"], rows)


def _render_list(title: str, items: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {item}" for item in items) if items else ""


def _render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
