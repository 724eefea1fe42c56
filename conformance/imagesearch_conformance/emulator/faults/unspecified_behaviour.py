"""Defects of requests on which the page is silent: they may be accepted or refused, and the server fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import Parameter, to_wire_value
from imagesearch_conformance.emulator.error_body import build_error_body
from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.region import default_region
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.signing.encoding import Pairs, parameters, parse_form

#: Whether a request, of these parameters, makes the server fail.
_RequestPredicate = Callable[[Pairs, FaultContext], bool]


def fail_if(is_affected: _RequestPredicate, *, include_errors: bool = False) -> Hook[WireResponse]:
    """Some requests that succeed, or with `refused` all such, fail with the last row of the page's table."""

    def hook(response: WireResponse, context: FaultContext) -> WireResponse:
        concerned = include_errors or response.status == context.contract.protocol.success_status
        if not concerned or not is_affected(parameters(context.request), context):
            return response
        row = context.contract.errors.documented_rows[-1]
        refusal = ErrorResponse(row.status, row.code, row.message, "failed")
        document = build_error_body(
            refusal, json.loads(response.body)["RequestId"], default_region(context.contract).host
        )
        return WireResponse(row.status, response.headers, json.dumps(document).encode())

    return hook


def _server_failure_fault(
    name: str,
    description: str,
    requirements: str,
    is_affected: _RequestPredicate,
    *side_effects: str,
    include_errors: bool = True,
) -> Fault:
    """`requirement` may be several, with a space between them."""
    breaks, hook = (
        tuple(f"silence.{one}" for one in requirements.split()),
        fail_if(is_affected, include_errors=include_errors),
    )
    return Fault(f"{name}-fails", f"{description} makes the server fail.", breaks, side_effects, response=hook)


def _integer_matches(pattern: str) -> _RequestPredicate:
    def has_match(pairs: Pairs, context: FaultContext) -> bool:
        integers = {one.name for one in context.contract.parameters if one.is_integer}
        return any(name in integers and re.fullmatch(pattern, value) for name, value in pairs)

    return has_match


def _filter_matches(pattern: str) -> _RequestPredicate:
    return lambda pairs, context: any(
        name == context.roles.filter and re.search(pattern, value) for name, value in pairs
    )


def notation_faults(contract: Contract) -> Iterator[Fault]:
    """A fault of each kind of notation that the contract leaves open: of values, of true and false, and of filters."""
    for one in contract.parameters:
        if one.unspecified_values:
            text = f"{one.name} in a notation that the page leaves open"
            yield _server_failure_fault(
                f"{one.key}-in-other-notation", text, f"notation.{one.key}", _uses_open_notation(one)
            )
        if one.is_boolean:
            text = f"{one.name} with capitals"
            yield _server_failure_fault(f"{one.key}-with-capitals", text, f"boolean.{one.key}", _uses_capitals(one))
    if contract.filter_rules.unspecified_conditions:
        names = " ".join(f"filter.{name}" for name in contract.filter_rules.unspecified_conditions)
        texts = "|".join(re.escape(one.text) for one in contract.filter_rules.unspecified_conditions.values())
        yield _server_failure_fault(
            "filter-in-other-notation", "A filter in a doubtful notation", names, _filter_matches(f"^({texts})$")
        )


def _uses_open_notation(parameter: Parameter) -> _RequestPredicate:
    return lambda pairs, _: any(name == parameter.name and parameter.is_unspecified(value) for name, value in pairs)


def _uses_capitals(parameter: Parameter) -> _RequestPredicate:
    truths = {to_wire_value(value=True), to_wire_value(value=False)}
    return lambda pairs, _: any(
        name == parameter.name and value.lower() in truths and value not in truths for name, value in pairs
    )


def _has_empty_optional(pairs: Pairs, context: FaultContext) -> bool:
    optional = {one.name for one in context.contract.parameters if not one.required}
    return any(name in optional and not value for name, value in pairs)


def _has_unknown_parameter(pairs: Pairs, context: FaultContext) -> bool:
    return not {one.name for one in context.contract.parameters}.issuperset(name for name, _ in pairs)


def _has_repeated_parameter(pairs: Pairs, _context: FaultContext) -> bool:
    return len({name for name, _ in pairs}) < len(pairs)


def _has_parameters_in_query(_pairs: Pairs, context: FaultContext) -> bool:
    queried = {name for name, _ in parse_form(context.request.query)}
    return context.request.method == "POST" and context.roles.product in queried


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
        "An integer with a plus sign, a space around it, leading zeros or a fraction of zero",
        "integer.plus integer.space integer.zeros integer.fraction",
        _integer_matches(r"\+[0-9]+| +-?[0-9]+ *|-?[0-9]+ +|0+[0-9]+|[0-9]+\.0"),
    ),
    _server_failure_fault("empty-parameter", "An optional parameter that is empty", "empty", _has_empty_optional),
    _server_failure_fault(
        "unknown-parameter", "A parameter that is not known", "unknown", _has_unknown_parameter, include_errors=False
    ),
    _server_failure_fault("repeated-parameter", "A parameter given twice", "repeated", _has_repeated_parameter),
    _server_failure_fault("get", "The method GET", "method", lambda _, context: context.request.method == "GET"),
    _server_failure_fault("query", "A request with its parameters in the query", "location", _has_parameters_in_query),
    _server_failure_fault("action-in-lower-case", "The operation in lower case", "case", _has_lowercase_action),
    _server_failure_fault("absent-version", "A request without a version", "version", _has_no_version),
    # Whether both notations mean what they should is asked in these notations, too.
    _server_failure_fault(
        "parenthesis",
        "A parenthesis in a filter",
        "filter.parentheses",
        _filter_matches(r"^\(.*\)$"),
        "filter.parentheses",
    ),
    _server_failure_fault(
        "keyword-in-lower-case",
        "A keyword of filters in lower case",
        "filter.keywords",
        _filter_matches(r"[\d\"] (and|or) "),
        "filter.keywords",
    ),
)
