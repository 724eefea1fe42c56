"""Constraints that a request puts on a success response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.filters.ast import Condition
from imagesearch_conformance.model.target import Image


@frozen
class ResponseConstraints:
    """The page, category, condition and minimum Score of a response.

    `first_image` is the image that has to be the first entry, if any. Without a request the page may have any length.
    """

    max_entries: int
    start: int = 0
    category: int | None = None
    condition: Condition | None = None
    threshold: float = 0.0
    distinct: bool = False
    first_image: Image | None = None
    has_request: bool = False


def build_constraints(
    contract: Contract, request: Mapping[str, Any] | None, category: int | None
) -> ResponseConstraints:
    """Return the constraints of a request, or without one those that hold for all requests."""
    if request is None:
        return ResponseConstraints(
            contract.parameter(contract.window.count_parameter).maximum or contract.window.maximum, category=category
        )
    values = {name: to_wire_value(value) for name, value in request.items() if value is not None}
    result_filters, requested_category = contract.result_filters, values.get(contract.category.parameter)
    start = _integer_parameter(contract, values, contract.window.start_parameter)
    filter_text = values.get(contract.filter_parameter.name, "") if contract.filter_parameter else ""
    threshold = values.get(result_filters.threshold_parameter or "", "")
    distinct = values.get(result_filters.distinct_parameter or "", "")
    restricted = start or filter_text or threshold or distinct or requested_category
    return ResponseConstraints(
        max_entries=_integer_parameter(contract, values, contract.window.count_parameter),
        start=start,
        category=_parse_integer(requested_category) if category is None else category,
        condition=contract.filter_rules.parse_leniently(filter_text) if filter_text else None,
        threshold=_parse_threshold(contract, threshold),
        distinct=distinct == to_wire_value(value=True),
        first_image=None if restricted else Image(*(values.get(name, "") for name in contract.image.parameters)),
        has_request=True,
    )


def _integer_parameter(contract: Contract, parameters: Mapping[str, str], name: str) -> int:
    value = _parse_integer(parameters.get(name))
    return int(contract.parameter(name).default or 0) if value is None else max(value, 0)


def _parse_integer(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


def _parse_threshold(contract: Contract, text: str) -> float:
    name = contract.result_filters.threshold_parameter
    return float(text) if name and text and contract.parameter(name).matches_pattern(text) else 0.0
