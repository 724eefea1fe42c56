"""What a self-check found, as one JSON-ready document (`spec/schemas/selfcheck.json`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.runner.case_priority import CasePriority
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix
from imagesearch_conformance.selfcheck.trial import Trial


@frozen
class SelfcheckResult:
    """A finished self-check: the matrix, the trials with budgets, the order in use.

    `made_from` is the digest of the faults and cases there are, None where not all were tried.
    """

    version: str
    matrix: KillMatrix
    budget_trials: tuple[Trial, ...]
    priority: CasePriority
    inputs_digest: str | None
    seconds: float
    processes: int
    http: bool

    @property
    def is_stale(self) -> bool:
        """Whether the order in use was made from other faults or cases."""
        return self.inputs_digest not in {None, self.priority.inputs_digest}

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with the suite."""
        return self.matrix.is_sound and not self.is_stale


def build_selfcheck_document(result: SelfcheckResult) -> dict[str, Any]:
    """The document of a self-check."""
    matrix = result.matrix
    return {
        "schemaVersion": 1,
        "suite": {
            "version": result.version,
            "specDigests": {name: contract.digest for name, contract in matrix.contracts.items()},
        },
        "sound": result.is_sound,
        "whole": matrix.is_complete,
        "sender": "http" if result.http else "in process",
        "durationSeconds": round(result.seconds, 1),
        "processes": result.processes,
        "counts": _counts(matrix),
        "faults": [_fault_entry(one, matrix) for one in matrix.fault_trials],
        "conforming": [_conforming_entry(one) for one in matrix.conforming_trials],
        "requirements": {
            "untripped": [_requirement_entry(one) for one in matrix.uncovered_requirements],
            "exempt": [{"id": name, "reason": reason} for name, reason in matrix.exempt_requirements.items()],
        },
        "neverFirst": list(matrix.cases_never_first),
        "budgets": _budget_entries(result.budget_trials),
        "order": {
            "digest": result.priority.digest,
            "madeFrom": result.priority.inputs_digest,
            "stale": result.is_stale,
        },
    }


def _counts(matrix: KillMatrix) -> dict[str, int]:
    tried = len(matrix.fault_trials)
    return {
        "faults": tried,
        "killed": tried - len(matrix.survivors),
        "survived": len(matrix.survivors),
        "surprising": len(matrix.unexpected_kills),
        "imprecise": len(matrix.imprecise_trials),
        "conforming": len(matrix.conforming_trials),
        "flagged": len(matrix.false_alarms),
        "requirements": len(matrix.requirements),
        "unexplained": len(matrix.uncovered_must_requirements),
        "cases": len(matrix.cases),
    }


def _fault_entry(trial: Trial, matrix: KillMatrix) -> dict[str, Any]:
    contract = matrix.contracts[trial.variant.document]
    fault, register = contract_faults(contract)[trial.variant.name], contract.requirements
    return {
        "name": trial.variant.name,
        "document": trial.variant.document,
        "outcome": "killed" if trial.is_killed else "survived",
        "verdict": trial.verdict.value,
        "failed": sorted(trial.failed),
        "warned": sorted(trial.warned),
        "due": sorted(fault.must_fail(register)),
        "possible": sorted(fault.may_fail(register)),
        "case": None if trial.first_kill is None else trial.first_kill.case_id,
        "requests": trial.requests_until_kill,
        "cases": [one.case_id for one in trial.kills],
        "requestsOfRun": trial.request_count,
        "seconds": round(trial.seconds, 3),
        "trouble": trial.stop_reason,
    }


def _conforming_entry(trial: Trial) -> dict[str, Any]:
    return {
        "name": trial.variant.name,
        "kind": trial.variant.kind.value,
        "document": trial.variant.document,
        "outcome": "flagged" if trial.is_false_alarm else "certified",
        "verdict": trial.verdict.value,
        "failed": sorted(trial.failed),
        "warned": sorted(trial.warned),
        "untold": sorted(trial.undetermined),
        "requestsOfRun": trial.request_count,
        "seconds": round(trial.seconds, 3),
        "trouble": trial.stop_reason,
    }


def _requirement_entry(requirement: Requirement) -> dict[str, Any]:
    return {"id": requirement.id, "level": requirement.level.value}


def _budget_entries(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """How much of the catalogue is noticed with each budget."""
    budgets = sorted({one.budget for one in trials if one.budget is not None})
    found = []
    for budget in budgets:
        here = [one for one in trials if one.budget == budget]
        escaped = sorted(one.variant.name for one in here if not one.is_killed)
        found.append({"budget": budget, "faults": len(here), "killed": len(here) - len(escaped), "escaped": escaped})
    return found
