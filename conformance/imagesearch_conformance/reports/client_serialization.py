"""A client and its calls as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagesearch_conformance.clients.scenario import ClientRunData, ScenarioRun
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES, Redactor


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
