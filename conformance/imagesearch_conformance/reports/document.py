"""The canonical report: everything a run observed, as the document that all other formats are made from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from attrs import asdict

from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.clients.checks.answer import describe_accepted_answers
from imagesearch_conformance.clients.scenario import ClientRunData
from imagesearch_conformance.contract.source_positions import SourcePositions
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import DeviationResult, Interpretation, Requirement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, RequirementResult, count_outcomes
from imagesearch_conformance.recordings.har import RecordingSummary
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.exchange_writer import ExchangeWriter, serialize_unassigned_exchanges
from imagesearch_conformance.reports.serialization import (
    build_address_lookup,
    serialize_case,
    serialize_client,
    serialize_scenario_run,
    serialize_survey,
)
from imagesearch_conformance.runner.events import EndpointSubject, RecordingSubject, RunRecord
from imagesearch_conformance.settings.options import OPTION_NAMES

#: Raised when readers of the previous version would misread the document.
SCHEMA_VERSION = 2

DISTRIBUTION = "imagesearch-conformance"


def build_report(record: RunRecord) -> dict[str, Any]:
    """Return the report of a run in the shape of `spec/schemas/report.json`, free of secrets."""
    redactor = Redactor.for_target(record.target).with_known_signatures(record.exchanges)
    client_run = record.subject if isinstance(record.subject, ClientRunData) else None
    find_address = build_address_lookup(client_run, record.target.endpoint)
    other_endpoint = None if client_run is None else client_run.other_endpoint or None
    writer = ExchangeWriter(redactor, find_address, lambda exchange: _signature_defects(record, exchange))
    deviations = {result.deviation.requirement: serialize_deviation(result, redactor) for result in record.deviations}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "complete": record.complete,
        "verdict": record.verdict.value,
        "subject": "endpoint" if record.client_info is None else "client",
        "client": None if record.client_info is None else redactor.redact_value(serialize_client(record.client_info)),
        **(
            {"recording": redactor.redact_value(_serialize_recording(record.subject.summary))}
            if isinstance(record.subject, RecordingSubject)
            else {}
        ),
        "stopReason": None if record.stop_reason is None else redactor.redact_and_clip(record.stop_reason),
        "suite": _serialize_suite(record),
        "target": redactor.redact_value(serialize_target(record.target, other_endpoint)),
        "startedAt": record.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "durationSeconds": round(record.seconds, 3),
        "requests": record.request_count,
        "counts": {outcome.value: count for outcome, count in count_outcomes(record.cases).items()},
        "interpretations": [asdict(interpretation) for interpretation in _used_interpretations(record)],
        "deviations": list(deviations.values()),
        "requirements": [
            entry | {"deviation": deviations.get(entry["id"])}
            for entry in _serialize_requirement_results(record, redactor)
        ],
        "cases": [_serialize_case_result(result, writer, record) for result in record.cases],
        "unassignedExchanges": serialize_unassigned_exchanges(record, writer),
        "survey": _stored_survey(record, redactor),
    }


def _serialize_recording(summary: RecordingSummary) -> dict[str, Any]:
    return {
        "name": summary.name,
        "creator": summary.creator,
        "entries": summary.entries,
        "judged": summary.judged,
        "otherEndpoints": summary.other_endpoints,
        "otherRequests": summary.other_requests,
        "unreadable": summary.unreadable,
        "duplicates": summary.duplicates,
    }


def _stored_survey(record: RunRecord, redactor: Redactor) -> dict[str, Any] | None:
    """Return the survey, or None if redaction or clipping would change it."""
    survey = record.subject.survey if isinstance(record.subject, EndpointSubject) else None
    data = None if survey is None else serialize_survey(survey)
    return data if data == redactor.redact_value(data) else None


def _signature_defects(record: RunRecord, exchange: Exchange) -> frozenset[str]:
    if isinstance(record.subject, RecordingSubject):
        # Signatures of recorded traffic are judged with other evidence, and not judged again by `verify`.
        return frozenset()
    return signature_defects(record.contract, record.target, exchange.request, exchange.sent_at)


def _serialize_suite(record: RunRecord) -> dict[str, Any]:
    options = record.options
    return {
        "version": version(DISTRIBUTION),
        "specDigest": record.contract.digest,
        "document": record.contract.revision,
        "seed": options.seed,
        "level": options.level.value,
        "strict": options.strict,
        "select": list(options.select),
        "deselect": list(options.deselect),
        "examples": options.examples,
        "budget": options.budget,
        "origins": {name: options.origin(name).value for name in OPTION_NAMES},
    }


def _used_interpretations(record: RunRecord) -> Iterator[Interpretation]:
    """Yield the interpretations that the requirements and cases of this run refer to."""
    used_ids = {result.requirement.interpretation for result in record.requirements}
    used_ids |= {result.case.interpretation for result in record.cases}
    yield from (
        interpretation for interpretation in record.contract.interpretations.values() if interpretation.id in used_ids
    )


def serialize_target(target: Target, other_endpoint: str | None = None) -> dict[str, Any]:
    """Return a target without its keys; `other_endpoint` is the host that clients may be redirected to."""
    capabilities = target.capabilities
    return {
        "endpoint": target.endpoint,
        **({} if other_endpoint is None else {"otherEndpoint": other_endpoint}),
        "embedded": target.is_emulator,
        "assumed": target.without_profile,
        "instanceName": target.instance.name,
        "unauthorized": target.unauthorized_credentials is not None,
        "signature": target.signature.value,
        "regionId": target.region_id,
        "qps": target.qps,
        "instances": [
            {
                "instanceName": instance.name,
                "instanceType": instance.type.value,
                "images": [{"productId": image.product_id, "picName": image.pic_name} for image in instance.images],
            }
            for instance in target.instances
        ],
        "capabilities": {
            "authentication": capabilities.authentication,
            "throttlingQps": capabilities.throttling_qps,
            "faultHeader": capabilities.fault_header,
            "approximate": capabilities.approximate,
            "document": capabilities.document,
        },
    }


def _serialize_requirement_results(record: RunRecord, redactor: Redactor) -> list[dict[str, Any]]:
    positions = SourcePositions(record.contract.spec_files)
    return [
        {
            **_serialize_requirement_result(result, record, redactor),
            "locations": _source_locations(result.requirement, positions),
        }
        for result in record.requirements
    ]


def _source_locations(requirement: Requirement, positions: SourcePositions) -> list[dict[str, Any]]:
    """Return the lines of `spec/` that define the requirement: its entry, then the constraint."""
    pointers = (requirement.register_pointer, requirement.pointer)
    found = [positions.find(pointer) for pointer in pointers if pointer is not None]
    return [{"file": position.file, "line": position.line} for position in found if position is not None]


def _serialize_requirement_result(result: RequirementResult, record: RunRecord, redactor: Redactor) -> dict[str, Any]:
    judgement = record.run_judgements.get(result.requirement.id)
    return serialize_requirement(result.requirement) | {
        "outcome": result.outcome.value,
        "cases": list(result.cases),
        "reason": None if result.reason is None else redactor.redact_and_clip(result.reason),
        "findings": [serialize_finding(finding, redactor) for finding in (judgement.findings if judgement else ())],
    }


def serialize_requirement(requirement: Requirement) -> dict[str, Any]:
    """Return the part of a requirement's entry that a report copies from the register."""
    return {
        "id": requirement.id,
        "level": requirement.level.value,
        "area": requirement.area,
        "statement": requirement.statement,
        "source": requirement.source,
        "pointer": requirement.pointer,
        "interpretation": requirement.interpretation,
        "tolerance": requirement.tolerance,
        "approximate": requirement.approximate and requirement.approximate.value,
    }


def _serialize_case_result(result: CaseResult, writer: ExchangeWriter, record: RunRecord) -> dict[str, Any]:
    redactor = writer.redactor.with_own_signatures(result.exchanges)
    case = result.case
    scenario_run = record.subject.scenario_runs.get(case.id) if isinstance(record.subject, ClientRunData) else None
    return {
        "id": case.id,
        "title": case.title,
        "requirements": list(case.requirements),
        "outcome": result.outcome.value,
        "reason": None if result.reason is None else redactor.redact_and_clip(result.reason),
        "seconds": round(result.seconds, 6),
        "attempts": result.attempts,
        "accepted": case.expectation.to_strings()
        if scenario_run is None
        else list(describe_accepted_answers(scenario_run.scenario)),
        "findings": [serialize_finding(finding, redactor) for finding in result.judgement.findings],
        "exchanges": writer.write_case(case.id, result.exchanges),
        "definition": serialize_case(case),
        **({} if scenario_run is None else serialize_scenario_run(scenario_run, redactor)),
    }


def serialize_finding(finding: Finding, redactor: Redactor) -> dict[str, Any]:
    """Return a finding in the shape of the report's schema, free of secrets."""
    return {
        "requirement": finding.requirement,
        "level": finding.level.value,
        "grade": finding.grade.value,
        "message": redactor.redact_and_clip(finding.message),
        "expected": [redactor.redact_and_clip(outcome) for outcome in finding.expected],
        "actual": redactor.redact_value(finding.actual),
        "where": redactor.redact_and_clip(finding.where),
        "exchange": finding.exchange_index,
    }


def serialize_deviation(result: DeviationResult, redactor: Redactor) -> dict[str, Any]:
    """Return a deviation in the shape of the report's schema, free of secrets."""
    deviation = result.deviation
    return {
        "requirement": deviation.requirement,
        "reason": redactor.redact_and_clip(deviation.reason),
        "link": redactor.redact_and_clip(deviation.link),
        "expires": deviation.expires.isoformat(),
        "state": result.state.value,
        "explanation": redactor.redact_and_clip(result.explanation),
    }
