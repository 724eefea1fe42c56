"""How a reply may travel: what clients say that they accept, and whether a scenario was played as it is meant."""

from __future__ import annotations

from imagesearch_conformance.clients.scenario import ScenarioRun
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.wire import WireRequest

_GZIP_CODINGS = frozenset({"gzip", "x-gzip"})

#: The header of a reply in chunks.
_TRANSFER_ENCODING = "transfer-encoding"


def accepts_gzip(request: WireRequest) -> bool:
    """Whether a request says that it accepts compressed replies (RFC 9110 section 12.5.3)."""
    parts = (part for value in request.header_values("accept-encoding") for part in value.lower().split(","))
    return any(part.partition(";")[0].strip() in _GZIP_CODINGS and _weight(part) > 0 for part in parts)


def _weight(part: str) -> float:
    """The weight of an element of such a list: 1 where there is none that can be read."""
    name, _, value = part.partition(";")[2].partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 1.0


def not_applicable_reason(scenario_run: ScenarioRun) -> str | None:
    """Why what a client did shows nothing of the way in which the reply should have travelled."""
    scenario, made = scenario_run.scenario, scenario_run.exchanges
    if scenario_run.answer.kind is AnswerKind.ADAPTER_FAILURE:
        return None
    if made and scenario.requires_gzip and not any(accepts_gzip(one.request) for one in made):
        return "the client did not say that it accepts compressed replies"
    chunked = any(play.wire.header(_TRANSFER_ENCODING) for play in scenario.script.responses)
    if made and chunked and not any(one.response.header(_TRANSFER_ENCODING) for one in made):
        return "the client speaks HTTP/1.0, which has no chunks"
    return None
