"""Faults of parsing integers: invalid notations accepted, overflow, limits off by one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from imagesearch_conformance.emulator.fault import Fault, FaultContext
from imagesearch_conformance.emulator.faults.builders import rewrite_parameter
from imagesearch_conformance.signing.encoding import Pairs

_Conversion = Callable[[str], str]


def _integer_conversion_fault(name: str, description: str, violates: tuple[str, ...], convert: _Conversion) -> Fault:
    """A fault that converts the values of all integer parameters."""

    def hook(pairs: Pairs, context: FaultContext) -> Pairs:
        integers = {parameter.name for parameter in context.contract.parameters if parameter.is_integer}
        return tuple((key, convert(value) if key in integers else value) for key, value in pairs)

    return Fault(name, description, violates, parameters=hook)


def _parameter_conversion_fault(
    name: str, description: str, violates: tuple[str, ...], parameter: str, convert: _Conversion
) -> Fault:
    return Fault(
        name, description, violates, parameters=rewrite_parameter(parameter, lambda value, _context: convert(value))
    )


def _parse_hexadecimal(text: str) -> str:
    return str(int(text, 16)) if re.fullmatch(r"0[xX][0-9a-fA-F]+", text) else text


def _normalize_digits(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _wrap_at(bits: int) -> _Conversion:
    """Return a conversion that wraps integers in two's complement."""

    def convert(text: str) -> str:
        if not re.fullmatch(r"-?[0-9]+", text):
            return text
        half = 2 ** (bits - 1)
        return str((int(text) + half) % (2 * half) - half)

    return convert


def _replace_value(value: str, replacement: str) -> _Conversion:
    return lambda text: replacement if text == value else text


def _off_by_one_fault(parameter: str, keyword: str, step: int, *also_violates: str) -> Fault:
    """A fault that treats the value just outside a limit as the limit."""

    def clamp(text: str, context: FaultContext) -> str:
        limit = getattr(context.contract.parameter(parameter), keyword)
        return str(limit) if text == str(limit + step) else text

    name = f"{parameter.lower()}-one-beyond-{keyword}-accepted"
    return Fault(
        name,
        f"{parameter} one {'above' if step > 0 else 'below'} its {keyword} is accepted.",
        (f"{parameter.lower()}.{keyword}", *also_violates),
        parameters=rewrite_parameter(parameter, clamp),
    )


#: Digits of another script in the requests spell 10, which is not a category and is rejected in any notation.
_PAGING_TYPE_REQUIREMENTS, _TYPE_REQUIREMENTS = (
    ("num.type", "start.type"),
    ("num.type", "start.type", "categoryid.type"),
)

_LIMIT_REQUIREMENTS = ("num.minimum", "num.maximum", "start.minimum", "start.maximum")

FAULTS = (
    _integer_conversion_fault(
        "integers-hexadecimal", "Integers in hexadecimal notation are accepted.", _TYPE_REQUIREMENTS, _parse_hexadecimal
    ),
    _integer_conversion_fault(
        "integers-of-any-script",
        "Integers with digits of any script are accepted.",
        _PAGING_TYPE_REQUIREMENTS,
        _normalize_digits,
    ),
    _integer_conversion_fault(
        "integers-wrap-at-32",
        "Integers wrap around at 32 bits.",
        (*_LIMIT_REQUIREMENTS, "categoryid.enum", "response.picinfo.categoryid.given"),
        _wrap_at(32),
    ),
    _integer_conversion_fault(
        "integers-wrap-at-64",
        "Integers wrap around at 64 bits.",
        (*_LIMIT_REQUIREMENTS, "categoryid.enum", "response.picinfo.categoryid.given"),
        _wrap_at(64),
    ),
    _off_by_one_fault("Num", "maximum", 1),
    _off_by_one_fault("Num", "minimum", -1, "response.auctions.limit"),
    _off_by_one_fault("Start", "maximum", 1),
    _parameter_conversion_fault(
        "num-zero-as-absent",
        "Num 0 is treated as missing.",
        ("response.auctions.limit", "num.minimum"),
        "Num",
        _replace_value("0", ""),
    ),
)
