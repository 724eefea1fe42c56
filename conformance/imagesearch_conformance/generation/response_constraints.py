"""What a request asks of the reply: read from values by wire name, as drawn or as they travel."""

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
    """The page, the category, the condition and the least Score that a reply has to keep.

    `image` is the one that has to lead the list, where one has to. Without a request `whole` is false: the page may be
    one of any size.
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
    """What a request asks for; without one, anything that some request may bring."""
    if request is None:
        return ResponseConstraints(
            contract.parameter(contract.window.count_parameter).maximum or contract.window.maximum, category=category
        )
    given = {name: to_wire_value(value) for name, value in request.items() if value is not None}
    names, narrowing = contract.category.parameter, contract.result_filters
    start = _integer_parameter(contract, given, contract.window.start_parameter)
    filtered = given.get(contract.filter_parameter.name, "") if contract.filter_parameter else ""
    threshold, alike = (
        given.get(name or "", "") for name in (narrowing.threshold_parameter, narrowing.distinct_parameter)
    )
    narrowed = start or filtered or threshold or alike or given.get(names)
    return ResponseConstraints(
        max_entries=_integer_parameter(contract, given, contract.window.count_parameter),
        start=start,
        category=_parse_integer(given.get(names)) if category is None else category,
        condition=contract.filter_rules.parse_leniently(filtered) if filtered else None,
        threshold=_parse_threshold(contract, threshold),
        distinct=alike == to_wire_value(value=True),
        first_image=None if narrowed else Image(*(given.get(name, "") for name in contract.image.parameters)),
        has_request=True,
    )


def _integer_parameter(contract: Contract, parameters: Mapping[str, str], name: str) -> int:
    found = _parse_integer(parameters.get(name))
    return int(contract.parameter(name).default or 0) if found is None else max(found, 0)


def _parse_integer(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


def _parse_threshold(contract: Contract, text: str) -> float:
    name = contract.result_filters.threshold_parameter
    return float(text) if name and text and contract.parameter(name).matches_pattern(text) else 0.0
