"""Defects of decoding what a request says: names come out as others."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.signing.encoding import Pairs


def _misreading(name: str, description: str, read: Callable[[str], str]) -> Fault:
    """All values of the image's names pass through the function."""

    def hook(pairs: Pairs, about: Circumstances) -> Pairs:
        names = about.contract.image.parameters
        return tuple((key, read(value) if key in names else value) for key, value in pairs)

    return Fault(name, description, given=hook)


def _as_latin(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


FAULTS = (
    _misreading("plus-decoded-twice", "A plus sign in a name becomes a space.", lambda text: text.replace("+", " ")),
    _misreading("space-kept-as-plus", "A space in a name stays a plus sign.", lambda text: text.replace(" ", "+")),
    _misreading("percent-decoded-twice", "A name is percent-decoded twice.", unquote),
    _misreading("names-read-as-latin", "A name is decoded as Latin-1.", _as_latin),
    _misreading("names-trimmed", "White space around a name is lost.", str.strip),
    _misreading("names-lower-case", "Names are compared in lower case.", str.lower),
    _misreading("quotes-stripped", "Quotes are lost from names.", lambda text: text.replace('"', "").replace("'", "")),
    _misreading("names-cut-at-ampersand", "A name ends at an ampersand.", lambda text: text.partition("&")[0]),
    _misreading(
        "names-ascii-only", "Characters outside ASCII are lost.", lambda text: text.encode("ascii", "ignore").decode()
    ),
)
