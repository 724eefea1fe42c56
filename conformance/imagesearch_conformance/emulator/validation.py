"""The rules of the parameters, keyword by keyword, as the contract states them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from lark.exceptions import LarkError

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter, written
from imagesearch_conformance.emulator.behaviour import Behaviour, Integers
from imagesearch_conformance.emulator.roles import FILTER
from imagesearch_conformance.filters.conditions import Condition
from imagesearch_conformance.filters.language import Language, NotAFilter
from imagesearch_conformance.model.case import Violation

Value = bool | int | str

_NOTATION = {
    Integers.STRICT: re.compile(r"-?[0-9]+"),
    Integers.LENIENT: re.compile(r"[ \t]*[+-]?[0-9]+[ \t]*"),
}

_STRING = re.compile(r'"[^"]*"')

#: A list, strings taken out; its parentheses group no conditions.
_LIST = re.compile(r"\bin\s*\([^()]*\)")

#: A keyword of filters in any case, and strings, in which none is one.
_KEYWORD = re.compile(r'"[^"]*"|\b(?:and|or)\b', re.IGNORECASE)

#: More digits than any rule needs; longer integers are cut off here, at a cost that does not grow.
_DIGITS = 18


@frozen
class Validation:
    """The parameters of a contract and how their values are read."""

    parameters: tuple[Parameter, ...]
    language: Language
    behaviour: Behaviour

    @classmethod
    def of(cls, contract: Contract, behaviour: Behaviour) -> Validation:
        """The rules of a contract, where it leaves a choice as the behaviour says."""
        return cls(contract.parameters, contract.filters.language, behaviour)

    def values(self, given: Mapping[str, str]) -> Mapping[str, Value]:
        """The values by name, defaults filled in; what cannot be read counts as left out."""
        read = ((one.name, self._value(one, given.get(one.name)), one.default) for one in self.parameters)
        filled = ((name, default if value is None else value) for name, value, default in read)
        return {name: value for name, value in filled if value is not None}

    def violations(self, given: Mapping[str, str]) -> Iterator[Violation]:
        """Every rule that the values break, in the order of the contract, found as it is asked for."""
        for parameter in self.parameters:
            for keyword in self._broken(parameter, given.get(parameter.name)):
                yield Violation(parameter.name, keyword)

    def condition(self, text: str) -> Condition | None:
        """What a filter says, or None when it is none."""
        if not text:
            return None
        if "(" in _LIST.sub("", _STRING.sub("", text)) and not self.behaviour.parentheses:
            return None
        if self.behaviour.keywords_in_any_case:
            text = _KEYWORD.sub(lambda found: found[0] if found[0].startswith('"') else found[0].upper(), text)
        try:
            return self.language.parse(text)
        except (NotAFilter, LarkError, RecursionError):
            return None

    def _value(self, parameter: Parameter, text: str | None) -> Value | None:
        if text is None or (not text and not parameter.required) or not _is_text(text):
            return None
        if parameter.boolean:
            return _TRUTHS.get(text.lower() if self.behaviour.truth_in_any_case else text)
        return self._integer(text) if parameter.integer else text

    def _integer(self, text: str) -> int | None:
        if not _NOTATION[self.behaviour.integers].fullmatch(text):
            return None
        bare = text.strip(" \t")
        digits = bare.lstrip("+-").lstrip("0") or "0"
        size = int(digits) if len(digits) <= _DIGITS else 10**_DIGITS
        return -size if bare.startswith("-") else size

    def _broken(self, parameter: Parameter, text: str | None) -> Iterator[str]:
        if text is None or (not text and not parameter.required):
            yield from ("required",) if parameter.required else ()
            return
        value = self._value(parameter, text)
        if value is None:
            yield "type"
            return
        if parameter.boolean:
            return
        rules = _INTEGER_RULES if parameter.integer else _TEXT_RULES
        yield from (keyword for keyword, breaks in rules.items() if breaks(parameter, value))
        if parameter.format == FILTER and self.condition(str(value)) is None:
            yield "format"


def _is_text(text: str) -> bool:
    """Whether the text came from UTF-8; other bytes are kept as lone surrogates."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


_TRUTHS = {written(value=truth): truth for truth in (True, False)}

_INTEGER_RULES: Mapping[str, Callable[[Parameter, Any], bool]] = {
    "minimum": lambda parameter, value: parameter.minimum is not None and value < parameter.minimum,
    "maximum": lambda parameter, value: parameter.maximum is not None and value > parameter.maximum,
    "enum": lambda parameter, value: bool(parameter.enum) and value not in parameter.enum,
}

_TEXT_RULES: Mapping[str, Callable[[Parameter, Any], bool]] = {
    "enum": lambda parameter, value: bool(parameter.enum) and value not in parameter.enum,
    "minLength": lambda parameter, value: parameter.min_length is not None and len(value) < parameter.min_length,
    "maxLength": lambda parameter, value: parameter.max_length is not None and len(value) > parameter.max_length,
    "pattern": lambda parameter, value: not parameter.allows(value),
}
