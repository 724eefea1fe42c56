"""Clients that change numbers and texts of results."""

import json
import re
import struct

from .client import Client, defect
from .result_changes import ResultChangingClient

TEXTS = ("wire.*", "error.unknown")


@defect(
    "decoding.score", side_effects=("response.auctions.score.kept",), scenarios=("decoding.score",), only_warns=True
)
class RoundsToSingle(ResultChangingClient):
    """Rounds Score to 32 bits."""

    def change_value(self, value):
        return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value


@defect("decoding.score", "response.auctions.score.kept", scenarios=("decoding.score",))
class RoundsForPeople(ResultChangingClient):
    """Rounds Score to two places."""

    def change_value(self, value):
        return round(value, 2) if isinstance(value, float) else value


@defect("decoding.score", "response.auctions.score.kept", scenarios=("decoding.score",))
class CutsFractions(ResultChangingClient):
    """Truncates Score to an integer."""

    def change_value(self, value):
        return int(value) if isinstance(value, float) else value


@defect("decoding.endless", scenarios=("decoding.integers", "decoding.endless"), only_warns=True)
class CountsInDoubles(ResultChangingClient):
    """Rounds integers to binary64."""

    def change_value(self, value):
        return int(float(value)) if isinstance(value, int) and not isinstance(value, bool) else value


@defect("decoding.integers", side_effects=("decoding.endless",), scenarios=("decoding.integers", "decoding.endless"))
class CountsInSingles(ResultChangingClient):
    """Rounds integers to binary32."""

    def change_value(self, value):
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**60
        return int(struct.unpack("f", struct.pack("f", value))[0]) if whole and abs(value) > 2**28 else value


@defect("decoding.integers", side_effects=("decoding.endless", "response.*.kept"), scenarios=("decoding.integers",))
class CountsInShorts(ResultChangingClient):
    """Wraps integers around at 16 bits."""

    def change_value(self, value):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return (value + 2**15) % 2**16 - 2**15 if whole else value


@defect("decoding.text", side_effects=TEXTS, scenarios=("decoding.text", "error.unknown"))
class ReadsLatin(Client):
    """Decodes responses as Latin-1."""

    def parse_body(self, content):
        return super().parse_body(content.decode("latin-1").encode())


@defect("decoding.text", scenarios=("decoding.text", "error.unknown"))
class DropsControls(ResultChangingClient):
    """Replaces line breaks in texts."""

    def change_value(self, value):
        return re.sub(r"[\n\r\t]", " ", value) if isinstance(value, str) else value


@defect("decoding.text", scenarios=("decoding.text",))
class CutsTexts(ResultChangingClient):
    """Cuts texts after 4096 characters."""

    def change_value(self, value):
        return value[:4096] if isinstance(value, str) else value


@defect("decoding.text", "wire.nonascii", scenarios=("decoding.text", "wire.*"))
class KeepsAscii(ResultChangingClient):
    """Replaces characters outside ASCII by question marks."""

    def change_value(self, value):
        return value.encode("ascii", "replace").decode() if isinstance(value, str) else value


@defect("decoding.text", scenarios=("decoding.text",), side_effects=("wire.quotes", "wire.reserved"))
class EscapesTexts(ResultChangingClient):
    """Returns texts with their JSON escapes."""

    def change_value(self, value):
        return json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else value
