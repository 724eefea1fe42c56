"""What a report says of a client, and of each call: what was asked and what was handed back."""

from __future__ import annotations

from typing import Any

from imagesearch_conformance.clients.scenario import Performance
from imagesearch_conformance.exchanges import Redactor
from imagesearch_conformance.model.client import ClientInfo


def client_document(info: ClientInfo) -> dict[str, Any]:
    """A client as it says of itself, and its command."""
    return {"name": info.name, "version": info.version, "language": info.language, "command": list(info.command)}


def performance_document(performance: Performance, redactor: Redactor) -> dict[str, Any]:
    """The call of a scenario and its answer, free of secrets."""
    answer = performance.answer
    return {
        "call": redactor.value(dict(performance.scenario.call)),
        "answer": {
            "kind": answer.kind.value,
            "status": answer.status,
            "body": redactor.value(answer.body),
            "code": redactor.value(answer.code),
            "message": redactor.value(answer.message),
            "requestId": redactor.value(answer.request_id),
            "text": redactor.value(answer.text),
            "breakdown": answer.breakdown and answer.breakdown.value,
            "seconds": round(answer.seconds, 6),
        },
    }
