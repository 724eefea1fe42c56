"""A self-check as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def render_summary(document: dict[str, Any]) -> str:
    """The page: what was tried, what is wrong, the curve, and every fault with what noticed it."""
    parts = [
        _render_head(document),
        *_render_problems(document),
        _render_budgets(document),
        _render_faults(document),
        _render_never_first(document),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary_lines(document: dict[str, Any]) -> list[str]:
    """What was found, in a few sentences."""
    counts, faults = document["counts"], document["counts"]["faults"]
    killed, precise = format_percent(counts["killed"], faults), format_percent(faults - counts["imprecise"], faults)
    said = [
        f"{faults} faults, {counts['killed']} killed ({killed}), {counts['survived']} survived",
        f"{counts['conforming']} conforming endpoints, {counts['flagged']} flagged",
        f"{precise} of the faults trip only what they break; {counts['surprising']} do not trip what their rows say",
        *(_complete_run_lines(document) if document["whole"] else ()),
    ]
    for one in document["budgets"]:
        share = format_percent(one["killed"], one["faults"])
        said.append(f"a budget of {one['budget']} requests kills {one['killed']} of {one['faults']} ({share})")
    return said


def _complete_run_lines(document: dict[str, Any]) -> Iterable[str]:
    counts, exempt = document["counts"], len(document["requirements"]["exempt"])
    yield f"{counts['requirements']} requirements, of which {exempt} cannot be tried, each for a reason"
    yield f"{counts['unexplained']} binding requirements that no fault trips"
    yield f"{counts['cases']} cases, of which {len(document['neverFirst'])} never were the first to notice a fault"
    if document["order"]["stale"]:
        yield "the order of cases is stale; `imagesearch-conformance selfcheck --write-order` makes it anew"


def format_percent(part: int, whole: int) -> str:
    """A share, with one digit after the point, never rounded up to all."""
    share = int(1000 * part / whole) / 10 if whole else 0.0
    return f"{share:g} %"


def _render_head(document: dict[str, Any]) -> str:
    suite = document["suite"]
    contracts = ", ".join(f"{name} `{digest[:19]}`" for name, digest in suite["specDigests"].items())
    lines = [
        f"# Self-check: {'sound' if document['sound'] else 'not sound'}",
        "",
        *(f"- {one}" for one in summary_lines(document)),
    ]
    how = f"Suite {suite['version']}, contract {contracts}; {document['sender']}."
    return "\n".join([*lines, "", how])


def _render_problems(document: dict[str, Any]) -> Iterable[str]:
    faults = document["faults"]
    yield _render_list("Faults that survived", [one["name"] for one in faults if one["outcome"] == "survived"])
    yield _render_list(
        "Conforming endpoints that were flagged",
        [_false_alarm_text(one) for one in document["conforming"] if one["outcome"] == "flagged"],
    )
    yield _render_list("Faults that trip other requirements than their rows say", list(unexpected_kill_lines(document)))
    reasons = [f"{one['id']}: {one['reason']}" for one in document["requirements"]["exempt"]]
    yield _render_list("Requirements that cannot be tried", reasons)
    yield _render_list(
        "Requirements that no fault trips",
        [f"{one['id']} ({one['level']})" for one in document["requirements"]["untripped"]],
    )


def _false_alarm_text(entry: dict[str, Any]) -> str:
    said = ", ".join([*entry["failed"], *entry["warned"], *entry["untold"]])
    return f"{entry['name']} ({entry['document']}): {said or entry['trouble']}"


def unexpected_kill_lines(document: dict[str, Any]) -> Iterable[str]:
    """A line for every fault whose row is wrong."""
    for one in document["faults"]:
        tripped = {*one["failed"], *one["warned"]}
        more, less = sorted(tripped - {*one["possible"]}), sorted({*one["due"]} - tripped)
        if more or less:
            words = [f"also {', '.join(more)}"] * bool(more) + [f"not {', '.join(less)}"] * bool(less)
            yield f"{one['name']}: {'; '.join(words)}"


def _render_budgets(document: dict[str, Any]) -> str:
    if not document["budgets"]:
        return ""
    rows = [
        [
            str(one["budget"]),
            str(one["killed"]),
            format_percent(one["killed"], one["faults"]),
            ", ".join(one["escaped"]),
        ]
        for one in document["budgets"]
    ]
    return "## Kill rate by budget\n\n" + _render_table(["budget", "killed", "share", "escaped"], rows)


def _render_faults(document: dict[str, Any]) -> str:
    rows = [
        [
            one["name"],
            one["outcome"],
            ", ".join(one["failed"] + [f"{name} (warned)" for name in one["warned"]]),
            one["case"] or "the whole run",
            str(one["requests"] or ""),
        ]
        for one in document["faults"]
    ]
    return "## Faults\n\n" + _render_table(["fault", "outcome", "requirements", "first case", "requests"], rows)


def _render_never_first(document: dict[str, Any]) -> str:
    return _render_list("Cases that never were the first to notice a fault", document["neverFirst"])


def _render_list(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {one}" for one in lines) if lines else ""


def _render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(one)} |" for one in lines)
