"""The result of a self-check as JSON (`spec/schemas/selfcheck.json`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.model.requirement import Requirement
from imagesearch_conformance.runner.case_priority import CasePriority
from imagesearch_conformance.selfcheck.kill_matrix import KillMatrix
from imagesearch_conformance.selfcheck.trial import Trial


@frozen(kw_only=True)
class SelfcheckResult:
    """A finished self-check.

    `priority` is the order of cases in use, `source_digest` the digest of the current faults and cases, None if not
    all were tried.
    """

    version: str
    matrix: KillMatrix
    budget_trials: tuple[Trial, ...]
    priority: CasePriority
    source_digest: str | None
    seconds: float
    processes: int
    http: bool

    @property
    def is_stale(self) -> bool:
        """True if the order in use was computed from other faults or cases."""
        return self.source_digest not in {None, self.priority.source_digest}

    @property
    def has_passed(self) -> bool:
        return self.matrix.has_passed and not self.is_stale


def build_selfcheck_document(result: SelfcheckResult) -> dict[str, Any]:
    """Return the JSON document of a self-check."""
    matrix = result.matrix
    return {
        "schemaVersion": 1,
        "suite": {
            "version": result.version,
            "specDigests": {revision: contract.digest for revision, contract in matrix.contracts.items()},
        },
        "passed": result.has_passed,
        "complete": matrix.is_complete,
        "sender": "http" if result.http else "in process",
        "durationSeconds": round(result.seconds, 1),
        "processes": result.processes,
        "counts": _counts(matrix),
        "faults": [_fault_entry(trial, matrix) for trial in matrix.fault_trials],
        "conforming": [_conforming_entry(trial) for trial in matrix.conforming_trials],
        "requirements": {
            "withoutFault": [_requirement_entry(requirement) for requirement in matrix.uncovered_requirements],
            "exempt": [{"id": name, "reason": reason} for name, reason in matrix.exempt_requirements.items()],
        },
        "neverFirstToDetect": list(matrix.cases_never_first),
        "budgets": _budget_entries(result.budget_trials),
        "order": {
            "digest": result.priority.digest,
            "sourceDigest": result.priority.source_digest,
            "stale": result.is_stale,
        },
    }


def _counts(matrix: KillMatrix) -> dict[str, int]:
    faults, survived = len(matrix.fault_trials), len(matrix.survivors)
    return {
        "faults": faults,
        "killed": faults - survived,
        "survived": survived,
        "unexpected": len(matrix.unexpected_kills),
        "imprecise": len(matrix.imprecise_trials),
        "conforming": len(matrix.conforming_trials),
        "flagged": len(matrix.false_alarms),
        "requirements": len(matrix.requirements),
        "withoutFault": len(matrix.uncovered_must_requirements),
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
        "expected": sorted(fault.must_fail(register)),
        "allowed": sorted(fault.may_fail(register)),
        "case": None if trial.first_kill is None else trial.first_kill.case_id,
        "requests": trial.requests_until_kill,
        "cases": [kill.case_id for kill in trial.kills],
        "totalRequests": trial.request_count,
        "seconds": round(trial.seconds, 3),
        "stopReason": trial.stop_reason,
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
        "undetermined": sorted(trial.undetermined),
        "totalRequests": trial.request_count,
        "seconds": round(trial.seconds, 3),
        "stopReason": trial.stop_reason,
    }


def _requirement_entry(requirement: Requirement) -> dict[str, Any]:
    return {"id": requirement.id, "level": requirement.level.value}


def _budget_entries(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    entries = []
    for budget in sorted({trial.budget for trial in trials if trial.budget is not None}):
        faults = [trial for trial in trials if trial.budget == budget]
        survived = sorted(trial.variant.name for trial in faults if not trial.is_killed)
        entries.append(
            {
                "budget": budget,
                "faults": len(faults),
                "killed": len(faults) - len(survived),
                "survived": survived,
            }
        )
    return entries
