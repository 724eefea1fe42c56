"""Faults of requests that the documentation does not specify: the server fails instead of accepting or rejecting."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.emulator.bodies import build_error_body
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.gateway import default_region
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.signing.encoding import Pairs, parameters, parse_form

_RequestPredicate = Callable[[Pairs, FaultContext], bool]


def fail_if(is_affected: _RequestPredicate, *, include_errors: bool = False) -> Hook[WireResponse]:
    """Return a hook that replaces responses to affected requests with the last documented error.

    Error responses are replaced with `include_errors` only.
    """

    def hook(response: WireResponse, context: FaultContext) -> WireResponse:
        replaceable = include_errors or response.status == context.contract.protocol.success_status
        if not replaceable or not is_affected(parameters(context.request), context):
            return response
        row = context.contract.errors.documented_rows[-1]
        error = ErrorResponse(row.status, row.code, row.message, "failed")
        body = build_error_body(error, json.loads(response.body)["RequestId"], default_region(context.contract).host)
        return WireResponse(row.status, response.headers, json.dumps(body).encode())

    return hook


def _server_failure_fault(
    name: str,
    subject: str,
    requirements: str,
    is_affected: _RequestPredicate,
    *side_effects: str,
    include_errors: bool = True,
) -> Fault:
    """A fault that fails on some requests; `requirements` are separated by spaces."""
    violates = tuple(f"silence.{requirement}" for requirement in requirements.split())
    hook = fail_if(is_affected, include_errors=include_errors)
    return Fault(f"{name}-fails", f"{subject} causes a server error.", violates, side_effects, response=hook)


def _integer_matches(pattern: str) -> _RequestPredicate:
    def has_match(pairs: Pairs, context: FaultContext) -> bool:
        integers = {parameter.name for parameter in context.contract.parameters if parameter.is_integer}
        return any(name in integers and re.fullmatch(pattern, value) for name, value in pairs)

    return has_match


def _filter_matches(pattern: str) -> _RequestPredicate:
    return lambda pairs, context: any(
        name == context.roles.filter and re.search(pattern, value) for name, value in pairs
    )


def notation_faults(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of notations that the contract does not specify: of values, booleans and filters."""
    for parameter in contract.parameters:
        name, key = parameter.name, parameter.key
        if parameter.unspecified_values:
            yield _server_failure_fault(
                f"{key}-in-other-notation",
                f"{name} in an unspecified notation",
                f"notation.{key}",
                _uses_unspecified_notation(parameter),
            )
        if parameter.is_boolean:
            yield _server_failure_fault(
                f"{key}-with-capitals", f"{name} with capital letters", f"boolean.{key}", _uses_capitals(parameter)
            )
    if contract.filter_rules.unspecified_conditions:
        names = " ".join(f"filter.{name}" for name in contract.filter_rules.unspecified_conditions)
        texts = "|".join(
            re.escape(condition.text) for condition in contract.filter_rules.unspecified_conditions.values()
        )
        yield _server_failure_fault(
            "filter-in-other-notation", "Filter in an unspecified notation", names, _filter_matches(f"^({texts})$")
        )


def _uses_unspecified_notation(parameter: Parameter) -> _RequestPredicate:
    return lambda pairs, _: any(name == parameter.name and parameter.is_unspecified(value) for name, value in pairs)


def _uses_capitals(parameter: Parameter) -> _RequestPredicate:
    booleans = {to_wire_value(value=True), to_wire_value(value=False)}
    return lambda pairs, _: any(
        name == parameter.name and value.lower() in booleans and value not in booleans for name, value in pairs
    )


def _has_empty_optional(pairs: Pairs, context: FaultContext) -> bool:
    optional = {parameter.name for parameter in context.contract.parameters if not parameter.required}
    return any(name in optional and not value for name, value in pairs)


def _has_unknown_parameter(pairs: Pairs, context: FaultContext) -> bool:
    known = {parameter.name for parameter in context.contract.parameters}
    return not known.issuperset(name for name, _ in pairs)


def _has_repeated_parameter(pairs: Pairs, _context: FaultContext) -> bool:
    return len({name for name, _ in pairs}) < len(pairs)


def _has_parameters_in_query(_pairs: Pairs, context: FaultContext) -> bool:
    in_query = {name for name, _ in parse_form(context.request.query)}
    return context.request.method == "POST" and context.roles.product in in_query


def _has_lowercase_action(_pairs: Pairs, context: FaultContext) -> bool:
    action = context.contract.protocol.action
    return any(value == action.lower() for _, value in context.request.headers)


def _has_no_version(_pairs: Pairs, context: FaultContext) -> bool:
    return all(value != context.contract.protocol.version for _, value in context.request.headers) and all(
        "version" not in name.lower() for name, _ in context.request.headers
    )


FAULTS = (
    _server_failure_fault(
        "odd-integer",
        "An integer with a plus sign, spaces, leading zeros or a zero fraction",
        "integer.plus integer.space integer.zeros integer.fraction",
        _integer_matches(r"\+[0-9]+| +-?[0-9]+ *|-?[0-9]+ +|0+[0-9]+|[0-9]+\.0"),
    ),
    _server_failure_fault("empty-parameter", "An empty optional parameter", "empty", _has_empty_optional),
    _server_failure_fault(
        "unknown-parameter", "An unknown parameter", "unknown", _has_unknown_parameter, include_errors=False
    ),
    _server_failure_fault("repeated-parameter", "A repeated parameter", "repeated", _has_repeated_parameter),
    _server_failure_fault("get", "The GET method", "method", lambda _, context: context.request.method == "GET"),
    _server_failure_fault("query", "A request with its parameters in the query", "location", _has_parameters_in_query),
    _server_failure_fault("action-in-lower-case", "An action in lower case", "case", _has_lowercase_action),
    _server_failure_fault("absent-version", "A request without a version", "version", _has_no_version),
    # The requirements of the meaning of these notations are tested with the same requests.
    _server_failure_fault(
        "parenthesis",
        "A parenthesis in Filter",
        "filter.parentheses",
        _filter_matches(r"^\(.*\)$"),
        "filter.parentheses",
    ),
    _server_failure_fault(
        "keyword-in-lower-case",
        "A keyword in lower case in Filter",
        "filter.keywords",
        _filter_matches(r"[\d\"] (and|or) "),
        "filter.keywords",
    ),
)
