"""The canonical report: everything a run found, as the document that all other formats are made from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from attrs import asdict

from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.clients.judge import describe_accepted_answers
from imagesearch_conformance.contract.source_positions import SourcePositions
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Interpretation, Requirement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, RequirementResult, count_outcomes
from imagesearch_conformance.redaction import Redactor
from imagesearch_conformance.reports.case_serialization import serialize_case, serialize_survey
from imagesearch_conformance.reports.client_serialization import (
    build_address_lookup,
    serialize_client,
    serialize_scenario_run,
)
from imagesearch_conformance.reports.deviations import serialize_deviation
from imagesearch_conformance.reports.exchange_writer import ExchangeWriter
from imagesearch_conformance.reports.unassigned_exchanges import serialize_unassigned_exchanges
from imagesearch_conformance.runner.events import RunRecord
from imagesearch_conformance.settings.options import OPTION_NAMES

#: Rises when a reader of the old document would misread the new one.
SCHEMA_VERSION = 1

DISTRIBUTION = "imagesearch-conformance"


def build_report(record: RunRecord) -> dict[str, Any]:
    """The report of a run, in the shape of `spec/schemas/report.json`, free of secrets."""
    redactor = Redactor.for_target(record.target).with_known_signatures(record.exchanges)
    address = build_address_lookup(record.client_data, record.target.endpoint)
    elsewhere = None if record.client_data is None else record.client_data.other_endpoint or None
    evidence = ExchangeWriter(redactor, address, lambda one: _signature_defects(record, one))
    deviations = {one.deviation.requirement: serialize_deviation(one, redactor) for one in record.deviations}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "complete": record.complete,
        "verdict": record.verdict.value,
        "subject": "endpoint" if record.client_data is None else "client",
        "client": None
        if record.client_data is None
        else redactor.redact_value(serialize_client(record.client_data.info)),
        **({} if record.recording is None else {"recording": redactor.redact_value(asdict(record.recording))}),
        "trouble": None if record.stop_reason is None else redactor.redact_and_clip(record.stop_reason),
        "suite": _serialize_suite(record),
        "target": redactor.redact_value(serialize_target(record.target, elsewhere)),
        "startedAt": record.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "durationSeconds": round(record.seconds, 3),
        "requests": record.request_count,
        "counts": {outcome.value: count for outcome, count in count_outcomes(record.cases).items()},
        "interpretations": [asdict(one) for one in _used_interpretations(record)],
        "deviations": list(deviations.values()),
        "requirements": [
            one | {"deviation": deviations.get(one["id"])} for one in _serialize_requirement_results(record, redactor)
        ],
        "cases": [_serialize_case_result(one, evidence, record) for one in record.cases],
        "further": serialize_unassigned_exchanges(record, evidence),
        "survey": _stored_survey(record, redactor),
    }


def _stored_survey(record: RunRecord, redactor: Redactor) -> dict[str, Any] | None:
    """What the cases were made of, where it can be stored as it is: nothing secret in it, and nothing endless."""
    plain = None if record.survey is None else serialize_survey(record.survey)
    return plain if plain == redactor.redact_value(plain) else None


def _signature_defects(record: RunRecord, exchange: Exchange) -> frozenset[str]:
    if record.recording is not None:
        # What signatures of recordings may be accused of is told by other means, and nobody judges them again.
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
    """The readings of the page that requirements and cases of this run follow."""
    named = {one.requirement.interpretation for one in record.requirements}
    named |= {one.case.interpretation for one in record.cases}
    yield from (one for one in record.contract.interpretations.values() if one.id in named)


def serialize_target(target: Target, other_endpoint: str | None = None) -> dict[str, Any]:
    """A target without its keys; `elsewhere` is the other host that clients may be sent to."""
    claimed = target.capabilities
    return {
        "endpoint": target.endpoint,
        **({} if other_endpoint is None else {"elsewhere": other_endpoint}),
        "embedded": target.is_emulator,
        "assumed": target.without_profile,
        "instanceName": target.instance.name,
        "unauthorized": target.unauthorized_credentials is not None,
        "signature": target.signature.value,
        "regionId": target.region_id,
        "qps": target.qps,
        "instances": [
            {
                "instanceName": one.name,
                "instanceType": one.type.value,
                "images": [{"productId": image.product_id, "picName": image.pic_name} for image in one.images],
            }
            for one in target.instances
        ],
        "capabilities": {
            "authentication": claimed.authentication,
            "throttlingQps": claimed.throttling_qps,
            "faultHeader": claimed.fault_header,
            "approximate": claimed.approximate,
            "document": claimed.document,
        },
    }


def _serialize_requirement_results(record: RunRecord, redactor: Redactor) -> list[dict[str, Any]]:
    positions = SourcePositions(record.contract.spec_files)
    return [
        {
            **_serialize_requirement_result(one, record, redactor),
            "locations": _source_locations(one.requirement, positions),
        }
        for one in record.requirements
    ]


def _source_locations(requirement: Requirement, positions: SourcePositions) -> list[dict[str, Any]]:
    """The lines of `spec/` that make the requirement: its entry, then the constraint."""
    places = (requirement.register_pointer, requirement.pointer)
    found = [positions.find(place) for place in places if place is not None]
    return [{"file": one.file, "line": one.line} for one in found if one is not None]


def _serialize_requirement_result(result: RequirementResult, record: RunRecord, redactor: Redactor) -> dict[str, Any]:
    judgement = record.run_judgements.get(result.requirement.id)
    return serialize_requirement(result.requirement) | {
        "outcome": result.outcome.value,
        "cases": list(result.cases),
        "reason": None if result.reason is None else redactor.redact_and_clip(result.reason),
        "findings": [serialize_finding(one, redactor) for one in (judgement.findings if judgement else ())],
    }


def serialize_requirement(requirement: Requirement) -> dict[str, Any]:
    """What a report repeats of the register."""
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
    own = writer.redactor.with_own_signatures(result.exchanges)
    case = result.case
    performance = record.client_data.scenario_runs.get(case.id) if record.client_data else None
    return {
        "id": case.id,
        "title": case.title,
        "requirements": list(case.requirements),
        "outcome": result.outcome.value,
        "reason": None if result.reason is None else own.redact_and_clip(result.reason),
        "seconds": round(result.seconds, 6),
        "rounds": result.attempts,
        "accepted": case.expectation.to_strings()
        if performance is None
        else list(describe_accepted_answers(performance.scenario)),
        "findings": [serialize_finding(one, own) for one in result.judgement.findings],
        "exchanges": writer.write_case(case.id, result.exchanges),
        "definition": serialize_case(case),
        **({} if performance is None else serialize_scenario_run(performance, own)),
    }


def serialize_finding(finding: Finding, redactor: Redactor) -> dict[str, Any]:
    """A finding in the shape of the report's schema, free of secrets."""
    return {
        "requirement": finding.requirement,
        "level": finding.level.value,
        "grade": finding.grade.value,
        "message": redactor.redact_and_clip(finding.message),
        "expected": [redactor.redact_and_clip(one) for one in finding.expected],
        "actual": redactor.redact_value(finding.actual),
        "where": redactor.redact_and_clip(finding.where),
        "exchange": finding.exchange_index,
    }
