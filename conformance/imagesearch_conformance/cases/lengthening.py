"""Values of an exact length that break no other rule."""

from __future__ import annotations

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter

_FILLER = "x"


def lengthened(contract: Contract, parameter: Parameter, length: int) -> str:
    """A value of so many characters; for a filter a condition of the language with a long string in it."""
    if parameter.format is None:
        return _FILLER * length
    seed = next(str(one) for one in parameter.examples if str(one).endswith('"'))
    padded = f"{seed[:-1]}{_FILLER * (length - len(seed))}{seed[-1]}"
    if len(padded) != length or not contract.filters.language.allows(padded):
        raise ValueError(f"no {parameter.name} of {length} characters can be made from {seed!r}")
    return padded
