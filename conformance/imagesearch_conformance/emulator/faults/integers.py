"""Defects of reading integers: notations that are none are read, large ones wrap, limits are off by one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.faults.edits import rewriting
from imagesearch_conformance.signing.encoding import Pairs

#: What a value of an integer parameter is read as.
_Read = Callable[[str], str]


def _reading(name: str, description: str, breaks: tuple[str, ...], read: _Read) -> Fault:
    """Every integer parameter passes through the function."""

    def hook(pairs: Pairs, about: Circumstances) -> Pairs:
        integers = {one.name for one in about.contract.parameters if one.integer}
        return tuple((key, read(value) if key in integers else value) for key, value in pairs)

    return Fault(name, description, breaks, given=hook)


def _one(name: str, description: str, breaks: tuple[str, ...], parameter: str, read: _Read) -> Fault:
    return Fault(name, description, breaks, given=rewriting(parameter, lambda value, _about: read(value)))


def _hexadecimal(text: str) -> str:
    return str(int(text, 16)) if re.fullmatch(r"0[xX][0-9a-fA-F]+", text) else text


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _wrapped(bits: int) -> _Read:
    """Integers of so many bits, in two's complement."""

    def read(text: str) -> str:
        if not re.fullmatch(r"-?[0-9]+", text):
            return text
        half = 2 ** (bits - 1)
        return str((int(text) + half) % (2 * half) - half)

    return read


def _same(value: str, meant: str) -> _Read:
    """One value stands for another."""
    return lambda text: meant if text == value else text


def _beyond_accepted(parameter: str, keyword: str, step: int, *also: str) -> Fault:
    """The value just beyond a limit is taken for the limit, and all others beyond it are refused."""

    def inside(text: str, about: Circumstances) -> str:
        limit = getattr(about.contract.parameter(parameter), keyword)
        return str(limit) if text == str(limit + step) else text

    name = f"{parameter.lower()}-one-beyond-{keyword}-accepted"
    breaks = (f"{parameter.lower()}.{keyword}", *also)
    return Fault(name, f"{parameter} one beyond its {keyword} is accepted.", breaks, given=rewriting(parameter, inside))


#: Where ten comes out no category has that id, and is refused whatever it was written like.
_TEN, _ONE = ("num.type", "start.type"), ("num.type", "start.type", "categoryid.type")

_LIMITS = ("num.minimum", "num.maximum", "start.minimum", "start.maximum")

FAULTS = (
    _reading("integers-hexadecimal", "Integers are read in hexadecimal too.", _ONE, _hexadecimal),
    _reading("integers-of-any-script", "Digits of any script are read.", _TEN, _compatible),
    _reading(
        "integers-wrap-at-32",
        "Integers wrap at 32 bits.",
        (*_LIMITS, "categoryid.enum", "response.picinfo.categoryid.given"),
        _wrapped(32),
    ),
    _reading(
        "integers-wrap-at-64",
        "Integers wrap at 64 bits.",
        (*_LIMITS, "categoryid.enum", "response.picinfo.categoryid.given"),
        _wrapped(64),
    ),
    _beyond_accepted("Num", "maximum", 1),
    _beyond_accepted("Num", "minimum", -1, "response.auctions.limit"),
    _beyond_accepted("Start", "maximum", 1),
    _one(
        "num-zero-as-absent",
        "Num 0 counts as left out.",
        ("response.auctions.limit", "num.minimum"),
        "Num",
        _same("0", ""),
    ),
)
