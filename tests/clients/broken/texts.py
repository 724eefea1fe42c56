"""Clients that change texts, or encode them wrongly."""

import html
import re
import unicodedata
from urllib.parse import quote

from .changing import Changing
from .steps import Client, defect

HARD = ("wire.reserved", "wire.spaces", "wire.quotes", "wire.nonascii")


@defect("productid.required", "picname.required", plays=("*.required/letters",))
class LowersNames(Changing):
    """Writes the names of images in lower case."""

    def string(self, name, value):
        return value.lower() if name in {"ProductId", "PicName"} else value


@defect("wire.spaces", plays=("wire.*",))
class Trims(Changing):
    """Takes spaces off both ends of texts."""

    def string(self, _, value):
        return value.strip()


@defect("wire.spaces", plays=("wire.*",))
class JoinsSpaces(Changing):
    """Makes one space of several."""

    def string(self, _, value):
        return re.sub(" +", " ", value)


@defect("wire.nonascii", plays=("wire.*",))
class Normalises(Changing):
    """Composes characters (NFC)."""

    def string(self, _, value):
        return unicodedata.normalize("NFC", value)


@defect("wire.nonascii", also=("filter.maxlength", "*.type"), plays=("wire.*",))
class WritesLatin(Changing):
    """Encodes texts in Latin-1."""

    def quoted(self, text):
        return quote(text, safe="-_.~", encoding="latin-1", errors="replace")


@defect("wire.nonascii", plays=("wire.*",))
class DropsAstral(Changing):
    """Leaves out characters beyond 16 bits."""

    def string(self, _, value):
        return "".join(one for one in value if ord(one) < 0x10000)


@defect(*HARD, "filter.optional", also=("filter.*", "*.type"), plays=("wire.*",))
class EncodesTwice(Client):
    """Percent-encodes what is percent-encoded."""

    def quoted(self, text):
        return super().quoted(super().quoted(text))


@defect("wire.reserved", plays=("wire.*",))
class KeepsPlus(Client):
    """Leaves + as it is, which means a space in forms."""

    def quoted(self, text):
        return super().quoted(text).replace("%2B", "+")


@defect("wire.reserved", plays=("wire.*",))
class KeepsEscapes(Client):
    """Takes what looks percent-encoded for percent-encoded."""

    def quoted(self, text):
        return re.sub("%25([0-9A-F]{2})", r"%\1", super().quoted(text))


@defect("wire.quotes", plays=("wire.*",))
class EscapesQuotes(Changing):
    """Doubles single quotes."""

    def string(self, _, value):
        return value.replace("'", "''")


@defect("wire.reserved", "wire.quotes", "filter.optional", also=("filter.*", "wire.*"), plays=("wire.*",))
class EscapesMarkup(Changing):
    """Escapes texts for HTML."""

    def string(self, _, value):
        return html.escape(value)
