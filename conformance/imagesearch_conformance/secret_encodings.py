"""Patterns that find a text in the encodings in which a server may echo it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import frozen

#: The maximum length of one encoded character.
MAX_ENCODED_WIDTH = 12

#: Shorter texts are not searched for in base64 or hexadecimal, where they might occur by chance.
_MIN_ENCODED_BYTES = 8

_NAMED_ESCAPES = {"&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"], '"': ["&quot;"], "'": ["&apos;"], " ": [r"\+"]}

#: The characters of base64 other than letters and digits, with their replacements in the URL-safe alphabet.
_URL_SAFE = {"+": "-", "/": "_"}

#: A base64 character with bits of two bytes; not the last character of an escape sequence, which has to stay whole.
_PARTIAL_CHARACTER = r"(?:(?<!\\)[A-Za-z0-9+/_-])?"

_ALPHANUMERIC = re.compile("[A-Za-z0-9]+")


def _text_pattern(text: str) -> str:
    """Return a pattern of the text as it is, and as escaped in URLs (also twice), JSON and HTML."""
    return "".join(char if char.isascii() and char.isalnum() else _character_pattern(char) for char in text)


def _escaped_text_pattern(text: str) -> str:
    """Return the same pattern with letters and digits escaped as well."""
    return "".join(map(_character_pattern, text))


def _character_pattern(char: str) -> str:
    code = ord(char)
    percent_encoded = "".join(f"%(?:25)*{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    numeric = rf"\\+u{code:04x}|&#0*{code};|&#x0*{code:x};"
    alternatives = [
        re.escape(char) if char.isalnum() else rf"\\*{re.escape(char)}",
        f"(?i:{percent_encoded}|{numeric})",
        *_NAMED_ESCAPES.get(char, ()),
    ]
    return f"(?:{'|'.join(alternatives)})"


#: A run of base64 or hexadecimal characters that is long enough for a signature.
ENCODED_RUN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{37,}")

_HEX_RUN = re.compile(r"[0-9A-Fa-f]{56,}")


def decode_candidates(encoded: str) -> Iterator[str]:
    """Yield what a run may decode to from hexadecimal and from base64, at each possible alignment."""
    for run in _HEX_RUN.findall(encoded):
        for start in range(2):
            yield bytes.fromhex(run[start : start + (len(run) - start) // 2 * 2]).decode("latin-1")
    padded = encoded.replace("-", "+").replace("_", "/") + "AAA"
    for start in range(4):
        yield base64.b64decode(padded[start : start + (len(padded) - start) // 4 * 4]).decode("latin-1")


#: An escaped letter or digit; only a server that hides something writes one.
_ESCAPED_ALPHANUMERIC = re.compile(r"\\u00[3-7]|&#|%(?:25)*(?:3\d|[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)


@frozen
class SecretFinder:
    """Finds texts in every encoding; before a slow pattern it searches for a marker of it."""

    secrets: tuple[str, ...]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_text_pattern, self.secrets)))

    @cached_property
    def _encoded_secrets(self) -> tuple[EncodedSecret, ...]:
        return tuple(encoded for secret in self.secrets if (encoded := EncodedSecret.from_text(secret)))

    @cached_property
    def _markers(self) -> frozenset[str]:
        return frozenset(marker for encoded in self._encoded_secrets for marker in encoded.markers)

    @cached_property
    def _min_length(self) -> int:
        return min(map(len, self.secrets), default=0)

    @cached_property
    def max_length(self) -> int:
        """The length of the longest text, 0 for none."""
        return max(map(len, self.secrets), default=0)

    def replace(self, text: str, replacement: str) -> str:
        """Replace every occurrence of the texts, in every encoding."""
        # No encoding is shorter than the text, and most texts are short.
        if not self.secrets or len(text) < self._min_length:
            return text
        clean = self._pattern.sub(replacement, text)
        if _ESCAPED_ALPHANUMERIC.search(clean):
            clean = re.sub("|".join(map(_escaped_text_pattern, self.secrets)), replacement, clean)
        if any(marker in clean for marker in self._markers):
            clean = re.sub("|".join(encoded.pattern for encoded in self._encoded_secrets), replacement, clean)
        return clean


def build_finder(secrets: Iterable[str] | SecretFinder) -> SecretFinder:
    """Build the finder of texts; a finder is returned as it is, since building takes longer than most searches.

    Longer texts come first, so that no remainder is left of a text that begins with another.
    """
    if isinstance(secrets, SecretFinder):
        return secrets
    return SecretFinder(tuple(sorted(set(secrets), key=lambda secret: (-len(secret), secret))))


@frozen
class EncodedSecret:
    """Bytes in base64, URL-safe base64 or hexadecimal, alone or inside other encoded bytes."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> EncodedSecret | None:
        """Return the encoded form of a text, None if it is so short that it might occur by chance."""
        raw = text.encode("utf-8", "surrogatepass")
        return cls(raw) if len(raw) >= _MIN_ENCODED_BYTES else None

    @property
    def markers(self) -> Iterator[str]:
        """Plain texts, of which each match of the pattern contains one; much faster to find than the pattern."""
        for core, _, _ in _base64_cores(self.raw):
            yield max(_ALPHANUMERIC.findall(core), key=len, default="")
        yield self.raw.hex()
        yield self.raw.hex().upper()

    @property
    def pattern(self) -> str:
        """A pattern of the bytes in each encoding, including base64 characters that share bits with other bytes."""
        alternatives = []
        for core, shares_first, shares_last in _base64_cores(self.raw):
            first, last = _PARTIAL_CHARACTER * shares_first, _PARTIAL_CHARACTER * shares_last
            alternatives.append(f"{first}{''.join(map(_base64_character_pattern, core))}{last}")
        return "|".join([*alternatives, f"(?i:{self.raw.hex()})"])


def _base64_cores(raw: bytes) -> Iterator[tuple[str, bool, bool]]:
    """Yield the base64 characters that depend on these bytes alone, and whether the characters around share bits.

    There are three alignments, since a character encodes six bits and three bytes become four characters.
    """
    for bytes_before in range(3):
        first, last = 8 * bytes_before, 8 * (bytes_before + len(raw))
        encoded = base64.b64encode(bytes(bytes_before) + raw).decode("ascii")
        yield encoded[-(-first // 6) : last // 6], first % 6 > 0, last % 6 > 0


def _base64_character_pattern(char: str) -> str:
    return f"(?:{_character_pattern(char)}|{_character_pattern(_URL_SAFE[char])})" if char in _URL_SAFE else char
