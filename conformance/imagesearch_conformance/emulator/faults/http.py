"""Defects of what stands around a body: statuses, redirects, declarations, and pages that a proxy puts in its place."""

from __future__ import annotations

import json
from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.effects import KNOWN_FORM
from imagesearch_conformance.model.wire import WireReply

#: Statuses from here on say that a request failed.
_FAILURES = 400

_PAGE = b"<html><head><title>Error</title></head><body><center>gateway</center></body></html>"


def _successes(change: Callable[[WireReply], WireReply]) -> Hook[WireReply]:
    return lambda reply, _about: change(reply) if reply.status < _FAILURES else reply


def _failures(change: Callable[[WireReply], WireReply]) -> Hook[WireReply]:
    return lambda reply, _about: change(reply) if reply.status >= _FAILURES else reply


def _to_page(reply: WireReply) -> WireReply:
    return WireReply(302, (("Location", "/error.html"), *reply.headers))


def _to_https(reply: WireReply, about: Circumstances) -> WireReply:
    """What is sent by GET is asked to come again by HTTPS."""
    host, target = about.request.header("host") or "", about.request.target
    place = (("Location", f"https://{host}{target}"), *reply.headers)
    return WireReply(301, place) if about.request.method == "GET" else reply


def _page(reply: WireReply) -> WireReply:
    return WireReply(reply.status, (("Content-Type", "text/html"),), _PAGE)


def _xml(reply: WireReply) -> WireReply:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in json.loads(reply.body).items())
    return WireReply(reply.status, (("Content-Type", "text/xml"),), f"<Error>{fields}</Error>".encode())


def _without_body(reply: WireReply) -> WireReply:
    return evolve(reply, body=b"")


FAULTS = (
    Fault(
        "success-status-201",
        "Successes come with HTTP status 201.",
        ("response.success.consistent",),
        reply=_successes(lambda reply: evolve(reply, status=201)),
    ),
    Fault("errors-as-page", "Errors are web pages.", ("wire.json", "wire.contenttype"), reply=_failures(_page)),
    Fault("errors-as-xml", "Errors are in XML.", ("wire.json", "wire.contenttype"), reply=_failures(_xml)),
    Fault("errors-without-body", "Errors have no body.", ("wire.json",), reply=_failures(_without_body)),
    Fault(
        "errors-redirected",
        "Errors lead to a web page.",
        (*KNOWN_FORM, "wire.json"),
        reply=_failures(_to_page),
    ),
    Fault(
        "get-redirected",
        "A request by GET is sent to the same place by HTTPS.",
        ("silence.method", "wire.json"),
        reply=_to_https,
    ),
    Fault(
        "content-type-html",
        "The body is declared as HTML.",
        ("wire.contenttype",),
        reply=lambda reply, _: evolve(reply, headers=(("Content-Type", "text/html;charset=utf-8"),)),
    ),
    Fault(
        "content-type-of-errors",
        "Errors are declared as HTML.",
        ("wire.contenttype",),
        reply=_failures(lambda reply: evolve(reply, headers=(("Content-Type", "text/html"),))),
    ),
)
