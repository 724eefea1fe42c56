"""Defects of what stands around a body: statuses, redirects, declarations, and pages that a proxy puts in its place."""

from __future__ import annotations

import json
from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.model.wire import WireReply

#: Statuses from here on say that a request failed.
_FAILURES = 400

_PAGE = b"<html><head><title>Error</title></head><body><center>gateway</center></body></html>"


def _successes(change: Callable[[WireReply], WireReply]) -> Hook[WireReply]:
    return lambda reply, _about: change(reply) if reply.status < _FAILURES else reply


def _failures(change: Callable[[WireReply], WireReply]) -> Hook[WireReply]:
    return lambda reply, _about: change(reply) if reply.status >= _FAILURES else reply


def _declared(name: str, description: str, value: str) -> Fault:
    return Fault(name, description, reply=lambda reply, _: evolve(reply, headers=(("Content-Type", value),)))


def _redirect(status: int, place: str) -> Hook[WireReply]:
    def hook(_reply: WireReply, about: Circumstances) -> WireReply:
        host = about.request.header("host") or ""
        return WireReply(status, (("Location", place.format(host=host, target=about.request.target)),))

    return hook


def _page(reply: WireReply) -> WireReply:
    return WireReply(reply.status, (("Content-Type", "text/html"),), _PAGE)


def _xml(reply: WireReply) -> WireReply:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in json.loads(reply.body).items())
    return WireReply(reply.status, (("Content-Type", "text/xml"),), f"<Error>{fields}</Error>".encode())


def _without_body(reply: WireReply) -> WireReply:
    return evolve(reply, body=b"")


def _denied_by_proxy(reply: WireReply, about: Circumstances) -> WireReply:
    """Too many requests are stopped before they reach the service, in another form."""
    denied = reply.status >= _FAILURES and about.contract.errors.denies(json.loads(reply.body).get("Code"))
    return WireReply(429, (("Content-Type", "text/plain"),), b"Too Many Requests") if denied else reply


FAULTS = (
    Fault(
        "success-status-201",
        "Successes come with HTTP status 201.",
        reply=_successes(lambda reply: evolve(reply, status=201)),
    ),
    Fault(
        "success-status-206",
        "Successes come with HTTP status 206.",
        reply=_successes(lambda reply: evolve(reply, status=206)),
    ),
    Fault(
        "success-status-204",
        "Successes come with HTTP status 204 and no body.",
        reply=_successes(lambda reply: evolve(reply, status=204, body=b"")),
    ),
    Fault(
        "success-status-500",
        "Successes come with HTTP status 500.",
        reply=_successes(lambda reply: evolve(reply, status=500)),
    ),
    Fault(
        "redirected-elsewhere", "Every request is sent elsewhere.", reply=_redirect(302, "http://other.example{target}")
    ),
    Fault(
        "redirected-to-https",
        "Every request is sent to the same place by HTTPS.",
        reply=_redirect(301, "https://{host}{target}"),
    ),
    Fault("errors-as-page", "Errors are web pages.", reply=_failures(_page)),
    Fault("errors-as-xml", "Errors are in XML.", reply=_failures(_xml)),
    Fault("errors-without-body", "Errors have no body.", reply=_failures(_without_body)),
    Fault("throttling-by-proxy", "Too many requests are refused by a proxy, in plain text.", reply=_denied_by_proxy),
    Fault(
        "content-type-html",
        "The body is declared as HTML.",
        reply=lambda reply, _: evolve(reply, headers=(("Content-Type", "text/html;charset=utf-8"),)),
    ),
    Fault("content-type-missing", "The body is not declared.", reply=lambda reply, _: evolve(reply, headers=())),
    _declared("content-type-plain", "The body is declared as plain text.", "text/plain"),
    _declared("content-type-octets", "The body is declared as octets.", "application/octet-stream"),
    _declared("content-type-xml", "The body is declared as XML.", "application/xml"),
    _declared("content-type-script", "The body is declared as a script.", "text/javascript;charset=utf-8"),
    _declared(
        "content-type-form", "The body is declared as a form, like the request.", "application/x-www-form-urlencoded"
    ),
    _declared("content-type-charset", "The body is declared as Latin-1.", "application/json;charset=iso-8859-1"),
    Fault(
        "content-type-of-errors",
        "Errors are declared as HTML.",
        reply=_failures(lambda reply: evolve(reply, headers=(("Content-Type", "text/html"),))),
    ),
)
