"""Find the rules of the contract that a request violates, and the defects of its signature."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.parsed_request import ParsedRequest, is_integer_text, parse_integer_text
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.contract.parameters import Parameter
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Credentials, Image, Instance, InstanceType, SignatureScheme, Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.encoding import parse_date
from imagesearch_conformance.signing.parse import SignatureParts, Unsigned, parse_signature
from imagesearch_conformance.signing.verify import unsigned_headers, verify_signature

#: Notations of integers that the documentation leaves open: none is certainly a violation.
_UNSPECIFIED_INTEGER = re.compile(r"\s*[+-]?[0-9]+(\.0*)?\s*", re.ASCII)

#: Notations of booleans, documented or left open by the documentation.
_BOOLEAN = re.compile(r"\s*(true|false|t|f|yes|no|y|n|on|off|1|0)\s*", re.ASCII | re.IGNORECASE)


def find_violations(contract: Contract, target: Target, request: ParsedRequest) -> frozenset[Violation]:
    """Return the violations that are certain under every interpretation of the documentation."""
    return frozenset(_all_violations(contract, target, request))


def _all_violations(contract: Contract, target: Target, request: ParsedRequest) -> Iterator[Violation]:
    yield from _operation_violations(contract, request)
    instance = target.find_instance(request.value(contract.instance_parameter))
    broken = set()
    for parameter in contract.parameters:
        generic = instance is not None and instance.type is InstanceType.GENERIC
        if generic and parameter.name == contract.category.parameter:
            continue
        for violation in _parameter_violations(contract, parameter, request.value(parameter.name)):
            broken.add(parameter.name)
            yield violation
    if contract.instance_parameter not in broken:
        yield from _name_violations(contract, instance, request, broken)
    yield from _window_violations(contract, request, broken)


def _operation_violations(contract: Contract, request: ParsedRequest) -> Iterator[Violation]:
    protocol = contract.protocol
    if request.action is None:
        yield Violation(ACTION, "missing")
    elif request.action.lower() != protocol.action.lower():
        yield Violation(ACTION, "unknown")
    if request.version is not None and request.version != protocol.version:
        yield Violation(VERSION, "unknown")


def _name_violations(
    contract: Contract, instance: Instance | None, request: ParsedRequest, broken_parameters: set[str]
) -> Iterator[Violation]:
    if instance is None:
        yield Violation(contract.instance_parameter, "known")
        return
    product, picture = contract.image.parameters
    if not broken_parameters & {product, picture}:
        image = Image(request.value(product) or "", request.value(picture) or "")
        if image not in instance.images:
            yield Violation(IMAGE, "known")


def _window_violations(contract: Contract, request: ParsedRequest, broken_parameters: set[str]) -> Iterator[Violation]:
    window = contract.window
    if broken_parameters & {window.start_parameter, window.count_parameter}:
        return
    end = 0
    for name in (window.start_parameter, window.count_parameter):
        value = request.integer(name)
        end += int(value if value is not None else contract.parameter(name).default or 0)
    if end > window.maximum:
        yield Violation(WINDOW, "maximum")


def _parameter_violations(contract: Contract, parameter: Parameter, value: str | None) -> Iterator[Violation]:
    if value is None:
        if parameter.required:
            yield Violation(parameter.name, "required")
        return
    if value == "" and not parameter.required:
        return
    if parameter.is_integer and not is_integer_text(value):
        if not _UNSPECIFIED_INTEGER.fullmatch(value):
            yield Violation(parameter.name, "type")
        return
    if parameter.is_boolean:
        if not _BOOLEAN.fullmatch(value):
            yield Violation(parameter.name, "type")
        return
    for keyword, limit in parameter.constraints().items():
        if keyword in _KEYWORD_RULES and _KEYWORD_RULES[keyword](contract, limit, parameter, value):
            yield Violation(parameter.name, keyword)


def _is_invalid_filter(contract: Contract, value: str) -> bool:
    return (
        value not in {example.text for example in contract.filter_rules.unspecified_conditions.values()}
        and contract.filter_rules.parse_leniently(value) is None
    )


def _is_pattern_mismatch(pattern: str, parameter: Parameter, value: str) -> bool:
    """Return whether a value matches neither the documented pattern nor one that the documentation leaves open."""
    patterns = (pattern, *([] if parameter.unspecified_pattern is None else [parameter.unspecified_pattern]))
    return not any(re.search(allowed, value) for allowed in patterns)


#: Predicates by keyword: (contract, value of the keyword, parameter, wire value) -> is violated.
_KEYWORD_RULES: Mapping[str, Callable[[Contract, Any, Parameter, str], bool]] = {
    "minLength": lambda _, limit, __, value: len(value) < limit,
    "maxLength": lambda _, limit, __, value: len(value) > limit,
    "minimum": lambda _, limit, __, value: parse_integer_text(value) < limit,
    "maximum": lambda _, limit, __, value: parse_integer_text(value) > limit,
    "enum": lambda _, values, parameter, value: (
        (parse_integer_text(value) if parameter.is_integer else value) not in values
    ),
    "format": lambda contract, name, _, value: name == "filter" and _is_invalid_filter(contract, value),
    "pattern": lambda _, pattern, parameter, value: _is_pattern_mismatch(pattern, parameter, value),
}


#: A signature that does not match may come from a wrong secret or from a change after signing.
_MISMATCH_DEFECTS = frozenset({"impostor", "body", "query"})


@lru_cache(maxsize=1024)
def signature_defects(contract: Contract, target: Target, request: WireRequest, now: datetime) -> frozenset[str]:
    """Return the possible defects, keywords of `authentication` in protocol.yaml; none for a valid signature.

    If the bytes allow several explanations, all are returned. A target that takes unsigned requests has
    no defects in them.
    """
    signature = parse_signature(request)
    if isinstance(signature, Unsigned):
        return frozenset() if target.signature is SignatureScheme.NONE else frozenset({"unsigned"})
    if not isinstance(signature, SignatureParts):
        return frozenset({"incomplete"})
    return _date_defects(contract, signature, now) or _key_defects(target, signature, request)


def _date_defects(contract: Contract, signature: SignatureParts, now: datetime) -> frozenset[str]:
    date = parse_date(signature.date)
    tolerance = timedelta(seconds=contract.protocol.clock_tolerance)
    if date is None:
        return frozenset({"malformed"})
    if date < now - tolerance:
        return frozenset({"expired"})
    return frozenset({"future"}) if date > now + tolerance else frozenset()


def _key_defects(target: Target, signature: SignatureParts, request: WireRequest) -> frozenset[str]:
    keys = [key for key in (target.credentials, target.unauthorized_credentials) if key is not None]
    key: Credentials | None = next((key for key in keys if key.access_key_id == signature.access_key_id), None)
    if key is None:
        return frozenset({"stranger"})
    if not verify_signature(signature, request, key.access_key_secret):
        return _MISMATCH_DEFECTS
    if unsigned_headers(signature, request):
        return frozenset({"unsigned-header"})
    return frozenset() if key == target.credentials else frozenset({"permission"})
