"""Scenarios about what no page describes: replies that make no sense, redirects, connections that break."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.clients.plays import cut, http, redirect, reset, silent, slow, stalled
from imagesearch_conformance.clients.replies import encoded, usual
from imagesearch_conformance.clients.scenario import EITHER, RESULT, SENSELESS, Scenario
from imagesearch_conformance.clients.script import Play, Script
from imagesearch_conformance.clients.workshop import JSON, Bench
from imagesearch_conformance.model.client import Answered

_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_PAGE = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: A gateway that cannot reach what is behind it (RFC 9110 section 15.6.3).
_BAD_GATEWAY = 502

#: Redirects (RFC 9110 section 15.4): one after which clients change the method, one after which they must not.
_REDIRECTS = (302, 307)

_SLOW_PIECES, _SLOW_PAUSE = 8, 0.05

_ANYTHING = frozenset(Answered) - {Answered.BROKEN}


def breaking(bench: Bench) -> Iterator[Scenario]:
    """Every scenario of this kind; those that take the longest come last."""
    yield from _senseless(bench)
    yield from _redirects(bench)
    yield from _connections(bench)


def _robust(bench: Bench, case_id: str, title: str, play: Play, hoped: frozenset[Answered] = SENSELESS) -> Scenario:
    return bench.scenario(case_id, title, Script((play,)), hoped, robust=True)


def _senseless(bench: Bench) -> Iterator[Scenario]:
    ok, body = bench.contract.protocol.success, encoded(bench.replies.success(usual))
    for status in (ok, _BAD_GATEWAY):
        yield _robust(
            bench, f"malformed.html/{status}", f"a page in HTML with status {status}", http(status, _HTML, _PAGE)
        )
        yield _robust(bench, f"malformed.empty/{status}", f"no body with status {status}", http(status, JSON, b""))
    for variant, length in (("half", len(body) // 2), ("last", len(body) - 1)):
        title = f"JSON that ends after {length} of {len(body)} bytes"
        yield _robust(bench, f"malformed.truncated/{variant}", title, http(ok, JSON, body[:length]))
    for variant, text in (("null", b"null"), ("array", b"[]"), ("text", b'"success"'), ("number", b"0")):
        yield _robust(bench, f"malformed.other/{variant}", f"the body is {text.decode()}", http(ok, JSON, text))
    plain = (("Content-Type", "text/plain"),)
    yield _robust(bench, "malformed.contenttype/plain", "JSON declared as plain text", http(ok, plain, body), EITHER)
    yield _robust(bench, "malformed.contenttype/none", "JSON without a content type", http(ok, (), body), EITHER)
    marked = http(ok, JSON, _BYTE_ORDER_MARK + body)
    yield _robust(bench, "malformed.bom/success", "a byte order mark before the JSON", marked, EITHER)


def _redirects(bench: Bench) -> Iterator[Scenario]:
    for status in _REDIRECTS:
        script = Script((redirect(status, f"{bench.elsewhere}/"),), (bench.success(),))
        title = f"a redirect to another host, with status {status}"
        yield bench.scenario(f"redirect.credentials/{status}", title, script, _ANYTHING, robust=True, wanders=True)
    endless = Script((redirect(_REDIRECTS[-1], f"{bench.target.endpoint}/"),))
    title = "a redirect to the same address, without end"
    yield bench.scenario("redirect.endless/same", title, endless, SENSELESS, robust=True, wanders=True)


def _connections(bench: Bench) -> Iterator[Scenario]:
    ok, body = bench.contract.protocol.success, encoded(bench.replies.success(usual))
    whole = http(ok, JSON, body)
    title = f"a reply in {_SLOW_PIECES} pieces with pauses"
    yield _robust(bench, "network.slow/pieces", title, slow(whole, _SLOW_PIECES, _SLOW_PAUSE), RESULT)
    yield _robust(bench, "network.dropped/closed", "the connection is closed before a reply", silent())
    yield _robust(bench, "network.dropped/reset", "the connection is reset before a reply", reset())
    yield _robust(
        bench, "network.broken/closed", "the connection is closed within the body", cut(ok, JSON, body, len(body) // 2)
    )
    yield _robust(bench, "network.stalled/silent", "no reply comes", stalled())
    yield _robust(bench, "network.stalled/half", "half a reply comes", stalled(ok, JSON, body))
