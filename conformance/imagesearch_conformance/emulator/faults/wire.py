"""Faults on the wire: encoding of names, bytes of the body, status and headers."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, unquote

from attrs import evolve

from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.builders import DOCUMENTED_REJECTIONS, change_field
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.signing.encoding import Pairs

#: The last code point that takes three bytes in UTF-8.
_MAX_THREE_BYTE_CODE_POINT = 0xFFFF

#: The fields with the names of an image.
_NAME_FIELDS = ("ProductId", "PicName")


def _name_decoding_fault(name: str, description: str, violates: tuple[str, ...], decode: Callable[[str], str]) -> Fault:
    """A fault that changes the names of the image in requests."""

    def hook(pairs: Pairs, context: FaultContext) -> Pairs:
        names = context.contract.image.parameters
        return tuple((key, decode(value) if key in names else value) for key, value in pairs)

    return Fault(name, description, violates, parameters=hook)


def _decode_as_latin1(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


def _drop_four_byte_characters(text: str) -> str:
    """Return the text as stored by a database with characters of at most three bytes."""
    return "".join(character for character in text if ord(character) <= _MAX_THREE_BYTE_CODE_POINT)


def _decompose(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _drop_accents(text: str) -> str:
    return "".join(character for character in _decompose(text) if not unicodedata.combining(character))


def _name_encoding_fault(name: str, description: str, violates: tuple[str, ...], encode: Callable[[str], str]) -> Fault:
    """A fault that changes the names of images in responses."""

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        entries = [{**entry, **{key: encode(entry[key]) for key in _NAME_FIELDS}} for entry in body["Auctions"]]
        return {**body, "Auctions": entries}

    return Fault(name, description, violates, success_body=hook)


def _changed_body_fault(name: str, description: str, change: Callable[[bytes], bytes], *also_violates: str) -> Fault:
    return Fault(
        name,
        description,
        ("wire.json", *also_violates),
        response=lambda response, _context: evolve(response, body=change(response.body)),
    )


def _encode_twice(text: str) -> str:
    return text.encode().decode("latin-1")


def _encode_as_latin1(body: bytes) -> bytes:
    return body.decode().encode("latin-1", "replace")


def _repeat_key(body: bytes) -> bytes:
    return body.replace(b"{", b'{"RequestId":"first",', 1)


def _insert_invalid_byte(body: bytes) -> bytes:
    # Msg has no meaning of its own, so nothing else is violated.
    return body.replace(b'"Msg":"', b'"Msg":"\xff')


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
    _name_decoding_fault(
        "plus-decoded-twice",
        "A plus sign in a name is decoded as a space.",
        ("wire.reserved",),
        lambda text: text.replace("+", " "),
    ),
    _name_decoding_fault(
        "space-kept-as-plus",
        "A space in a name is decoded as a plus sign.",
        ("wire.spaces",),
        lambda text: text.replace(" ", "+"),
    ),
    _name_decoding_fault("percent-decoded-twice", "Names are percent-decoded twice.", ("wire.reserved",), unquote),
    _name_decoding_fault("names-read-as-latin", "Names are decoded as Latin-1.", ("wire.nonascii",), _decode_as_latin1),
    _name_decoding_fault("names-trimmed", "White space around a name is removed.", ("wire.spaces",), str.strip),
    _name_decoding_fault(
        "names-lower-case",
        "Names in requests are converted to lower case.",
        ("image.exact", "wire.nonascii", "wire.reserved"),
        str.lower,
    ),
    _name_decoding_fault(
        "quotes-stripped",
        "Quotation marks are removed from names.",
        ("wire.quotes",),
        lambda text: text.replace('"', "").replace("'", ""),
    ),
    _name_decoding_fault(
        "names-cut-at-ampersand",
        "Names are cut at an ampersand.",
        ("wire.reserved",),
        lambda text: text.partition("&")[0],
    ),
    _name_decoding_fault(
        "names-ascii-only",
        "Non-ASCII characters are removed from names.",
        ("wire.nonascii",),
        lambda text: text.encode("ascii", "ignore").decode(),
    ),
    _name_decoding_fault(
        "names-three-bytes",
        "Characters of four bytes in UTF-8 are removed from names.",
        ("wire.nonascii",),
        _drop_four_byte_characters,
    ),
    _name_decoding_fault("accents-lost", "Accents are removed from names.", ("wire.nonascii",), _drop_accents),
    _name_decoding_fault(
        "spaces-collapsed",
        "Repeated spaces in a name are collapsed into one.",
        ("wire.spaces",),
        lambda text: re.sub(" +", " ", text),
    ),
    _name_decoding_fault(
        "names-without-folder",
        "Everything up to the last slash is removed from names.",
        ("wire.reserved",),
        lambda text: text.rpartition("/")[2],
    ),
    _name_decoding_fault(
        "names-cut-at-hash", "Names are cut at a number sign.", ("wire.reserved",), lambda text: text.partition("#")[0]
    ),
    _name_decoding_fault(
        "names-unescaped", "HTML character references in names are decoded.", ("wire.reserved",), unescape
    ),
    _name_encoding_fault(
        "names-escaped", "Names in responses are HTML-escaped.", ("wire.reserved", "wire.quotes"), escape
    ),
    _name_encoding_fault(
        "names-encoded",
        "Names in responses are percent-encoded.",
        ("wire.nonascii", "wire.reserved", "wire.spaces", "wire.quotes"),
        quote,
    ),
    _name_encoding_fault(
        "names-shown-in-lower-case",
        "Names in responses are in lower case.",
        ("wire.nonascii", "wire.reserved"),
        str.lower,
    ),
    Fault(
        "names-mojibake",
        "PicName in responses is encoded twice.",
        ("wire.nonascii",),
        success_body=change_field("Auctions/*/PicName", _encode_twice),
    ),
    _changed_body_fault(
        "body-with-bom", "The body begins with a byte order mark.", lambda body: b"\xef\xbb\xbf" + body
    ),
    _changed_body_fault("body-as-latin", "The body is encoded in Latin-1.", _encode_as_latin1, "wire.nonascii"),
    _changed_body_fault("body-truncated", "The last byte of the body is missing.", lambda body: body[:-1]),
    _changed_body_fault("body-empty", "The body is empty.", lambda _: b""),
    _changed_body_fault(
        "body-trailing",
        "The body contains text after the JSON value.",
        lambda body: body + b"\n<!-- served by node 7 -->",
    ),
    _changed_body_fault("body-key-twice", "The body contains a duplicate key.", _repeat_key),
    _changed_body_fault(
        "body-not-a-number",
        "Score is NaN, which JSON does not allow.",
        lambda body: body.replace(b'"Score":1.0', b'"Score":NaN'),
        "response.auctions.score.type",
    ),
    _changed_body_fault("body-html", "The body is an HTML document.", lambda _: b"<html><body>It works!</body></html>"),
    _changed_body_fault(
        "body-invalid-utf8", "The body contains a byte that is invalid in UTF-8.", _insert_invalid_byte
    ),
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
