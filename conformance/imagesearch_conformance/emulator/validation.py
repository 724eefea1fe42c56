"""Validation of parameters by the schemas of the contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from lark.exceptions import LarkError

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.emulator.parameter_roles import FILTER_FORMAT
from imagesearch_conformance.emulator.settings import Behaviour, IntegerNotation
from imagesearch_conformance.filters.ast import Condition
from imagesearch_conformance.filters.parser import FilterParser, FilterSyntaxError
from imagesearch_conformance.model.case import Violation

ParameterValue = bool | int | str

_INTEGER_PATTERNS = {
    IntegerNotation.STRICT: re.compile(r"-?[0-9]+"),
    IntegerNotation.LENIENT: re.compile(r"[ \t]*[+-]?[0-9]+[ \t]*"),
}

_STRING_LITERAL = re.compile(r'"[^"]*"')

#: A list of values, after strings are removed; its parentheses do not group conditions.
_VALUE_LIST = re.compile(r"\bin\s*\([^()]*\)")

#: A keyword in any case, or a string, which contains no keywords.
_KEYWORD_OR_STRING = re.compile(r'"[^"]*"|\b(?:and|or)\b', re.IGNORECASE)

#: More digits than any rule needs; longer integers are clamped, so that parsing takes constant time.
_MAX_DIGITS = 18


@frozen
class ParameterValidator:
    """Parses and validates the parameters of a contract."""

    parameters: tuple[Parameter, ...]
    filter_parser: FilterParser
    behaviour: Behaviour

    @classmethod
    def from_contract(cls, contract: Contract, behaviour: Behaviour) -> ParameterValidator:
        return cls(contract.parameters, contract.filter_rules.parser, behaviour)

    def parse_values(self, raw_values: Mapping[str, str]) -> Mapping[str, ParameterValue]:
        """Return the values by name with defaults filled in; invalid values count as missing."""
        values: dict[str, ParameterValue] = {}
        for parameter in self.parameters:
            value = self._parse_value(parameter, raw_values.get(parameter.name))
            value = parameter.default if value is None else value
            if value is not None:
                values[parameter.name] = value
        return values

    def violations(self, raw_values: Mapping[str, str]) -> Iterator[Violation]:
        """Yield all violations, in the order of the contract."""
        for parameter in self.parameters:
            for keyword in self._violated_keywords(parameter, raw_values.get(parameter.name)):
                yield Violation(parameter.name, keyword)

    def parse_filter(self, text: str) -> Condition | None:
        """Return the condition of a filter, or None if the filter is empty or invalid."""
        if not text:
            return None
        if "(" in _VALUE_LIST.sub("", _STRING_LITERAL.sub("", text)) and not self.behaviour.filter_parentheses:
            return None
        if self.behaviour.case_insensitive_filter_keywords:
            text = _KEYWORD_OR_STRING.sub(
                lambda match: match[0] if match[0].startswith('"') else match[0].upper(), text
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
        text = text.strip(" \t")
        digits = text.lstrip("+-").lstrip("0") or "0"
        magnitude = int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS
        return -magnitude if text.startswith("-") else magnitude

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
        yield from (keyword for keyword, is_violated in rules.items() if is_violated(parameter, value))
        if parameter.format == FILTER_FORMAT and self.parse_filter(str(value)) is None:
            yield "format"


def _is_utf8(text: str) -> bool:
    """Return whether the bytes were valid UTF-8; invalid bytes are lone surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


_BOOLEANS = {to_wire_value(value=value): value for value in (True, False)}

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
