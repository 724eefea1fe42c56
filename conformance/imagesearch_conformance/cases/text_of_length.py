"""Values of an exact length that break no other rule."""

from __future__ import annotations

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.errors import InvalidSpec

_FILLER = "x"

#: The longest operand: text attributes may be limited themselves, below the length of a whole filter.
_MAX_OPERAND_LENGTH = 64


def text_of_length(contract: Contract, parameter: Parameter, length: int) -> str:
    """Return a value of exactly `length` characters; for a filter, conditions joined by AND."""
    if parameter.format is None:
        return _FILLER * length
    examples = (str(example) for example in parameter.examples)
    condition = next((text for text in examples if text.endswith('"') and " " not in text), None)
    text = None if condition is None else _join_conditions(condition, length)
    if text is None or len(text) != length or not contract.filter_rules.parser.is_valid(text):
        raise InvalidSpec(
            f"the examples do not allow a {parameter.name} of {length} characters",
            parameter.pointer("examples"),
            "add an example that is one condition and ends with a text in double quotes",
        )
    return text


def _join_conditions(condition: str, length: int) -> str:
    """Join copies of a condition with padded operands; the last copy fills the remaining length."""
    joint = " AND "
    parts: list[str] = []
    remaining = length
    while remaining > len(condition) + _MAX_OPERAND_LENGTH + len(joint) + len(condition):
        parts.append(_pad_operand(condition, len(condition) + _MAX_OPERAND_LENGTH))
        remaining -= len(parts[-1]) + len(joint)
    return joint.join([*parts, _pad_operand(condition, remaining)])


def _pad_operand(condition: str, length: int) -> str:
    return f"{condition[:-1]}{_FILLER * (length - len(condition))}{condition[-1]}"
