"""Clients that change texts of arguments, or encode them wrongly."""

import html
import re
import unicodedata
from urllib.parse import quote

from .argument_changes import ArgumentChangingClient
from .client import Client, defect

HARD = ("wire.reserved", "wire.spaces", "wire.quotes", "wire.nonascii")


@defect("productid.required", "picname.required", scenarios=("*.required/letters",))
class LowersNames(ArgumentChangingClient):
    """Sends the names of images in lower case."""

    def change_text(self, name, value):
        return value.lower() if name in {"ProductId", "PicName"} else value


@defect("wire.spaces", scenarios=("wire.*",))
class Trims(ArgumentChangingClient):
    """Strips spaces at both ends of texts."""

    def change_text(self, _, value):
        return value.strip()


@defect("wire.spaces", scenarios=("wire.*",))
class JoinsSpaces(ArgumentChangingClient):
    """Collapses spaces."""

    def change_text(self, _, value):
        return re.sub(" +", " ", value)


@defect("wire.nonascii", scenarios=("wire.*",))
class Normalises(ArgumentChangingClient):
    """Normalises texts to NFC."""

    def change_text(self, _, value):
        return unicodedata.normalize("NFC", value)


@defect("wire.nonascii", side_effects=("filter.maxlength", "*.type"), scenarios=("wire.*",))
class WritesLatin(ArgumentChangingClient):
    """Encodes texts in Latin-1."""

    def percent_encode(self, text):
        return quote(text, safe="-_.~", encoding="latin-1", errors="replace")


@defect("wire.nonascii", scenarios=("wire.*",))
class DropsAstral(ArgumentChangingClient):
    """Drops characters beyond 16 bits."""

    def change_text(self, _, value):
        return "".join(character for character in value if ord(character) < 0x10000)


@defect(*HARD, "filter.optional", side_effects=("filter.*", "*.type"), scenarios=("wire.*",))
class EncodesTwice(Client):
    """Percent-encodes twice."""

    def percent_encode(self, text):
        return super().percent_encode(super().percent_encode(text))


@defect("wire.reserved", scenarios=("wire.*",))
class KeepsPlus(Client):
    """Does not encode +, which means a space in forms."""

    def percent_encode(self, text):
        return super().percent_encode(text).replace("%2B", "+")


@defect("wire.reserved", scenarios=("wire.*",))
class KeepsEscapes(Client):
    """Does not encode text that looks percent-encoded."""

    def percent_encode(self, text):
        return re.sub("%25([0-9A-F]{2})", r"%\1", super().percent_encode(text))


@defect("wire.quotes", scenarios=("wire.*",))
class EscapesQuotes(ArgumentChangingClient):
    """Doubles single quotes."""

    def change_text(self, _, value):
        return value.replace("'", "''")


@defect("wire.reserved", "wire.quotes", "filter.optional", side_effects=("filter.*", "wire.*"), scenarios=("wire.*",))
class EscapesMarkup(ArgumentChangingClient):
    """Escapes texts for HTML."""

    def change_text(self, _, value):
        return html.escape(value)
