"""Defects of decoding and of showing names: they come out as others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, unquote

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.success_body import JsonObject
from imagesearch_conformance.signing.encoding import Pairs

#: The last character of three bytes in UTF-8.
_MAX_THREE_BYTE_CODE_POINT = 0xFFFF

#: The fields that hold the name of an image.
_NAME_FIELDS = ("ProductId", "PicName")


def _name_decoding_fault(name: str, description: str, violates: tuple[str, ...], decode: Callable[[str], str]) -> Fault:
    """All values of the image's names pass through the function."""

    def hook(pairs: Pairs, context: FaultContext) -> Pairs:
        names = context.contract.image.parameters
        return tuple((key, decode(value) if key in names else value) for key, value in pairs)

    return Fault(name, description, violates, parameters=hook)


def _decode_as_latin1(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


def _drop_four_byte_characters(text: str) -> str:
    """The text as a database keeps it whose characters have three bytes at most."""
    return "".join(one for one in text if ord(one) <= _MAX_THREE_BYTE_CODE_POINT)


def _decompose(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _drop_accents(text: str) -> str:
    return "".join(one for one in _decompose(text) if not unicodedata.combining(one))


def _name_encoding_fault(name: str, description: str, violates: tuple[str, ...], encode: Callable[[str], str]) -> Fault:
    """The names in a reply pass through the function."""

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        shown = [{**one, **{key: encode(one[key]) for key in _NAME_FIELDS}} for one in body["Auctions"]]
        return {**body, "Auctions": shown}

    return Fault(name, description, violates, success_body=hook)


FAULTS = (
    _name_decoding_fault(
        "plus-decoded-twice",
        "A plus sign in a name becomes a space.",
        ("wire.reserved",),
        lambda text: text.replace("+", " "),
    ),
    _name_decoding_fault(
        "space-kept-as-plus",
        "A space in a name stays a plus sign.",
        ("wire.spaces",),
        lambda text: text.replace(" ", "+"),
    ),
    _name_decoding_fault("percent-decoded-twice", "A name is percent-decoded twice.", ("wire.reserved",), unquote),
    _name_decoding_fault("names-read-as-latin", "A name is decoded as Latin-1.", ("wire.nonascii",), _decode_as_latin1),
    _name_decoding_fault("names-trimmed", "White space around a name is lost.", ("wire.spaces",), str.strip),
    _name_decoding_fault(
        "names-lower-case",
        "Names are compared in lower case.",
        ("image.exact", "wire.nonascii", "wire.reserved"),
        str.lower,
    ),
    _name_decoding_fault(
        "quotes-stripped",
        "Quotes are lost from names.",
        ("wire.quotes",),
        lambda text: text.replace('"', "").replace("'", ""),
    ),
    _name_decoding_fault(
        "names-cut-at-ampersand",
        "A name ends at an ampersand.",
        ("wire.reserved",),
        lambda text: text.partition("&")[0],
    ),
    _name_decoding_fault(
        "names-ascii-only",
        "Characters outside ASCII are lost.",
        ("wire.nonascii",),
        lambda text: text.encode("ascii", "ignore").decode(),
    ),
    _name_decoding_fault(
        "names-three-bytes", "Characters of four bytes are lost.", ("wire.nonascii",), _drop_four_byte_characters
    ),
    _name_decoding_fault("accents-lost", "Letters lose their accents.", ("wire.nonascii",), _drop_accents),
    _name_decoding_fault(
        "spaces-collapsed",
        "Several spaces in a name become one.",
        ("wire.spaces",),
        lambda text: re.sub(" +", " ", text),
    ),
    _name_decoding_fault(
        "names-without-folder",
        "A name begins after its last slash.",
        ("wire.reserved",),
        lambda text: text.rpartition("/")[2],
    ),
    _name_decoding_fault(
        "names-cut-at-hash", "A name ends at a number sign.", ("wire.reserved",), lambda text: text.partition("#")[0]
    ),
    _name_decoding_fault(
        "names-unescaped", "Character references in names are replaced.", ("wire.reserved",), unescape
    ),
    _name_encoding_fault(
        "names-escaped", "Names come back with character references.", ("wire.reserved", "wire.quotes"), escape
    ),
    _name_encoding_fault(
        "names-encoded",
        "Names come back percent-encoded.",
        ("wire.nonascii", "wire.reserved", "wire.spaces", "wire.quotes"),
        quote,
    ),
    _name_encoding_fault(
        "names-shown-in-lower-case", "Names come back in lower case.", ("wire.nonascii", "wire.reserved"), str.lower
    ),
)
