"""Content and transfer codings: which ones a client accepts, and whether a scenario could use the one it tests."""

from __future__ import annotations

from imagesearch_conformance.clients.scenario import ScenarioRun
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.wire import WireRequest

_GZIP_CODINGS = frozenset({"gzip", "x-gzip"})

_TRANSFER_ENCODING = "transfer-encoding"


def accepts_gzip(request: WireRequest) -> bool:
    """Return whether a request accepts compressed responses (RFC 9110 section 12.5.3)."""
    codings = (coding for value in request.header_values("accept-encoding") for coding in value.lower().split(","))
    return any(coding.partition(";")[0].strip() in _GZIP_CODINGS and _weight(coding) > 0 for coding in codings)


def _weight(coding: str) -> float:
    """Return the weight of an element of Accept-Encoding, 1 if it has none or an invalid one."""
    name, _, value = coding.partition(";")[2].partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 1.0


def not_applicable_reason(scenario_run: ScenarioRun) -> str | None:
    """Return why the response could not be sent with the coding under test, None if it was or does not matter."""
    scenario, exchanges = scenario_run.scenario, scenario_run.exchanges
    if scenario_run.answer.kind is AnswerKind.ADAPTER_FAILURE or not exchanges:
        return None
    if scenario.requires_gzip and not any(accepts_gzip(exchange.request) for exchange in exchanges):
        return "the client does not accept compressed responses"
    is_chunked = any(response.wire.header(_TRANSFER_ENCODING) for response in scenario.script.responses)
    if is_chunked and not any(exchange.response.header(_TRANSFER_ENCODING) for exchange in exchanges):
        return "the client uses HTTP/1.0, which has no chunked encoding"
    return None
