"""Defects of the bytes of a reply."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults.builders import change_field


def _changed_body_fault(name: str, description: str, change: Callable[[bytes], bytes], *also_violates: str) -> Fault:
    return Fault(
        name,
        description,
        ("wire.json", *also_violates),
        response=lambda reply, _context: evolve(reply, body=change(reply.body)),
    )


def _encode_twice(text: str) -> str:
    return text.encode().decode("latin-1")


def _encode_as_latin1(body: bytes) -> bytes:
    return body.decode().encode("latin-1", "replace")


def _repeat_key(body: bytes) -> bytes:
    return body.replace(b"{", b'{"RequestId":"first",', 1)


def _insert_invalid_byte(body: bytes) -> bytes:
    """One byte that UTF-8 never has, in a text that says nothing."""
    return body.replace(b'"Msg":"', b'"Msg":"\xff')


FAULTS = (
    Fault(
        "names-mojibake",
        "PicName is encoded twice.",
        ("wire.nonascii",),
        success_body=change_field("Auctions/*/PicName", _encode_twice),
    ),
    _changed_body_fault(
        "body-with-bom", "The body begins with a byte order mark.", lambda body: b"\xef\xbb\xbf" + body
    ),
    _changed_body_fault("body-as-latin", "The body is encoded in Latin-1.", _encode_as_latin1, "wire.nonascii"),
    _changed_body_fault("body-truncated", "The body ends too early.", lambda body: body[:-1]),
    _changed_body_fault("body-empty", "The body is empty.", lambda _: b""),
    _changed_body_fault(
        "body-trailing", "Something follows the JSON value.", lambda body: body + b"\n<!-- served by node 7 -->"
    ),
    _changed_body_fault("body-key-twice", "A field stands in the object twice.", _repeat_key),
    _changed_body_fault(
        "body-not-a-number",
        "A score is NaN, which JSON has not.",
        lambda body: body.replace(b'"Score":1.0', b'"Score":NaN'),
        "response.auctions.score.type",
    ),
    _changed_body_fault("body-html", "The body is a web page.", lambda _: b"<html><body>It works!</body></html>"),
    _changed_body_fault("body-invalid-utf8", "The body has a byte that UTF-8 never has.", _insert_invalid_byte),
)
