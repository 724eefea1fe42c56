"""The rules of the parameters, keyword by keyword, as the contract states them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from lark.exceptions import LarkError

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.emulator.behaviour import Behaviour, IntegerNotation
from imagesearch_conformance.emulator.parameter_roles import FILTER_FORMAT
from imagesearch_conformance.filters.ast import Condition
from imagesearch_conformance.filters.parser import FilterParser, FilterSyntaxError
from imagesearch_conformance.model.case import Violation

ParameterValue = bool | int | str

_INTEGER_PATTERNS = {
    IntegerNotation.STRICT: re.compile(r"-?[0-9]+"),
    IntegerNotation.LENIENT: re.compile(r"[ \t]*[+-]?[0-9]+[ \t]*"),
}

_STRING_LITERAL = re.compile(r'"[^"]*"')

#: A list, strings taken out; its parentheses group no conditions.
_VALUE_LIST = re.compile(r"\bin\s*\([^()]*\)")

#: A keyword of filters in any case, and strings, in which none is one.
_KEYWORD_OR_STRING = re.compile(r'"[^"]*"|\b(?:and|or)\b', re.IGNORECASE)

#: More digits than any rule needs; longer integers are cut off here, at a cost that does not grow.
_MAX_DIGITS = 18


@frozen
class ParameterValidator:
    """The parameters of a contract and how their values are read."""

    parameters: tuple[Parameter, ...]
    filter_parser: FilterParser
    behaviour: Behaviour

    @classmethod
    def from_contract(cls, contract: Contract, behaviour: Behaviour) -> ParameterValidator:
        """The rules of a contract, where it leaves a choice as the behaviour says."""
        return cls(contract.parameters, contract.filter_rules.parser, behaviour)

    def parse_values(self, raw_values: Mapping[str, str]) -> Mapping[str, ParameterValue]:
        """The values by name, defaults filled in; what cannot be read counts as left out."""
        read = ((one.name, self._parse_value(one, raw_values.get(one.name)), one.default) for one in self.parameters)
        filled = ((name, default if value is None else value) for name, value, default in read)
        return {name: value for name, value in filled if value is not None}

    def violations(self, raw_values: Mapping[str, str]) -> Iterator[Violation]:
        """Every rule that the values break, in the order of the contract, found as it is asked for."""
        for parameter in self.parameters:
            for keyword in self._violated_keywords(parameter, raw_values.get(parameter.name)):
                yield Violation(parameter.name, keyword)

    def parse_filter(self, text: str) -> Condition | None:
        """What a filter says, or None when it is none."""
        if not text:
            return None
        if "(" in _VALUE_LIST.sub("", _STRING_LITERAL.sub("", text)) and not self.behaviour.filter_parentheses:
            return None
        if self.behaviour.case_insensitive_filter_keywords:
            text = _KEYWORD_OR_STRING.sub(
                lambda found: found[0] if found[0].startswith('"') else found[0].upper(), text
            )
        try:
            return self.filter_parser.parse(text)
        except (FilterSyntaxError, LarkError, RecursionError):
            return None

    def _parse_value(self, parameter: Parameter, text: str | None) -> ParameterValue | None:
        if text is None or (not text and not parameter.required) or not _is_utf8(text):
            return None
        if parameter.is_boolean:
            return _BOOLEANS.get(text.lower() if self.behaviour.case_insensitive_booleans else text)
        return self._parse_integer(text) if parameter.is_integer else text

    def _parse_integer(self, text: str) -> int | None:
        if not _INTEGER_PATTERNS[self.behaviour.integer_notation].fullmatch(text):
            return None
        bare = text.strip(" \t")
        digits = bare.lstrip("+-").lstrip("0") or "0"
        size = int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS
        return -size if bare.startswith("-") else size

    def _violated_keywords(self, parameter: Parameter, text: str | None) -> Iterator[str]:
        if text is None or (not text and not parameter.required):
            yield from ("required",) if parameter.required else ()
            return
        value = self._parse_value(parameter, text)
        if value is None:
            yield "type"
            return
        if parameter.is_boolean:
            return
        rules = _INTEGER_RULES if parameter.is_integer else _TEXT_RULES
        yield from (keyword for keyword, breaks in rules.items() if breaks(parameter, value))
        if parameter.format == FILTER_FORMAT and self.parse_filter(str(value)) is None:
            yield "format"


def _is_utf8(text: str) -> bool:
    """Whether the text came from UTF-8; other bytes are kept as lone surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


_BOOLEANS = {to_wire_value(value=truth): truth for truth in (True, False)}

_INTEGER_RULES: Mapping[str, Callable[[Parameter, Any], bool]] = {
    "minimum": lambda parameter, value: parameter.minimum is not None and value < parameter.minimum,
    "maximum": lambda parameter, value: parameter.maximum is not None and value > parameter.maximum,
    "enum": lambda parameter, value: bool(parameter.enum) and value not in parameter.enum,
}

_TEXT_RULES: Mapping[str, Callable[[Parameter, Any], bool]] = {
    "enum": lambda parameter, value: bool(parameter.enum) and value not in parameter.enum,
    "minLength": lambda parameter, value: parameter.min_length is not None and len(value) < parameter.min_length,
    "maxLength": lambda parameter, value: parameter.max_length is not None and len(value) > parameter.max_length,
    "pattern": lambda parameter, value: not parameter.matches_pattern(value),
}
