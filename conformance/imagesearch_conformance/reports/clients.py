"""What a report says of a client, and of each call: what was asked and what was handed back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagesearch_conformance.clients.scenario import Gated, Performance
from imagesearch_conformance.exchanges import MOST_STORED, Redactor
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.exchange import Exchange


def client_document(info: ClientInfo) -> dict[str, Any]:
    """A client as it says of itself, and its command."""
    return {"name": info.name, "version": info.version, "language": info.language, "command": list(info.command)}


def addresses(gated: Gated | None, endpoint: str) -> Callable[[Exchange], str]:
    """Tells where a request came to: to the endpoint, or to the other host of a client."""
    if gated is None:
        return lambda _: endpoint
    astray = {id(exchange) for one in gated.performances.values() for exchange in one.elsewhere}
    return lambda exchange: gated.elsewhere if id(exchange) in astray else endpoint


def performance_document(performance: Performance, redactor: Redactor) -> dict[str, Any]:
    """The call of a scenario and its answer, free of secrets; the answer as far as it can be told again what it is."""
    answer = performance.answer
    return {
        "call": redactor.value(dict(performance.scenario.call)),
        "answer": {
            "kind": answer.kind.value,
            "status": answer.status,
            "body": redactor.value(answer.body, MOST_STORED),
            "code": redactor.value(answer.code, MOST_STORED),
            "message": redactor.value(answer.message, MOST_STORED),
            "requestId": redactor.value(answer.request_id, MOST_STORED),
            "text": redactor.value(answer.text, MOST_STORED),
            "breakdown": answer.breakdown and answer.breakdown.value,
            "seconds": round(answer.seconds, 6),
        },
    }
