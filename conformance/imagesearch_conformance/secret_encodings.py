"""How whoever echoes a text may write it down: patterns that find it in each of these ways."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from attrs import field, frozen

#: The most characters in which one character of a text is written.
MAX_ENCODED_WIDTH = 12

#: Shorter texts are not looked for in base 64 or hexadecimal, where they might stand by chance; in octets.
_MIN_ENCODED_BYTES = 8

_NAMED_ESCAPES = {"&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"], '"': ["&quot;"], "'": ["&apos;"], " ": [r"\+"]}

#: The two characters that base 64 has besides letters and digits, and those that stand for them in URLs.
_URL_SAFE = {"+": "-", "/": "_"}

#: A character that holds bits of two octets; not that of an escape before it, which has to stay whole.
_PARTIAL_CHARACTER = r"(?:(?<!\\)[A-Za-z0-9+/_-])?"

_ALPHANUMERIC = re.compile("[A-Za-z0-9]+")


def _text_pattern(text: str) -> str:
    """A pattern of the text as it stands, and as URLs, JSON and HTML write it (in URLs also twice over)."""
    return "".join(char if char.isascii() and char.isalnum() else _character_pattern(char) for char in text)


def _escaped_text_pattern(text: str) -> str:
    """The same where letters and digits may be written as numbers too."""
    return "".join(map(_character_pattern, text))


def _character_pattern(char: str) -> str:
    code = ord(char)
    octets = "".join(f"%(?:25)*{octet:02x}" for octet in char.encode("utf-8", "surrogatepass"))
    numbered = rf"\\+u{code:04x}|&#0*{code};|&#x0*{code:x};"
    ways = [
        re.escape(char) if char.isalnum() else rf"\\*{re.escape(char)}",
        f"(?i:{octets}|{numbered})",
        *_NAMED_ESCAPES.get(char, ()),
    ]
    return f"(?:{'|'.join(ways)})"


#: A stretch of base 64 or hexadecimal that is long enough for a signature.
ENCODED_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{37,}")

_HEX_RUN = re.compile(r"[0-9A-Fa-f]{56,}")


def decode_candidates(encoded: str) -> Iterator[str]:
    """What a stretch may stand for in hexadecimal and in base 64, wherever in other octets it begins."""
    for found in _HEX_RUN.findall(encoded):
        yield from (bytes.fromhex(found[at : at + (len(found) - at) // 2 * 2]).decode("latin-1") for at in range(2))
    plain = encoded.replace("-", "+").replace("_", "/") + "AAA"
    for at in range(4):
        yield base64.b64decode(plain[at : at + (len(plain) - at) // 4 * 4]).decode("latin-1")


#: Letters and digits as numbers, which nobody writes so who does not mean to hide something.
_ESCAPED_ALPHANUMERIC = re.compile(r"\\u00[3-7]|&#|%(?:25)*(?:3\d|[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)


@frozen
class SecretFinder:
    """Finds some texts in whatever notation; of what takes long it first asks whether it may be worth it."""

    secrets: tuple[str, ...]
    _pattern: re.Pattern[str] = field(init=False, repr=False, eq=False)
    _encoded: tuple[EncodedSecret, ...] = field(init=False, repr=False, eq=False)
    _markers: frozenset[str] = field(init=False, repr=False, eq=False)
    _min_length: int = field(init=False, repr=False, eq=False)

    @_pattern.default
    def _build_pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_text_pattern, self.secrets)))

    @_encoded.default
    def _encode_secrets(self) -> tuple[EncodedSecret, ...]:
        return tuple(coded for one in self.secrets if (coded := EncodedSecret.from_text(one)))

    @_markers.default
    def _collect_markers(self) -> frozenset[str]:
        return frozenset(mark for one in self._encoded for mark in one.markers)

    @_min_length.default
    def _compute_min_length(self) -> int:
        return min(map(len, self.secrets))

    def replace(self, text: str, replacement: str) -> str:
        """The text with something else in place of each of them."""
        if len(text) < self._min_length:  # no notation is shorter than what it writes, and most texts are
            return text
        clean = self._pattern.sub(replacement, text)
        if _ESCAPED_ALPHANUMERIC.search(clean):
            clean = re.sub("|".join(map(_escaped_text_pattern, self.secrets)), replacement, clean)
        if any(mark in clean for mark in self._markers):
            clean = re.sub("|".join(one.pattern for one in self._encoded), replacement, clean)
        return clean


@lru_cache(maxsize=8)
def build_finder(secrets: tuple[str, ...]) -> SecretFinder:
    """What finds these texts, of which there is at least one; made once, since it takes longer than most finding.

    The longest are looked for first, so that of a text that begins another nothing is left over.
    """
    return SecretFinder(tuple(sorted(set(secrets), key=lambda one: (-len(one), one))))


@frozen
class EncodedSecret:
    """Octets in base 64, its form for URLs, or hexadecimal, alone or within other octets."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> EncodedSecret | None:
        """What a text is coded as; None where it is so short that it might stand there by chance."""
        octets = text.encode("utf-8", "surrogatepass")
        return cls(octets) if len(octets) >= _MIN_ENCODED_BYTES else None

    @property
    def markers(self) -> Iterator[str]:
        """Plain parts, of which one stands wherever the octets do: found far sooner than the pattern."""
        for core, _, _ in _base64_cores(self.raw):
            yield max(_ALPHANUMERIC.findall(core), key=len, default="")
        yield self.raw.hex()
        yield self.raw.hex().upper()

    @property
    def pattern(self) -> str:
        """A pattern of the octets in each of these ways, with the characters that hold a part of their bits."""
        cores = (
            f"{_PARTIAL_CHARACTER if before else ''}{''.join(map(_base64_character_pattern, core))}{_PARTIAL_CHARACTER if after else ''}"
            for core, before, after in _base64_cores(self.raw)
        )
        return "|".join([*cores, f"(?i:{self.raw.hex()})"])


def _base64_cores(raw: bytes) -> Iterator[tuple[str, bool, bool]]:
    """What base 64 makes of octets whatever surrounds them, and whether the characters around that hold bits of theirs.

    It depends on how many octets come before them: a character stands for six bits, three octets for four characters.
    """
    for before in range(3):
        first, last = 8 * before, 8 * (before + len(raw))
        whole = base64.b64encode(bytes(before) + raw).decode("ascii")
        yield whole[-(-first // 6) : last // 6], first % 6 > 0, last % 6 > 0


def _base64_character_pattern(char: str) -> str:
    return f"(?:{_character_pattern(char)}|{_character_pattern(_URL_SAFE[char])})" if char in _URL_SAFE else char
