"""Defects of the bytes of a reply."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults.edits import changing


def _body(name: str, description: str, change: Callable[[bytes], bytes], *also: str) -> Fault:
    return Fault(
        name, description, ("wire.json", *also), reply=lambda reply, _about: evolve(reply, body=change(reply.body))
    )


def _mojibake(text: str) -> str:
    return text.encode().decode("latin-1")


def _as_latin(body: bytes) -> bytes:
    return body.decode().encode("latin-1", "replace")


def _key_twice(body: bytes) -> bytes:
    return body.replace(b"{", b'{"RequestId":"first",', 1)


def _invalid(body: bytes) -> bytes:
    """One byte that UTF-8 never has, in a text that says nothing."""
    return body.replace(b'"Msg":"', b'"Msg":"\xff')


FAULTS = (
    Fault(
        "names-mojibake",
        "PicName is encoded twice.",
        ("wire.nonascii",),
        success=changing("Auctions/*/PicName", _mojibake),
    ),
    _body("body-with-bom", "The body begins with a byte order mark.", lambda body: b"\xef\xbb\xbf" + body),
    _body("body-as-latin", "The body is encoded in Latin-1.", _as_latin, "wire.nonascii"),
    _body("body-truncated", "The body ends too early.", lambda body: body[:-1]),
    _body("body-empty", "The body is empty.", lambda _: b""),
    _body("body-trailing", "Something follows the JSON value.", lambda body: body + b"\n<!-- served by node 7 -->"),
    _body("body-key-twice", "A field stands in the object twice.", _key_twice),
    _body(
        "body-not-a-number",
        "A score is NaN, which JSON has not.",
        lambda body: body.replace(b'"Score":1.0', b'"Score":NaN'),
        "response.auctions.score.type",
    ),
    _body("body-html", "The body is a web page.", lambda _: b"<html><body>It works!</body></html>"),
    _body("body-invalid-utf8", "The body has a byte that UTF-8 never has.", _invalid),
)
