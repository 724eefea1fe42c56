"""What a self-check found, as one JSON-ready document (`spec/schemas/selfcheck.json`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from imagesearch_conformance.emulator.faults import catalogue
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.runner.worth import Worth
from imagesearch_conformance.selfcheck.matrix import Matrix
from imagesearch_conformance.selfcheck.trial import Trial


@frozen
class Result:
    """A finished self-check: the matrix, the trials with budgets, the order in use.

    `made_from` is the digest of the faults and cases there are, None where not all were tried.
    """

    version: str
    matrix: Matrix
    budgeted: tuple[Trial, ...]
    used: Worth
    made_from: str | None
    seconds: float
    processes: int
    http: bool

    @property
    def stale(self) -> bool:
        """Whether the order in use was made from other faults or cases."""
        return self.made_from not in {None, self.used.made_from}

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with the suite."""
        return self.matrix.sound and not self.stale


def document(result: Result) -> dict[str, Any]:
    """The document of a self-check."""
    matrix = result.matrix
    return {
        "schemaVersion": 1,
        "suite": {
            "version": result.version,
            "specDigests": {name: contract.digest for name, contract in matrix.contracts.items()},
        },
        "sound": result.sound,
        "whole": matrix.whole,
        "sender": "http" if result.http else "in process",
        "durationSeconds": round(result.seconds, 1),
        "processes": result.processes,
        "counts": _counts(matrix),
        "faults": [_fault(one, matrix) for one in matrix.faults],
        "conforming": [_conforming(one) for one in matrix.conforming],
        "requirements": {
            "untripped": [_requirement(one) for one in matrix.untripped],
            "exempt": [{"id": name, "reason": reason} for name, reason in matrix.exempted.items()],
        },
        "neverFirst": list(matrix.never_first),
        "budgets": _curve(result.budgeted),
        "order": {"digest": result.used.digest, "madeFrom": result.used.made_from, "stale": result.stale},
    }


def _counts(matrix: Matrix) -> dict[str, int]:
    tried = len(matrix.faults)
    return {
        "faults": tried,
        "killed": tried - len(matrix.survivors),
        "survived": len(matrix.survivors),
        "surprising": len(matrix.surprises),
        "imprecise": len(matrix.imprecise),
        "conforming": len(matrix.conforming),
        "flagged": len(matrix.flagged),
        "requirements": len(matrix.requirements),
        "unexplained": len(matrix.unexplained),
        "cases": len(matrix.cases),
    }


def _fault(trial: Trial, matrix: Matrix) -> dict[str, Any]:
    contract = matrix.contracts[trial.subject.document]
    fault, register = catalogue(contract)[trial.subject.name], contract.requirements
    return {
        "name": trial.subject.name,
        "document": trial.subject.document,
        "outcome": "killed" if trial.killed else "survived",
        "verdict": trial.verdict.value,
        "failed": sorted(trial.failed),
        "warned": sorted(trial.warned),
        "due": sorted(fault.trips(register)),
        "possible": sorted(fault.may_trip(register)),
        "case": None if trial.first is None else trial.first.case,
        "requests": trial.requests_until_killed,
        "cases": [one.case for one in trial.kills],
        "requestsOfRun": trial.requests,
        "seconds": round(trial.seconds, 3),
        "trouble": trial.trouble,
    }


def _conforming(trial: Trial) -> dict[str, Any]:
    return {
        "name": trial.subject.name,
        "kind": trial.subject.kind.value,
        "document": trial.subject.document,
        "outcome": "flagged" if trial.flagged else "certified",
        "verdict": trial.verdict.value,
        "failed": sorted(trial.failed),
        "warned": sorted(trial.warned),
        "untold": sorted(trial.untold),
        "requestsOfRun": trial.requests,
        "seconds": round(trial.seconds, 3),
        "trouble": trial.trouble,
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {"id": requirement.id, "level": requirement.level.value}


def _curve(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """How much of the catalogue is noticed with each budget."""
    budgets = sorted({one.budget for one in trials if one.budget is not None})
    found = []
    for budget in budgets:
        here = [one for one in trials if one.budget == budget]
        escaped = sorted(one.subject.name for one in here if not one.killed)
        found.append({"budget": budget, "faults": len(here), "killed": len(here) - len(escaped), "escaped": escaped})
    return found
