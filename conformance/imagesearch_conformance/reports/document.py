"""The canonical report: everything a run found, as the document that all other formats are made from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from attrs import asdict

from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.clients.judging import hopes
from imagesearch_conformance.contract.positions import Positions
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Finding
from imagesearch_conformance.model.requirement import Interpretation, Requirement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.reports.clients import addresses, client_document, performance_document
from imagesearch_conformance.reports.definition import definition, surveyed
from imagesearch_conformance.reports.deviations import deviation_document
from imagesearch_conformance.reports.evidence import Evidence
from imagesearch_conformance.reports.further import further
from imagesearch_conformance.runner.events import Record
from imagesearch_conformance.settings.options import OPTION_NAMES
from imagesearch_conformance.verdicts import CaseResult, RequirementResult, counts

#: Rises when a reader of the old document would misread the new one.
SCHEMA_VERSION = 1

DISTRIBUTION = "imagesearch-conformance"


def document(record: Record) -> dict[str, Any]:
    """The report of a run, in the shape of `spec/schemas/report.json`, free of secrets."""
    redactor = Redactor.of(record.target).aware(record.exchanges)
    address = addresses(record.gated, record.target.endpoint)
    elsewhere = None if record.gated is None else record.gated.elsewhere or None
    evidence = Evidence(redactor, address, lambda one: _defects(record, one))
    deviations = {one.deviation.requirement: deviation_document(one, redactor) for one in record.deviations}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "complete": record.complete,
        "verdict": record.verdict.value,
        "subject": "endpoint" if record.gated is None else "client",
        "client": None if record.gated is None else redactor.value(client_document(record.gated.info)),
        **({} if record.recording is None else {"recording": redactor.value(asdict(record.recording))}),
        "trouble": None if record.trouble is None else redactor.said(record.trouble),
        "suite": _suite(record),
        "target": redactor.value(target_document(record.target, elsewhere)),
        "startedAt": record.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "durationSeconds": round(record.seconds, 3),
        "requests": record.requests,
        "counts": {outcome.value: count for outcome, count in counts(record.cases).items()},
        "interpretations": [asdict(one) for one in _interpretations(record)],
        "deviations": list(deviations.values()),
        "requirements": [one | {"deviation": deviations.get(one["id"])} for one in _requirements(record, redactor)],
        "cases": [_case(one, evidence, record) for one in record.cases],
        "further": further(record, evidence),
        "survey": _survey(record, redactor),
    }


def _survey(record: Record, redactor: Redactor) -> dict[str, Any] | None:
    """What the cases were made of, where it can be stored as it is: nothing secret in it, and nothing endless."""
    plain = None if record.survey is None else surveyed(record.survey)
    return plain if plain == redactor.value(plain) else None


def _defects(record: Record, exchange: Exchange) -> frozenset[str]:
    if record.recording is not None:
        # What signatures of recordings may be accused of is told by other means, and nobody judges them again.
        return frozenset()
    return signature_defects(record.contract, record.target, exchange.request, exchange.sent_at)


def _suite(record: Record) -> dict[str, Any]:
    options = record.options
    return {
        "version": version(DISTRIBUTION),
        "specDigest": record.contract.digest,
        "document": record.contract.document,
        "seed": options.seed,
        "level": options.level.value,
        "strict": options.strict,
        "select": list(options.select),
        "deselect": list(options.deselect),
        "examples": options.examples,
        "budget": options.budget,
        "origins": {name: options.origin(name).value for name in OPTION_NAMES},
    }


def _interpretations(record: Record) -> Iterator[Interpretation]:
    """The readings of the page that requirements and cases of this run follow."""
    named = {one.requirement.interpretation for one in record.requirements}
    named |= {one.case.interpretation for one in record.cases}
    yield from (one for one in record.contract.interpretations.values() if one.id in named)


def target_document(target: Target, elsewhere: str | None = None) -> dict[str, Any]:
    """A target without its keys; `elsewhere` is the other host that clients may be sent to."""
    claimed = target.capabilities
    return {
        "endpoint": target.endpoint,
        **({} if elsewhere is None else {"elsewhere": elsewhere}),
        "embedded": target.embedded,
        "assumed": target.assumed,
        "instanceName": target.instance.name,
        "unauthorized": target.unauthorized is not None,
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


def _requirements(record: Record, redactor: Redactor) -> list[dict[str, Any]]:
    positions = Positions(record.contract.documents)
    return [
        {**_requirement(one, record, redactor), "locations": _locations(one.requirement, positions)}
        for one in record.requirements
    ]


def _locations(requirement: Requirement, positions: Positions) -> list[dict[str, Any]]:
    """The lines of `spec/` that make the requirement: its entry, then the constraint."""
    places = (requirement.place, requirement.pointer)
    found = [positions.of(place) for place in places if place is not None]
    return [{"file": one.file, "line": one.line} for one in found if one is not None]


def _requirement(result: RequirementResult, record: Record, redactor: Redactor) -> dict[str, Any]:
    judgement = record.run_judgements.get(result.requirement.id)
    return requirement_document(result.requirement) | {
        "outcome": result.outcome.value,
        "cases": list(result.cases),
        "reason": None if result.reason is None else redactor.said(result.reason),
        "findings": [finding_document(one, redactor) for one in (judgement.findings if judgement else ())],
    }


def requirement_document(requirement: Requirement) -> dict[str, Any]:
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


def _case(result: CaseResult, evidence: Evidence, record: Record) -> dict[str, Any]:
    own = evidence.redactor.knowing(result.exchanges)
    case = result.case
    performance = record.gated.performances.get(case.id) if record.gated else None
    return {
        "id": case.id,
        "title": case.title,
        "requirements": list(case.requirements),
        "outcome": result.outcome.value,
        "reason": None if result.reason is None else own.said(result.reason),
        "seconds": round(result.seconds, 6),
        "rounds": result.rounds,
        "accepted": case.expectation.serializable() if performance is None else list(hopes(performance.scenario)),
        "findings": [finding_document(one, own) for one in result.judgement.findings],
        "exchanges": evidence.of_case(case.id, result.exchanges),
        "definition": definition(case),
        **({} if performance is None else performance_document(performance, own)),
    }


def finding_document(finding: Finding, redactor: Redactor) -> dict[str, Any]:
    """A finding in the shape of the report's schema, free of secrets."""
    return {
        "requirement": finding.requirement,
        "level": finding.level.value,
        "grade": finding.grade.value,
        "message": redactor.said(finding.message),
        "expected": [redactor.said(one) for one in finding.expected],
        "actual": redactor.value(finding.actual),
        "where": redactor.said(finding.where),
        "exchange": finding.exchange,
    }
