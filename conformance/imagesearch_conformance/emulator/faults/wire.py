"""Defects of the bytes of a reply."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault, Hook
from imagesearch_conformance.emulator.faults.edits import changing
from imagesearch_conformance.model.wire import WireReply


def _body(name: str, description: str, change: Callable[[bytes], bytes]) -> Fault:
    return Fault(name, description, reply=lambda reply, _about: evolve(reply, body=change(reply.body)))


def _content_type(value: str) -> Hook[WireReply]:
    return lambda reply, _about: evolve(reply, headers=(("Content-Type", value),))


def _mojibake(text: str) -> str:
    return text.encode().decode("latin-1")


def _as_latin(body: bytes) -> bytes:
    return body.decode().encode("latin-1", "replace")


def _key_twice(body: bytes) -> bytes:
    return body.replace(b"{", b'{"RequestId":"first",', 1)


FAULTS = (
    Fault("names-mojibake", "PicName is encoded twice.", success=changing("Auctions/*/PicName", _mojibake)),
    Fault("products-mojibake", "ProductId is encoded twice.", success=changing("Auctions/*/ProductId", _mojibake)),
    _body("body-with-bom", "The body begins with a byte order mark.", lambda body: b"\xef\xbb\xbf" + body),
    _body("body-as-latin", "The body is encoded in Latin-1.", _as_latin),
    _body("body-truncated", "The body ends too early.", lambda body: body[:-1]),
    _body("body-empty", "The body is empty.", lambda _: b""),
    _body("body-trailing", "Something follows the JSON value.", lambda body: body + b"\n<!-- served by node 7 -->"),
    _body("body-in-array", "The object is the one item of an array.", lambda body: b"[" + body + b"]"),
    _body("body-key-twice", "A field stands in the object twice.", _key_twice),
    _body(
        "body-not-a-number",
        "A score is NaN, which JSON has not.",
        lambda body: body.replace(b'"Score":1.0', b'"Score":NaN'),
    ),
    _body("body-html", "The body is a web page.", lambda _: b"<html><body>It works!</body></html>"),
    Fault("content-type-html", "The body is declared as HTML.", reply=_content_type("text/html;charset=utf-8")),
    Fault("content-type-missing", "The body is not declared.", reply=lambda reply, _: evolve(reply, headers=())),
)
