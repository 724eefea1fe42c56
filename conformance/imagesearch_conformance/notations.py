"""How whoever echoes a text may write it down: patterns that find it in each of these ways."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from attrs import field, frozen

#: The most characters in which one character of a text is written.
WIDEST = 12

#: Shorter texts are not looked for in base 64 or hexadecimal, where they might stand by chance; in octets.
_LEAST_CODED = 8

_NAMED = {"&": ["&amp;"], "<": ["&lt;"], ">": ["&gt;"], '"': ["&quot;"], "'": ["&apos;"], " ": [r"\+"]}

#: The two characters that base 64 has besides letters and digits, and those that stand for them in URLs.
_SPECIAL = {"+": "-", "/": "_"}

#: A character that holds bits of two octets; not that of an escape before it, which has to stay whole.
_SHARED = r"(?:(?<!\\)[A-Za-z0-9+/_-])?"

_PLAIN = re.compile("[A-Za-z0-9]+")


def _in_any_notation(text: str) -> str:
    """A pattern of the text as it stands, and as URLs, JSON and HTML write it (in URLs also twice over)."""
    return "".join(char if char.isascii() and char.isalnum() else _notations(char) for char in text)


def _in_escapes(text: str) -> str:
    """The same where letters and digits may be written as numbers too."""
    return "".join(map(_notations, text))


def _notations(char: str) -> str:
    code = ord(char)
    octets = "".join(f"%(?:25)*{octet:02x}" for octet in char.encode("utf-8", "surrogatepass"))
    numbered = rf"\\+u{code:04x}|&#0*{code};|&#x0*{code:x};"
    ways = [
        re.escape(char) if char.isalnum() else rf"\\*{re.escape(char)}",
        f"(?i:{octets}|{numbered})",
        *_NAMED.get(char, ()),
    ]
    return f"(?:{'|'.join(ways)})"


#: A stretch of base 64 or hexadecimal that is long enough for a signature.
STRETCH = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{37,}")

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{56,}")


def uncoded(stretch: str) -> Iterator[str]:
    """What a stretch may stand for in hexadecimal and in base 64, wherever in other octets it begins."""
    for found in _HEXADECIMAL.findall(stretch):
        yield from (bytes.fromhex(found[at : at + (len(found) - at) // 2 * 2]).decode("latin-1") for at in range(2))
    plain = stretch.replace("-", "+").replace("_", "/") + "AAA"
    for at in range(4):
        yield base64.b64decode(plain[at : at + (len(plain) - at) // 4 * 4]).decode("latin-1")


#: Letters and digits as numbers, which nobody writes so who does not mean to hide something.
_LETTERS_ESCAPED = re.compile(r"\\u00[3-7]|&#|%(?:25)*(?:3\d|[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)


@frozen
class Finder:
    """Finds some texts in whatever notation; of what takes long it first asks whether it may be worth it."""

    texts: tuple[str, ...]
    _plain: re.Pattern[str] = field(init=False, repr=False, eq=False)
    _coded: tuple[Coded, ...] = field(init=False, repr=False, eq=False)
    _marks: frozenset[str] = field(init=False, repr=False, eq=False)
    _shortest: int = field(init=False, repr=False, eq=False)

    @_plain.default
    def _in_plain_sight(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_in_any_notation, self.texts)))

    @_coded.default
    def _in_codes(self) -> tuple[Coded, ...]:
        return tuple(coded for one in self.texts if (coded := Coded.of(one)))

    @_marks.default
    def _in_parts(self) -> frozenset[str]:
        return frozenset(mark for one in self._coded for mark in one.marks)

    @_shortest.default
    def _least(self) -> int:
        return min(map(len, self.texts))

    def replaced(self, text: str, instead: str) -> str:
        """The text with something else in place of each of them."""
        if len(text) < self._shortest:  # no notation is shorter than what it writes, and most texts are
            return text
        clean = self._plain.sub(instead, text)
        if _LETTERS_ESCAPED.search(clean):
            clean = re.sub("|".join(map(_in_escapes, self.texts)), instead, clean)
        if any(mark in clean for mark in self._marks):
            clean = re.sub("|".join(one.pattern for one in self._coded), instead, clean)
        return clean


@lru_cache(maxsize=8)
def finder(texts: tuple[str, ...]) -> Finder:
    """What finds these texts, of which there is at least one; made once, since it takes longer than most finding.

    The longest are looked for first, so that of a text that begins another nothing is left over.
    """
    return Finder(tuple(sorted(set(texts), key=lambda one: (-len(one), one))))


@frozen
class Coded:
    """Octets in base 64, its form for URLs, or hexadecimal, alone or within other octets."""

    octets: bytes

    @classmethod
    def of(cls, text: str) -> Coded | None:
        """What a text is coded as; None where it is so short that it might stand there by chance."""
        octets = text.encode("utf-8", "surrogatepass")
        return cls(octets) if len(octets) >= _LEAST_CODED else None

    @property
    def marks(self) -> Iterator[str]:
        """Plain parts, of which one stands wherever the octets do: found far sooner than the pattern."""
        for core, _, _ in _in_base64(self.octets):
            yield max(_PLAIN.findall(core), key=len, default="")
        yield self.octets.hex()
        yield self.octets.hex().upper()

    @property
    def pattern(self) -> str:
        """A pattern of the octets in each of these ways, with the characters that hold a part of their bits."""
        cores = (
            f"{_SHARED if before else ''}{''.join(map(_in_base64_of_any, core))}{_SHARED if after else ''}"
            for core, before, after in _in_base64(self.octets)
        )
        return "|".join([*cores, f"(?i:{self.octets.hex()})"])


def _in_base64(octets: bytes) -> Iterator[tuple[str, bool, bool]]:
    """What base 64 makes of octets whatever surrounds them, and whether the characters around that hold bits of theirs.

    It depends on how many octets come before them: a character stands for six bits, three octets for four characters.
    """
    for before in range(3):
        first, last = 8 * before, 8 * (before + len(octets))
        whole = base64.b64encode(bytes(before) + octets).decode("ascii")
        yield whole[-(-first // 6) : last // 6], first % 6 > 0, last % 6 > 0


def _in_base64_of_any(char: str) -> str:
    return f"(?:{_notations(char)}|{_notations(_SPECIAL[char])})" if char in _SPECIAL else char
