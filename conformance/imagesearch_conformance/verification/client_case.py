"""One case of a client beside the scenario that it says it is: what was asked, what was replied, what came back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from attrs import evolve

from imagesearch_conformance.clients.checks.answer import describe_accepted_answers
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun
from imagesearch_conformance.clients.server.connection import error_response, select_response
from imagesearch_conformance.clients.server.request_parser import MAX_BODY_SIZE
from imagesearch_conformance.clients.server.script import ScriptedResponse
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES, REDACTED, Redactor, has_redacted_secret
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.verification.difference import Difference
from imagesearch_conformance.verification.exchange_reader import StoredExchange
from imagesearch_conformance.verification.report_entries import ReportEntry

#: Writes as a report does what holds no secret.
_NO_REDACTION = Redactor(())


def has_answer(entry: ReportEntry) -> bool:
    """Whether the client was called."""
    return entry.data.get("answer") is not None


def restore_scenario_run(
    entry: ReportEntry, scenario: Scenario, used_nonces: frozenset[str] = frozenset()
) -> ScenarioRun:
    """What a client did; the replies are those of the scenario. `used` are the nonces of requests before."""
    here, there = (
        [one for one in entry.stored_exchanges if one.at_other_endpoint is astray] for astray in (False, True)
    )
    script, answer = scenario.script, _parse_answer(entry.data["answer"])
    return ScenarioRun(
        scenario,
        answer,
        tuple(_with_scripted_responses(here, script.responses)),
        tuple(_with_scripted_responses(there, script.other_responses)),
        used_nonces,
    )


def apply_scenario(entry: ReportEntry, scenario: Scenario) -> ReportEntry:
    """The entry of the scenario as it was played; where something of it was hidden, all its exchanges count as such."""
    if not has_answer(entry):
        return entry
    hidden = is_obscured(entry)
    stored = tuple(evolve(one, is_redacted=one.is_redacted or hidden) for one in entry.stored_exchanges)
    return evolve(entry, stored_exchanges=stored, accepted_outcomes=describe_accepted_answers(scenario))


def is_obscured(entry: ReportEntry) -> bool:
    """Whether something was taken out of what the client sent or handed back, apart from the value of a signature."""
    return _is_clipped(entry) or any(map(has_redacted_secret, _client_texts(entry)))


def is_redacted(entry: ReportEntry) -> bool:
    """Whether anything at all was taken out of that: what is sent as a signature may be anything."""
    return _is_clipped(entry) or any(REDACTED in text for text in _client_texts(entry))


def _is_clipped(entry: ReportEntry) -> bool:
    """Whether a text that was handed back is not stored to its end."""
    return any(len(text) > MAX_STORED_BODY_BYTES for text in _json_texts(entry.data["answer"]))


def _client_texts(entry: ReportEntry) -> Iterator[str]:
    yield from _json_texts(entry.data.get("call"))
    yield from _json_texts(entry.data["answer"])
    for one in entry.stored_exchanges:
        yield from _request_texts(one.exchange.request)


def compare_scenario(entry: ReportEntry, scenario: Scenario) -> Iterator[Difference]:
    """Where a case is not the scenario of that id, or got other replies than that plays."""
    where = f"case {scenario.id}"
    if entry.case != scenario.case:
        yield Difference(REPORT_FILE, f"{where}: definition", "something else", "what the suite asks")
    if not has_answer(entry):
        return
    said, call = entry.data.get("call"), _NO_REDACTION.redact_value(dict(scenario.call))
    # Not by ==, for which true is 1 and order is nothing.
    if json.dumps(said) != json.dumps(call) and not any(map(has_redacted_secret, _json_texts(said))):
        yield Difference(REPORT_FILE, f"{where}: call", said, call)
    yield from _compare_responses(where, entry, restore_scenario_run(entry, scenario))


def _compare_responses(where: str, entry: ReportEntry, scenario_run: ScenarioRun) -> Iterator[Difference]:
    pairs = list(zip(entry.data["exchanges"], entry.stored_exchanges, strict=True))
    ordered = sorted(pairs, key=lambda one: one[1].at_other_endpoint)
    if ordered != pairs:
        yield Difference(REPORT_FILE, f"{where}: exchanges", "another order", "those with the other host last")
    for index, ((written, stored), due) in enumerate(zip(ordered, scenario_run.all_exchanges, strict=True)):
        reply = _NO_REDACTION.serialize_exchange(due, "")["response"]
        same = written["response"]["status"] == reply["status"]
        if not same or (written["response"] != reply and not stored.is_redacted):
            yield Difference(REPORT_FILE, f"{where}: reply {index}", "something else", "what the scenario plays")


def _with_scripted_responses(
    stored_exchanges: Iterable[StoredExchange], responses: tuple[ScriptedResponse, ...]
) -> Iterator[Exchange]:
    """Each request with what it was given: a play, unless it is no request or too large."""
    number = 0
    for one in stored_exchanges:
        play = _error_response(one)
        if play is None:
            play, number = select_response(responses, number), number + 1
        yield evolve(one.exchange, response=play.wire)


def _error_response(stored_exchange: StoredExchange) -> ScriptedResponse | None:
    request, large = stored_exchange.exchange.request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not request.method:
        return error_response(HTTPStatus.BAD_REQUEST)
    # Stored as text, and without its signature, a body has another length than it had.
    if stored_exchange.exchange.response.status == large and len(request.body) > MAX_BODY_SIZE // 2:
        return error_response(large)
    return None


def _parse_answer(data: Mapping[str, Any]) -> Answer:
    breakdown = data.get("breakdown")
    said = {name: data.get(name) for name in ("status", "body", "code", "message", "text")}
    return Answer(
        AnswerKind(data["kind"]),
        **said,
        request_id=data.get("requestId"),
        adapter_failure=None if breakdown is None else AdapterFailure(breakdown),
        seconds=data.get("seconds", 0.0),
    )


def _request_texts(request: WireRequest) -> Iterator[str]:
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (text for header in request.headers for text in header)


def _json_texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        yield from (text for one in value.values() for text in _json_texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _json_texts(one))
