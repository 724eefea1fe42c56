"""Scenarios: what a client is asked, how the server responds, and which answers are accepted."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from imagesearch_conformance.clients.server.script import Script
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import Answer, AnswerKind, CallArguments, ClientInfo
from imagesearch_conformance.model.wire import Exchange, WireRequest

#: Answers accepted for a valid success response.
RESULT_ONLY = frozenset({AnswerKind.RESULT})

#: For an error response.
ERROR_ONLY = frozenset({AnswerKind.ERROR})

#: For an error response to arguments that a client may refuse itself.
ERROR_OR_ARGUMENTS_REFUSED = frozenset({AnswerKind.ERROR, AnswerKind.ARGUMENTS_REFUSED})

#: For a malformed response.
ERROR_OR_UNREADABLE = frozenset({AnswerKind.UNREADABLE, AnswerKind.ERROR})

#: For a response that some readers accept and others do not.
RESULT_OR_FAILURE = RESULT_ONLY | ERROR_OR_UNREADABLE

_GZIP_CODINGS = frozenset({"gzip", "x-gzip"})

_TRANSFER_ENCODING = "transfer-encoding"


@frozen
class Scenario:
    """One case for a client; frozen data.

    A change of `parameters_under_test` or of `fields_under_test`, those of the response, violates the requirements
    of the case itself. `tolerated_answers` are accepted beside `accepted_answers`, at a lower grade.
    With `undocumented_behaviour` the documentation does not describe the response. With `follows_redirects` the
    requests after the first are whatever the client makes of redirects. `requires_gzip` limits a scenario to
    clients that accept compressed responses.
    """

    case: Case
    call: CallArguments
    script: Script
    accepted_answers: frozenset[AnswerKind]
    parameters_under_test: frozenset[str] = frozenset()
    fields_under_test: frozenset[str] = frozenset()
    tolerated_answers: frozenset[AnswerKind] = frozenset()
    undocumented_behaviour: bool = False
    follows_redirects: bool = False
    requires_gzip: bool = False

    @property
    def id(self) -> str:
        """The id of its case."""
        return self.case.id

    @property
    def request_only(self) -> bool:
        """True if it tests the request alone, and not the result of the response."""
        return bool(self.parameters_under_test) and not self.fields_under_test


@frozen
class ScenarioRun:
    """The requests of a client in a scenario, those to the other host, and its answer.

    `used_nonces` are those of earlier scenarios.
    """

    scenario: Scenario
    answer: Answer
    exchanges: tuple[Exchange, ...] = ()
    other_exchanges: tuple[Exchange, ...] = ()
    used_nonces: frozenset[str] = frozenset()

    @property
    def all_exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges, those at the other host last."""
        return (*self.exchanges, *self.other_exchanges)


@frozen
class ClientRunData:
    """A client with its scenario runs by case id, and the address of the other host."""

    info: ClientInfo
    scenario_runs: Mapping[str, ScenarioRun] = field(factory=dict)
    other_endpoint: str = ""


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
