"""Faults of HTTP: statuses, redirects, content types, and documents that a proxy sends instead of the body."""

from __future__ import annotations

import json
from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.requirement_sets import DOCUMENTED_REJECTIONS
from imagesearch_conformance.model.wire import WireResponse

#: The lowest status of error responses.
_MIN_ERROR_STATUS = 400

_HTML_PAGE = b"<html><head><title>Error</title></head><body><center>gateway</center></body></html>"


def _on_success(change: Callable[[WireResponse], WireResponse]) -> Hook[WireResponse]:
    return lambda response, _context: change(response) if response.status < _MIN_ERROR_STATUS else response


def _on_error(change: Callable[[WireResponse], WireResponse]) -> Hook[WireResponse]:
    return lambda response, _context: change(response) if response.status >= _MIN_ERROR_STATUS else response


def _redirect_to_page(response: WireResponse) -> WireResponse:
    return WireResponse(302, (("Location", "/error.html"), *response.headers))


def _redirect_to_https(response: WireResponse, context: FaultContext) -> WireResponse:
    """Redirect GET requests to HTTPS."""
    host, target = context.request.header("host") or "", context.request.target
    headers = (("Location", f"https://{host}{target}"), *response.headers)
    return WireResponse(301, headers) if context.request.method == "GET" else response


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
        "Success responses have HTTP status 201.",
        ("response.success.consistent",),
        response=_on_success(lambda response: evolve(response, status=201)),
    ),
    Fault(
        "errors-as-page",
        "Error responses are HTML documents.",
        ("wire.json", "wire.contenttype"),
        response=_on_error(_replace_with_html),
    ),
    Fault(
        "errors-as-xml",
        "Error responses are in XML.",
        ("wire.json", "wire.contenttype"),
        response=_on_error(_convert_to_xml),
    ),
    Fault("errors-without-body", "Error responses have no body.", ("wire.json",), response=_on_error(_drop_body)),
    Fault(
        "errors-redirected",
        "Errors redirect to an HTML document.",
        (*DOCUMENTED_REJECTIONS, "wire.json"),
        response=_on_error(_redirect_to_page),
    ),
    Fault(
        "get-redirected",
        "GET requests are redirected to HTTPS.",
        ("silence.method", "wire.json"),
        response=_redirect_to_https,
    ),
    Fault(
        "content-type-html",
        "The Content-Type of responses is text/html.",
        ("wire.contenttype",),
        response=lambda response, _: evolve(response, headers=(("Content-Type", "text/html;charset=utf-8"),)),
    ),
    Fault(
        "content-type-of-errors",
        "The Content-Type of error responses is text/html.",
        ("wire.contenttype",),
        response=_on_error(lambda response: evolve(response, headers=(("Content-Type", "text/html"),))),
    ),
)
