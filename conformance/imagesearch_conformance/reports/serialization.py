"""Canonical JSON text and digests of documents; cases, surveys and clients as JSON-ready data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from cattrs import ClassValidationError, transform_error
from cattrs.preconf.json import make_converter

from imagesearch_conformance.clients.scenario import ClientRunData, ScenarioRun
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES, Redactor


def render_json(document: dict[str, Any]) -> str:
    """Return the canonical text of a document: ASCII, so that quoted responses cannot be misread."""
    return json.dumps(document, indent=1) + "\n"


def render_report_json(report: dict[str, Any]) -> str:
    """Return the canonical text of a report: one line for each item of its lists, since reports take megabytes."""
    members = (f"{json.dumps(name)}: {_render_member(value)}" for name, value in report.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _render_member(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"


def json_digest(value: Any) -> str:
    """Return `sha256:` of a JSON value without spaces and with sorted names, so that layout does not count."""
    return text_digest(json.dumps(value, sort_keys=True, separators=(",", ":")))


def text_digest(text: str) -> str:
    """Return `sha256:` of an ASCII text."""
    return bytes_digest(text.encode("ascii"))


def bytes_digest(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


T = TypeVar("T")

_VERSION_HINT = "the report may be from another version"


def _sort_items(items: Iterable[Any]) -> list[Any]:
    """Sort the items of a set, so that equal cases are written alike."""
    return sorted(items, key=json.dumps)


_converter = make_converter(
    omit_if_default=True,
    forbid_extra_keys=True,
    unstruct_collection_overrides={tuple: list, frozenset: _sort_items},
)


def serialize_case(case: Case) -> dict[str, Any]:
    data: dict[str, Any] = _converter.unstructure(case)
    return data


def deserialize_case(data: Any, where: str) -> Case:
    """Return the case in the data; raises InvalidInput if there is no valid one."""
    return _structure(data, Case, "case", where)


def serialize_survey(survey: Survey) -> dict[str, Any]:
    data: dict[str, Any] = _converter.unstructure(survey)
    return data


def deserialize_survey(data: Any, where: str) -> Survey:
    """Return the survey in the data; raises InvalidInput if there is no valid one."""
    return _structure(data, Survey, "survey", where)


def _structure(data: Any, value_type: type[T], name: str, where: str) -> T:
    if not isinstance(data, dict):
        raise InvalidInput(f"invalid {name}: expected an object", where, _VERSION_HINT)
    try:
        return _converter.structure(data, value_type)
    except (ClassValidationError, ValueError, TypeError, KeyError) as problem:
        raise InvalidInput(f"invalid {name}: {'; '.join(transform_error(problem))}", where, _VERSION_HINT) from problem


def serialize_client(info: ClientInfo) -> dict[str, Any]:
    """Return what a client says about itself, and its command."""
    return {"name": info.name, "version": info.version, "language": info.language, "command": list(info.command)}


def build_address_lookup(client_run: ClientRunData | None, endpoint: str) -> Callable[[Exchange], str]:
    """Return a function from an exchange to the endpoint that received its request."""
    if client_run is None:
        return lambda _: endpoint
    at_other_endpoint = {
        id(exchange) for scenario_run in client_run.scenario_runs.values() for exchange in scenario_run.other_exchanges
    }
    return lambda exchange: client_run.other_endpoint if id(exchange) in at_other_endpoint else endpoint


def serialize_scenario_run(scenario_run: ScenarioRun, redactor: Redactor) -> dict[str, Any]:
    """Return the call of a scenario and the client's answer, free of secrets.

    Long values of the answer are kept as far as responses are, so that it can be judged again.
    """
    answer = scenario_run.answer
    return {
        "call": redactor.redact_value(dict(scenario_run.scenario.call)),
        "answer": {
            "kind": answer.kind.value,
            "status": answer.status,
            "body": redactor.redact_value(answer.body, MAX_STORED_BODY_BYTES),
            "code": redactor.redact_value(answer.code, MAX_STORED_BODY_BYTES),
            "message": redactor.redact_value(answer.message, MAX_STORED_BODY_BYTES),
            "requestId": redactor.redact_value(answer.request_id, MAX_STORED_BODY_BYTES),
            "text": redactor.redact_value(answer.text, MAX_STORED_BODY_BYTES),
            "adapterFailure": answer.adapter_failure and answer.adapter_failure.value,
            "seconds": round(answer.seconds, 6),
        },
    }
