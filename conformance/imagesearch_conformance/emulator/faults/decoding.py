"""Defects of decoding and of showing names: they come out as others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, unquote

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.signing.encoding import Pairs

#: The last character of three bytes in UTF-8.
_THREE_BYTES = 0xFFFF

#: The fields that hold the name of an image.
_SHOWN = ("ProductId", "PicName")


def _misreading(name: str, description: str, breaks: tuple[str, ...], read: Callable[[str], str]) -> Fault:
    """All values of the image's names pass through the function."""

    def hook(pairs: Pairs, about: Circumstances) -> Pairs:
        names = about.contract.image.parameters
        return tuple((key, read(value) if key in names else value) for key, value in pairs)

    return Fault(name, description, breaks, given=hook)


def _as_latin(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


def _without_astral(text: str) -> str:
    """The text as a database keeps it whose characters have three bytes at most."""
    return "".join(one for one in text if ord(one) <= _THREE_BYTES)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _without_accents(text: str) -> str:
    return "".join(one for one in _decomposed(text) if not unicodedata.combining(one))


def _showing(name: str, description: str, breaks: tuple[str, ...], show: Callable[[str], str]) -> Fault:
    """The names in a reply pass through the function."""

    def hook(document: Document, _about: Circumstances) -> Document:
        shown = [{**one, **{key: show(one[key]) for key in _SHOWN}} for one in document["Auctions"]]
        return {**document, "Auctions": shown}

    return Fault(name, description, breaks, success=hook)


FAULTS = (
    _misreading(
        "plus-decoded-twice",
        "A plus sign in a name becomes a space.",
        ("wire.reserved",),
        lambda text: text.replace("+", " "),
    ),
    _misreading(
        "space-kept-as-plus",
        "A space in a name stays a plus sign.",
        ("wire.spaces",),
        lambda text: text.replace(" ", "+"),
    ),
    _misreading("percent-decoded-twice", "A name is percent-decoded twice.", ("wire.reserved",), unquote),
    _misreading("names-read-as-latin", "A name is decoded as Latin-1.", ("wire.nonascii",), _as_latin),
    _misreading("names-trimmed", "White space around a name is lost.", ("wire.spaces",), str.strip),
    _misreading(
        "names-lower-case",
        "Names are compared in lower case.",
        ("image.exact", "wire.nonascii", "wire.reserved"),
        str.lower,
    ),
    _misreading(
        "quotes-stripped",
        "Quotes are lost from names.",
        ("wire.quotes",),
        lambda text: text.replace('"', "").replace("'", ""),
    ),
    _misreading(
        "names-cut-at-ampersand",
        "A name ends at an ampersand.",
        ("wire.reserved",),
        lambda text: text.partition("&")[0],
    ),
    _misreading(
        "names-ascii-only",
        "Characters outside ASCII are lost.",
        ("wire.nonascii",),
        lambda text: text.encode("ascii", "ignore").decode(),
    ),
    _misreading("names-three-bytes", "Characters of four bytes are lost.", ("wire.nonascii",), _without_astral),
    _misreading("accents-lost", "Letters lose their accents.", ("wire.nonascii",), _without_accents),
    _misreading(
        "spaces-collapsed",
        "Several spaces in a name become one.",
        ("wire.spaces",),
        lambda text: re.sub(" +", " ", text),
    ),
    _misreading(
        "names-without-folder",
        "A name begins after its last slash.",
        ("wire.reserved",),
        lambda text: text.rpartition("/")[2],
    ),
    _misreading(
        "names-cut-at-hash", "A name ends at a number sign.", ("wire.reserved",), lambda text: text.partition("#")[0]
    ),
    _misreading("names-unescaped", "Character references in names are replaced.", ("wire.reserved",), unescape),
    _showing("names-escaped", "Names come back with character references.", ("wire.reserved", "wire.quotes"), escape),
    _showing(
        "names-encoded",
        "Names come back percent-encoded.",
        ("wire.nonascii", "wire.reserved", "wire.spaces", "wire.quotes"),
        quote,
    ),
    _showing(
        "names-shown-in-lower-case", "Names come back in lower case.", ("wire.nonascii", "wire.reserved"), str.lower
    ),
)
