"""Clients that change numbers and texts of replies."""

import json
import re
import struct

from .handing import Handing
from .steps import Client, defect

TEXTS = ("wire.*", "error.unknown")


@defect("decoding.score", also=("response.auctions.score.kept",), plays=("decoding.score",), warns=True)
class RoundsToSingle(Handing):
    """Keeps Score in 32 bits."""

    def value(self, value):
        return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value


@defect("decoding.score", "response.auctions.score.kept", plays=("decoding.score",))
class RoundsForPeople(Handing):
    """Keeps two places of Score."""

    def value(self, value):
        return round(value, 2) if isinstance(value, float) else value


@defect("decoding.score", "response.auctions.score.kept", plays=("decoding.score",))
class CutsFractions(Handing):
    """Takes Score for an integer."""

    def value(self, value):
        return int(value) if isinstance(value, float) else value


@defect("decoding.endless", plays=("decoding.integers", "decoding.endless"), warns=True)
class CountsInDoubles(Handing):
    """Keeps integers in binary64."""

    def value(self, value):
        return int(float(value)) if isinstance(value, int) and not isinstance(value, bool) else value


@defect("decoding.integers", also=("decoding.endless",), plays=("decoding.integers", "decoding.endless"))
class CountsInSingles(Handing):
    """Keeps integers in binary32."""

    def value(self, value):
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**60
        return int(struct.unpack("f", struct.pack("f", value))[0]) if whole and abs(value) > 2**28 else value


@defect("decoding.integers", also=("decoding.endless", "response.*.kept"), plays=("decoding.integers",))
class CountsInShorts(Handing):
    """Keeps integers in 16 bits."""

    def value(self, value):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return (value + 2**15) % 2**16 - 2**15 if whole else value


@defect("decoding.text", also=TEXTS, plays=("decoding.text", "error.unknown"))
class ReadsLatin(Client):
    """Reads replies as Latin-1."""

    def document(self, content):
        return super().document(content.decode("latin-1").encode())


@defect("decoding.text", plays=("decoding.text", "error.unknown"))
class DropsControls(Handing):
    """Takes line breaks out of texts."""

    def value(self, value):
        return re.sub(r"[\n\r\t]", " ", value) if isinstance(value, str) else value


@defect("decoding.text", plays=("decoding.text",))
class CutsTexts(Handing):
    """Keeps no more than 4096 characters of a text."""

    def value(self, value):
        return value[:4096] if isinstance(value, str) else value


@defect("decoding.text", "wire.nonascii", plays=("decoding.text", "wire.*"))
class KeepsAscii(Handing):
    """Puts question marks where it does not know a character."""

    def value(self, value):
        return value.encode("ascii", "replace").decode() if isinstance(value, str) else value


@defect("decoding.text", plays=("decoding.text",), also=("wire.quotes", "wire.reserved"))
class EscapesTexts(Handing):
    """Hands over texts as they stand in JSON."""

    def value(self, value):
        return json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value
