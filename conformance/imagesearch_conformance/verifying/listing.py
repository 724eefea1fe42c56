"""The cases of a report beside those that the suite makes of the same survey: none is missing, and none is another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from imagesearch_conformance.cases.catalogue import build
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.target import Credentials, SignatureScheme, Target
from imagesearch_conformance.reports.certificate import EVIDENCE
from imagesearch_conformance.reports.definition import survey_of
from imagesearch_conformance.reports.recorded import target_of
from imagesearch_conformance.runner.planning import selected
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.verifying.difference import Difference, Findings, Untold
from imagesearch_conformance.verifying.entries import Entries

#: Stands for keys that a report does not hold: which cases there are depends on whether there are any.
_SOME_KEY = Credentials("", "")


def of_list(document: dict[str, Any], contract: Contract, entries: Entries) -> Findings:
    """Where the list of cases is not the one that is made for the target; raises BadInput for what is no survey."""
    if document.get("survey") is None:
        reason = "the report does not store what they were made of, so nobody can tell whether one is missing"
        return Findings(untold=(Untold("cases", reason),)) if entries.cases else Findings()
    made = _made_again(document, contract)
    if isinstance(made, str):
        return Findings((Difference(EVIDENCE, "survey", made, "what was learned of the target"),))
    options = options_of(document)
    due = {one.id: one for one in made if selected(contract, one, options)}
    return Findings(tuple(_differences(due, entries)))


def unselected(document: dict[str, Any], contract: Contract) -> tuple[Case, ...]:
    """The cases that the user left out; raises BadInput for what is no survey."""
    made = () if document.get("survey") is None else _made_again(document, contract)
    options = options_of(document)
    return () if isinstance(made, str) else tuple(one for one in made if not selected(contract, one, options))


def options_of(document: dict[str, Any]) -> Options:
    """What was selected in the run of a report."""
    suite = document["suite"]
    return Options(select=suite.get("select", ()), deselect=suite.get("deselect", ()))


def _made_again(document: dict[str, Any], contract: Contract) -> tuple[Case, ...] | str:
    """Every case that the suite makes of a stored survey, or what is wrong with that."""
    survey, suite = survey_of(document["survey"], "survey"), document["suite"]
    try:
        return build(contract, _target(document["target"]), survey, suite["seed"], suite.get("examples", 0))
    except Exception as problem:  # noqa: BLE001 of what somebody made up anything may come
        return f"one of which no cases can be made ({type(problem).__name__})"


def _target(described: dict[str, Any]) -> Target:
    signed = SignatureScheme(described["signature"]) is not SignatureScheme.NONE
    target = target_of(described, described["endpoint"], _SOME_KEY if signed else None)
    return evolve(target, unauthorized=_SOME_KEY if described.get("unauthorized") else None)


def _differences(due: dict[str, Case], entries: Entries) -> Iterator[Difference]:
    found = {one.case.id: one.case for one in entries.cases}
    generated = {one.name for one in entries.generated if one.entry is None}
    for name, case in due.items():
        if name not in found:
            yield Difference(EVIDENCE, "cases", f"nothing of {name}", "what became of it")
        elif not _same(found[name], case):
            yield Difference(EVIDENCE, f"case {name}: definition", "something else", "what the suite asks")
    for name in found:
        if name not in due and name not in generated:
            yield Difference(EVIDENCE, f"case {name}", "that it is a case", "nothing of it: the suite has no such case")


def _same(found: Case, due: Case) -> bool:
    """Whether two cases are the same; what stands for generated requests counts them in its title."""
    return (evolve(found, title=due.title) if due.examples is not None else found) == due
