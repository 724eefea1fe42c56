"""Defects of what stands around a body: statuses, redirects, declarations, and pages that a proxy puts in its place."""

from __future__ import annotations

import json
from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.requirement_sets import DOCUMENTED_REJECTIONS
from imagesearch_conformance.model.wire import WireResponse

#: Statuses from here on say that a request failed.
_MIN_ERROR_STATUS = 400

_HTML_PAGE = b"<html><head><title>Error</title></head><body><center>gateway</center></body></html>"


def _on_success(change: Callable[[WireResponse], WireResponse]) -> Hook[WireResponse]:
    return lambda response, _context: change(response) if response.status < _MIN_ERROR_STATUS else response


def _on_error(change: Callable[[WireResponse], WireResponse]) -> Hook[WireResponse]:
    return lambda response, _context: change(response) if response.status >= _MIN_ERROR_STATUS else response


def _redirect_to_page(response: WireResponse) -> WireResponse:
    return WireResponse(302, (("Location", "/error.html"), *response.headers))


def _redirect_to_https(response: WireResponse, context: FaultContext) -> WireResponse:
    """What is sent by GET is asked to come again by HTTPS."""
    host, target = context.request.header("host") or "", context.request.target
    place = (("Location", f"https://{host}{target}"), *response.headers)
    return WireResponse(301, place) if context.request.method == "GET" else response


def _replace_with_html(response: WireResponse) -> WireResponse:
    return WireResponse(response.status, (("Content-Type", "text/html"),), _HTML_PAGE)


def _convert_to_xml(response: WireResponse) -> WireResponse:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in json.loads(response.body).items())
    return WireResponse(response.status, (("Content-Type", "text/xml"),), f"<Error>{fields}</Error>".encode())


def _drop_body(response: WireResponse) -> WireResponse:
    return evolve(response, body=b"")


FAULTS = (
    Fault(
        "success-status-201",
        "Successes come with HTTP status 201.",
        ("response.success.consistent",),
        response=_on_success(lambda reply: evolve(reply, status=201)),
    ),
    Fault(
        "errors-as-page",
        "Errors are web pages.",
        ("wire.json", "wire.contenttype"),
        response=_on_error(_replace_with_html),
    ),
    Fault(
        "errors-as-xml", "Errors are in XML.", ("wire.json", "wire.contenttype"), response=_on_error(_convert_to_xml)
    ),
    Fault("errors-without-body", "Errors have no body.", ("wire.json",), response=_on_error(_drop_body)),
    Fault(
        "errors-redirected",
        "Errors lead to a web page.",
        (*DOCUMENTED_REJECTIONS, "wire.json"),
        response=_on_error(_redirect_to_page),
    ),
    Fault(
        "get-redirected",
        "A request by GET is sent to the same place by HTTPS.",
        ("silence.method", "wire.json"),
        response=_redirect_to_https,
    ),
    Fault(
        "content-type-html",
        "The body is declared as HTML.",
        ("wire.contenttype",),
        response=lambda reply, _: evolve(reply, headers=(("Content-Type", "text/html;charset=utf-8"),)),
    ),
    Fault(
        "content-type-of-errors",
        "Errors are declared as HTML.",
        ("wire.contenttype",),
        response=_on_error(lambda reply: evolve(reply, headers=(("Content-Type", "text/html"),))),
    ),
)
