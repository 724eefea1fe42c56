"""Which rules of the contract a request breaks, judged from what it really said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.sent import Sent, is_integer, to_integer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

#: Notations on which the page is silent; a request that uses one breaks no rule for certain.
_SILENT_INTEGER = re.compile(r"\s*[+-]?[0-9]+(\.0*)?\s*", re.ASCII)


#: Notations of true and false, those of the page and those on which it is silent.
_BOOLEAN = re.compile(r"\s*(true|false|t|f|yes|no|y|n|on|off|1|0)\s*", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=1024)
def broken_rules(contract: Contract, target: Target, sent: Sent) -> frozenset[Violation]:
    """Every violation that is one in every reading of the page."""
    return frozenset(_all(contract, target, sent))


def _all(contract: Contract, target: Target, sent: Sent) -> Iterator[Violation]:
    yield from _operation(contract, sent)
    instance = target.instance_named(sent.value(contract.instance))
    broken = set()
    for parameter in contract.parameters:
        generic = instance is not None and instance.type is InstanceType.GENERIC
        if generic and parameter.name == contract.category.parameter:
            continue
        for violation in _of_parameter(contract, parameter, sent.value(parameter.name)):
            broken.add(parameter.name)
            yield violation
    if contract.instance not in broken:
        yield from _of_names(contract, instance, sent, broken)
    yield from _of_window(contract, sent, broken)


def _operation(contract: Contract, sent: Sent) -> Iterator[Violation]:
    protocol = contract.protocol
    if sent.action is None:
        yield Violation(ACTION, "missing")
    elif sent.action.lower() != protocol.action.lower():
        yield Violation(ACTION, "unknown")
    if sent.version is not None and sent.version != protocol.version:
        yield Violation(VERSION, "unknown")


def _of_names(contract: Contract, instance: Instance | None, sent: Sent, broken: set[str]) -> Iterator[Violation]:
    if instance is None:
        yield Violation(contract.instance, "known")
        return
    product, picture = contract.image.parameters
    if not broken & {product, picture}:
        image = Image(sent.value(product) or "", sent.value(picture) or "")
        if image not in instance.images:
            yield Violation(IMAGE, "known")


def _of_window(contract: Contract, sent: Sent, broken: set[str]) -> Iterator[Violation]:
    window = contract.window
    if broken & {window.start, window.count}:
        return
    reach = [sent.integer(name) for name in (window.start, window.count)]
    defaults = [contract.parameter(name).default for name in (window.start, window.count)]
    total = sum(
        int(given if given is not None else default or 0) for given, default in zip(reach, defaults, strict=True)
    )
    if total > window.maximum:
        yield Violation(WINDOW, "maximum")


def _of_parameter(contract: Contract, parameter: Parameter, value: str | None) -> Iterator[Violation]:
    if value is None:
        if parameter.required:
            yield Violation(parameter.name, "required")
        return
    if value == "" and not parameter.required:
        return
    if parameter.integer and not is_integer(value):
        if not _SILENT_INTEGER.fullmatch(value):
            yield Violation(parameter.name, "type")
        return
    if parameter.boolean:
        if not _BOOLEAN.fullmatch(value):
            yield Violation(parameter.name, "type")
        return
    for keyword, stated in parameter.constraints().items():
        if keyword in _RULES and _RULES[keyword](contract, stated, parameter, value):
            yield Violation(parameter.name, keyword)


def _not_in_language(contract: Contract, value: str) -> bool:
    return value not in {one.text for one in contract.filters.open.values()} and contract.filters.read(value) is None


def _misshapen(pattern: str, parameter: Parameter, value: str) -> bool:
    """Whether a value is neither of the form documented nor of one on which the page is silent."""
    allowed = (pattern, *([] if parameter.open_pattern is None else [parameter.open_pattern]))
    return not any(re.search(one, value) for one in allowed)


#: One predicate a keyword: (contract, what the schema states, parameter, wire value) -> broken.
_RULES: Mapping[str, Callable[[Contract, Any, Parameter, str], bool]] = {
    "minLength": lambda _, limit, __, value: len(value) < limit,
    "maxLength": lambda _, limit, __, value: len(value) > limit,
    "minimum": lambda _, limit, __, value: to_integer(value) < limit,
    "maximum": lambda _, limit, __, value: to_integer(value) > limit,
    "enum": lambda _, values, parameter, value: (to_integer(value) if parameter.integer else value) not in values,
    "format": lambda contract, name, _, value: name == "filter" and _not_in_language(contract, value),
    "pattern": lambda _, pattern, parameter, value: _misshapen(pattern, parameter, value),
}
