"""The two texts of a success that hold numbers: score pairs and regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.fields import Occurrence, find_occurrences
from imagesearch_conformance.checks.parsed_response import parse_integer
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.fields import Aspect, Constraint, Field

#: Stands for a text that begins with no number: nothing is said of its range.
_UNREADABLE = (0.0, "")

#: A number of pixels; one of more digits is none that a picture can have, and is not compared.
_PIXEL_PATTERN = re.compile("[0-9]{1,18}")


def check_scores_and_regions(context: CheckContext) -> Iterator[CheckResult]:
    """Remarks on the first value of score pairs, and on the corners of regions."""
    for field in context.contract.success_fields:
        for constraint in field.constraints:
            if constraint.aspect is Aspect.FIRST_VALUE:
                yield from _check_first_values(context, field, constraint)
            elif constraint.aspect is Aspect.GEOMETRY:
                yield from _check_regions(context, field, constraint.keywords["x-region"])


def _check_first_values(context: CheckContext, field: Field, constraint: Constraint) -> Iterator[CheckResult]:
    requirement, by = f"response.{field.key}.{Aspect.FIRST_VALUE}", constraint.keywords["x-first-value"]["by"]
    for pointer, entry in find_occurrences(context.response.document, field.path[:-1]):
        value, category = (
            (entry.get(field.path[-1]), parse_integer(entry.get(by))) if isinstance(entry, dict) else (None, None)
        )
        if not isinstance(value, str) or category is None:
            continue
        problem = _first_value_problem(constraint, value, category)
        if problem is None:
            yield context.pass_requirement(requirement)
        elif problem is not _UNREADABLE:
            first, expected = problem
            message = f"{field.label} has the first value {first:g} in the category {category}"
            yield context.fail_requirement(requirement, message, (expected,), value, f"{pointer}/{field.path[-1]}")


@lru_cache(maxsize=2**13)
def _first_value_problem(constraint: Constraint, value: str, category: int) -> tuple[float, str] | None:
    """A first value out of its range, and the range; None for one within: entries come again and again."""
    rule = constraint.keywords["x-first-value"]
    first = _parse_number(value.partition(rule["separator"])[0])
    if first is None:
        return _UNREADABLE
    low, high = rule["minimum"], _max_first_value(rule, category)
    return None if low <= first <= high * (1 + rule.get("tolerance", 0)) else (first, f"{low} to {high:g}")


def _max_first_value(rule: Mapping[str, Any], category: int) -> float:
    for one in rule["ranges"]:
        if one["from"] <= category <= one["to"]:
            return float(one["maximum"])
    return float(rule["otherwise"]["maximum"])


def _parse_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _check_regions(context: CheckContext, field: Field, order: str) -> Iterator[CheckResult]:
    for place in find_occurrences(context.response.document, field.path):
        yield from _check_corners(context, field, order, place)


def _check_corners(context: CheckContext, field: Field, order: str, occurrence: Occurrence) -> Iterator[CheckResult]:
    pointer, value = occurrence
    requirement = f"response.{field.key}.{Aspect.GEOMETRY}"
    names = order.split(",")
    parts = value.split(",") if isinstance(value, str) else []
    if len(parts) != len(names) or not all(_PIXEL_PATTERN.fullmatch(part) for part in parts):
        return
    at = dict(zip(names, map(int, parts), strict=True))
    if at["x1"] <= at["x2"] and at["y1"] <= at["y2"]:
        yield context.pass_requirement(requirement)
    else:
        yield context.fail_requirement(
            requirement, f"{field.label} has its corners the wrong way round", (order,), value, pointer
        )
