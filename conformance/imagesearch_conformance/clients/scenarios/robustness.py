"""Scenarios about what no page describes: replies that make no sense, redirects, connections that break."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.clients.response_bodies import encode_json, is_sample_field
from imagesearch_conformance.clients.scenario import ERROR_OR_UNREADABLE, RESULT_ONLY, RESULT_OR_FAILURE, Scenario
from imagesearch_conformance.clients.scenario_builder import JSON_HEADERS, ScenarioBuilder
from imagesearch_conformance.clients.server.responses import (
    closed_connection,
    complete_response,
    redirect_response,
    reset_connection,
    slow_response,
    stalled_response,
    truncated_response,
)
from imagesearch_conformance.clients.server.script import Script, ScriptedResponse
from imagesearch_conformance.model.client import AnswerKind

_HTML_HEADERS = (("Content-Type", "text/html; charset=utf-8"),)
_HTML_BODY = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: A gateway that cannot reach what is behind it (RFC 9110 section 15.6.3).
_BAD_GATEWAY = 502

#: Redirects (RFC 9110 section 15.4): one after which clients change the method, one after which they must not.
_REDIRECT_STATUSES = (302, 307)

_SLOW_PIECES, _SLOW_PAUSE = 8, 0.05

_ANY_ANSWER = frozenset(AnswerKind) - {AnswerKind.ADAPTER_FAILURE}


def robustness_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    """Every scenario of this kind; those that take the longest come last."""
    yield from _malformed_scenarios(builder)
    yield from _redirect_scenarios(builder)
    yield from _connection_scenarios(builder)


def _robustness_scenario(
    builder: ScenarioBuilder,
    case_id: str,
    title: str,
    response: ScriptedResponse,
    accepted_answers: frozenset[AnswerKind] = ERROR_OR_UNREADABLE,
) -> Scenario:
    return builder.scenario(case_id, title, Script((response,)), accepted_answers, undocumented_behaviour=True)


def _malformed_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    ok, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field))
    for status in (ok, _BAD_GATEWAY):
        yield _robustness_scenario(
            builder,
            f"malformed.html/{status}",
            f"a page in HTML with status {status}",
            complete_response(status, _HTML_HEADERS, _HTML_BODY),
        )
        yield _robustness_scenario(
            builder,
            f"malformed.empty/{status}",
            f"no body with status {status}",
            complete_response(status, JSON_HEADERS, b""),
        )
    for variant, length in (("half", len(body) // 2), ("last", len(body) - 1)):
        title = f"JSON that ends after {length} of {len(body)} bytes"
        yield _robustness_scenario(
            builder, f"malformed.truncated/{variant}", title, complete_response(ok, JSON_HEADERS, body[:length])
        )
    for variant, text in (("null", b"null"), ("array", b"[]"), ("text", b'"success"'), ("number", b"0")):
        yield _robustness_scenario(
            builder,
            f"malformed.other/{variant}",
            f"the body is {text.decode()}",
            complete_response(ok, JSON_HEADERS, text),
        )
    plain = (("Content-Type", "text/plain"),)
    yield _robustness_scenario(
        builder,
        "malformed.contenttype/plain",
        "JSON declared as plain text",
        complete_response(ok, plain, body),
        RESULT_OR_FAILURE,
    )
    yield _robustness_scenario(
        builder,
        "malformed.contenttype/none",
        "JSON without a content type",
        complete_response(ok, (), body),
        RESULT_OR_FAILURE,
    )
    marked = complete_response(ok, JSON_HEADERS, _BYTE_ORDER_MARK + body)
    yield _robustness_scenario(
        builder, "malformed.bom/success", "a byte order mark before the JSON", marked, RESULT_OR_FAILURE
    )


def _redirect_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    for status in _REDIRECT_STATUSES:
        script = Script((redirect_response(status, f"{builder.other_endpoint}/"),), (builder.success_response(),))
        title = f"a redirect to another host, with status {status}"
        yield builder.scenario(
            f"redirect.credentials/{status}",
            title,
            script,
            _ANY_ANSWER,
            undocumented_behaviour=True,
            follows_redirects=True,
        )
    endless = Script((redirect_response(_REDIRECT_STATUSES[-1], f"{builder.target.endpoint}/"),))
    title = "a redirect to the same address, without end"
    yield builder.scenario(
        "redirect.endless/same",
        title,
        endless,
        ERROR_OR_UNREADABLE,
        undocumented_behaviour=True,
        follows_redirects=True,
    )


def _connection_scenarios(builder: ScenarioBuilder) -> Iterator[Scenario]:
    ok, body = builder.contract.protocol.success_status, encode_json(builder.bodies.success(is_sample_field))
    whole = complete_response(ok, JSON_HEADERS, body)
    title = f"a reply in {_SLOW_PIECES} pieces with pauses"
    yield _robustness_scenario(
        builder, "network.slow/pieces", title, slow_response(whole, _SLOW_PIECES, _SLOW_PAUSE), RESULT_ONLY
    )
    yield _robustness_scenario(
        builder, "network.dropped/closed", "the connection is closed before a reply", closed_connection()
    )
    yield _robustness_scenario(
        builder, "network.dropped/reset", "the connection is reset before a reply", reset_connection()
    )
    yield _robustness_scenario(
        builder,
        "network.broken/closed",
        "the connection is closed within the body",
        truncated_response(ok, JSON_HEADERS, body, len(body) // 2),
    )
    yield _robustness_scenario(builder, "network.stalled/silent", "no reply comes", stalled_response())
    yield _robustness_scenario(
        builder, "network.stalled/half", "half a reply comes", stalled_response(ok, JSON_HEADERS, body)
    )
