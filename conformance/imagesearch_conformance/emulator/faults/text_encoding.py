"""Faults of decoding and encoding the names of images."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, unquote

from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext
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
)
