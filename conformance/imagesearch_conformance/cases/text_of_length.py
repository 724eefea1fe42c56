"""Values of an exact length that break no other rule."""

from __future__ import annotations

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.errors import InvalidSpec

_FILLER = "x"

#: The longest operand: text attributes may be limited themselves, below the length of a whole filter.
_MAX_OPERAND_LENGTH = 64


def text_of_length(contract: Contract, parameter: Parameter, length: int) -> str:
    """A value of so many characters; for a filter conditions of the language joined by AND."""
    if parameter.format is None:
        return _FILLER * length
    seed = next((str(one) for one in parameter.examples if str(one).endswith('"') and " " not in str(one)), None)
    text = None if seed is None else _join_conditions(seed, length)
    if text is None or len(text) != length or not contract.filter_rules.parser.is_valid(text):
        raise InvalidSpec(
            f"no {parameter.name} of {length} characters can be made of the examples",
            parameter.pointer("examples"),
            "one condition that ends in a text in double quotes is needed",
        )
    return text


def _join_conditions(condition: str, length: int) -> str:
    """Copies of a condition, each with a longer text, and the last as long as is left."""
    joint = " AND "
    parts: list[str] = []
    left = length
    while left > len(condition) + _MAX_OPERAND_LENGTH + len(joint) + len(condition):
        parts.append(_pad_operand(condition, len(condition) + _MAX_OPERAND_LENGTH))
        left -= len(parts[-1]) + len(joint)
    return joint.join([*parts, _pad_operand(condition, left)])


def _pad_operand(condition: str, length: int) -> str:
    return f"{condition[:-1]}{_FILLER * (length - len(condition))}{condition[-1]}"
