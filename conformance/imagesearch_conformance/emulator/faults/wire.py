"""Faults of the bytes of a response body."""

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


FAULTS = (
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
)
