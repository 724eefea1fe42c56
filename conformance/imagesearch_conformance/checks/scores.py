"""Checks of the two fields of a success response that have numbers in a text: sort values and regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.checks.fields import find_occurrences
from imagesearch_conformance.checks.parsed_response import parse_integer
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.fields import Aspect, Constraint, Field

#: A number of pixels; no picture has one with more digits.
_PIXEL_PATTERN = re.compile("[0-9]{1,18}")


def check_scores_and_regions(context: CheckContext) -> Iterator[CheckResult]:
    """Check the first value of sort values, and the corners of regions."""
    for field in context.contract.success_fields:
        for constraint in field.constraints:
            if constraint.aspect is Aspect.FIRST_VALUE:
                yield from _check_first_values(context, field, constraint)
            elif constraint.aspect is Aspect.GEOMETRY:
                yield from _check_regions(context, field, constraint.keywords["x-region"])


def _check_first_values(context: CheckContext, field: Field, constraint: Constraint) -> Iterator[CheckResult]:
    requirement, rule = f"response.{field.key}.{Aspect.FIRST_VALUE}", constraint.keywords["x-first-value"]
    for pointer, entry in find_occurrences(context.response.document, field.path[:-1]):
        value, category = (
            (entry.get(field.path[-1]), parse_integer(entry.get(rule["by"])))
            if isinstance(entry, dict)
            else (None, None)
        )
        if not isinstance(value, str) or category is None:
            continue
        first = parse_number_text(value.partition(rule["separator"])[0])
        if first is None:
            continue
        low, high = rule["minimum"], _max_first_value(rule, category)
        if low <= first <= high * (1 + rule.get("tolerance", 0)):
            yield context.pass_requirement(requirement)
        else:
            message = f"{field.label} has the first value {first:g} in category {category}"
            where = f"{pointer}/{field.path[-1]}"
            yield context.fail_requirement(requirement, message, (f"{low} to {high:g}",), value, where)


def _max_first_value(rule: Mapping[str, Any], category: int) -> float:
    for category_range in rule["ranges"]:
        if category_range["from"] <= category <= category_range["to"]:
            return float(category_range["maximum"])
    return float(rule["otherwise"]["maximum"])


def parse_number_text(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _check_regions(context: CheckContext, field: Field, order: str) -> Iterator[CheckResult]:
    requirement = f"response.{field.key}.{Aspect.GEOMETRY}"
    names = order.split(",")
    for pointer, value in find_occurrences(context.response.document, field.path):
        parts = value.split(",") if isinstance(value, str) else []
        if len(parts) != len(names) or not all(map(_PIXEL_PATTERN.fullmatch, parts)):
            continue
        corners = dict(zip(names, map(int, parts), strict=True))
        if corners["x1"] <= corners["x2"] and corners["y1"] <= corners["y2"]:
            yield context.pass_requirement(requirement)
        else:
            message = f"{field.label} has its corners in the wrong order"
            yield context.fail_requirement(requirement, message, (order,), value, pointer)
