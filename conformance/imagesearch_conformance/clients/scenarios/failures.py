"""Scenarios with error responses, and with responses that the documentation does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from imagesearch_conformance.clients.scenario import ERROR_OR_UNREADABLE, RESULT_ONLY, RESULT_OR_FAILURE, Scenario
from imagesearch_conformance.clients.scenario_builder import JSON_HEADERS, ScenarioBuilder, encode_json, is_sample_field
from imagesearch_conformance.clients.server.script import (
    Script,
    ScriptedResponse,
    closed_connection,
    complete_response,
    redirect_response,
    reset_connection,
    slow_response,
    stalled_response,
    truncated_response,
)
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.expectation import Grade

#: A code of no revision.
_UNKNOWN_CODE = "NobodyKnows.ThisCode"

_HTML_HEADERS = (("Content-Type", "text/html; charset=utf-8"),)

_HTML_BODY = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"

_TEXT_HEADERS = (("Content-Type", "text/plain"),)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: The status of a gateway that got no valid response (RFC 9110 section 15.6.3).
_BAD_GATEWAY = 502

#: Redirects (RFC 9110 section 15.4): one that lets clients change the method, one that does not.
_REDIRECT_STATUSES = (302, 307)

_SLOW_PIECES, _SLOW_PAUSE = 8, 0.05

_ANY_ANSWER = frozenset(AnswerKind) - {AnswerKind.ADAPTER_FAILURE}

#: The id and title of a scenario, its response and the answers accepted.
_ScenarioRow = tuple[str, str, ScriptedResponse, frozenset[AnswerKind]]


def error_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build one scenario for each code."""
    errors = builder.contract.errors
    for row in errors.documented_rows:
        status_id, message_id = f"error.{row.code}.status", f"error.{row.code}.message"
        title = f"the service responds with {row.code}"
        yield builder.error_scenario(f"{status_id}/reported", title, row, status_id, message_id)
    for row in errors.rows:
        if row.grade is Grade.TOLERATED:
            title = f"the gateway responds with {row.code}"
            yield builder.error_scenario(f"error.gateway/{row.code}", title, row, "error.gateway")
    title = "the service responds with an unknown code"
    message = '\u8fd9\u662f\u4ec0\u4e48? "quoted" <b>&amp;</b>'
    unknown = evolve(errors.documented_rows[0], code=_UNKNOWN_CODE, message=message)
    yield builder.error_scenario("error.unknown/unheard", title, unknown, "error.unknown")


def robustness_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Build the scenarios about undocumented behaviour, the slowest last."""
    for case_id, title, response, accepted in (*_malformed_responses(builder), *_lenient_responses(builder)):
        yield builder.scenario(case_id, title, Script((response,)), accepted, undocumented_behaviour=True)
    yield from _redirect_scenarios(builder)
    for case_id, title, response, accepted in _connection_responses(builder):
        yield builder.scenario(case_id, title, Script((response,)), accepted, undocumented_behaviour=True)


def _malformed_responses(builder: ScenarioBuilder) -> Iterator[_ScenarioRow]:
    ok, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field))
    rows: list[tuple[str, str, ScriptedResponse]] = []
    for status in (ok, _BAD_GATEWAY):
        html, empty = (
            complete_response(status, _HTML_HEADERS, _HTML_BODY),
            complete_response(status, JSON_HEADERS, b""),
        )
        rows += [
            (f"malformed.html/{status}", f"an HTML document with status {status}", html),
            (f"malformed.empty/{status}", f"no body with status {status}", empty),
        ]
    for variant, length in (("half", len(body) // 2), ("last", len(body) - 1)):
        title = f"JSON that ends after {length} of {len(body)} bytes"
        rows.append((f"malformed.truncated/{variant}", title, complete_response(ok, JSON_HEADERS, body[:length])))
    for variant, text in (("null", b"null"), ("array", b"[]"), ("text", b'"success"'), ("number", b"0")):
        response = complete_response(ok, JSON_HEADERS, text)
        rows.append((f"malformed.other/{variant}", f"the body is {text.decode()}", response))
    yield from ((*row, ERROR_OR_UNREADABLE) for row in rows)


def _lenient_responses(builder: ScenarioBuilder) -> Iterator[_ScenarioRow]:
    """Build responses that some readers accept and others do not."""
    ok, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field))
    for case_id, title, response in (
        ("malformed.contenttype/plain", "JSON declared as plain text", complete_response(ok, _TEXT_HEADERS, body)),
        ("malformed.contenttype/none", "JSON without a content type", complete_response(ok, (), body)),
        (
            "malformed.bom/success",
            "a byte order mark before the JSON",
            complete_response(ok, JSON_HEADERS, _BYTE_ORDER_MARK + body),
        ),
    ):
        yield case_id, title, response, RESULT_OR_FAILURE


def _redirect_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    options: dict[str, Any] = {"undocumented_behaviour": True, "follows_redirects": True}
    for status in _REDIRECT_STATUSES:
        script = Script((redirect_response(status, f"{builder.other_endpoint}/"),), (builder.success_response(),))
        title = f"a redirect to another host, with status {status}"
        yield builder.scenario(f"redirect.credentials/{status}", title, script, _ANY_ANSWER, **options)
    script = Script((redirect_response(_REDIRECT_STATUSES[-1], f"{builder.target.endpoint}/"),))
    title = "an endless redirect to the same address"
    yield builder.scenario("redirect.endless/same", title, script, ERROR_OR_UNREADABLE, **options)


def _connection_responses(builder: ScenarioBuilder) -> Iterator[_ScenarioRow]:
    ok, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field))
    slow = slow_response(complete_response(ok, JSON_HEADERS, body), _SLOW_PIECES, _SLOW_PAUSE)
    truncated = truncated_response(ok, JSON_HEADERS, body, len(body) // 2)
    yield "network.slow/pieces", f"a response in {_SLOW_PIECES} pieces with pauses", slow, RESULT_ONLY
    for case_id, title, response in (
        ("network.dropped/closed", "the connection is closed before a response", closed_connection()),
        ("network.dropped/reset", "the connection is reset before a response", reset_connection()),
        ("network.broken/closed", "the connection is closed within the body", truncated),
        ("network.stalled/silent", "no response comes", stalled_response()),
        ("network.stalled/half", "half a response comes", stalled_response(ok, JSON_HEADERS, body)),
    ):
        yield case_id, title, response, ERROR_OR_UNREADABLE
