"""The two texts of a success that hold numbers: score pairs and regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.fields import Place, occurrences
from imagesearch_conformance.checks.reading import whole
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract.fields import Aspect, Constraint, Field

#: Stands for a text that begins with no number: nothing is said of its range.
_UNREADABLE = (0.0, "")

#: A number of pixels; one of more digits is none that a picture can have, and is not compared.
_PIXEL = re.compile("[0-9]{1,18}")


def check_scores(view: View) -> Iterator[Remark]:
    """Remarks on the first value of score pairs, and on the corners of regions."""
    for field in view.contract.success_fields:
        for constraint in field.constraints:
            if constraint.aspect is Aspect.FIRST_VALUE:
                yield from _first_values(view, field, constraint)
            elif constraint.aspect is Aspect.GEOMETRY:
                yield from _regions(view, field, constraint.keywords["x-region"])


def _first_values(view: View, field: Field, constraint: Constraint) -> Iterator[Remark]:
    requirement, by = f"response.{field.key}.{Aspect.FIRST_VALUE}", constraint.keywords["x-first-value"]["by"]
    for pointer, entry in occurrences(view.reading.document, field.path[:-1]):
        value, category = (entry.get(field.path[-1]), whole(entry.get(by))) if isinstance(entry, dict) else (None, None)
        if not isinstance(value, str) or category is None:
            continue
        problem = _problem(constraint, value, category)
        if problem is None:
            yield view.held(requirement)
        elif problem is not _UNREADABLE:
            first, expected = problem
            message = f"{field.label} has the first value {first:g} in the category {category}"
            yield view.departed(requirement, message, (expected,), value, f"{pointer}/{field.path[-1]}")


@lru_cache(maxsize=2**13)
def _problem(constraint: Constraint, value: str, category: int) -> tuple[float, str] | None:
    """A first value out of its range, and the range; None for one within: entries come again and again."""
    rule = constraint.keywords["x-first-value"]
    first = _number(value.partition(rule["separator"])[0])
    if first is None:
        return _UNREADABLE
    low, high = rule["minimum"], _ceiling(rule, category)
    return None if low <= first <= high * (1 + rule.get("tolerance", 0)) else (first, f"{low} to {high:g}")


def _ceiling(rule: Mapping[str, Any], category: int) -> float:
    for one in rule["ranges"]:
        if one["from"] <= category <= one["to"]:
            return float(one["maximum"])
    return float(rule["otherwise"]["maximum"])


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _regions(view: View, field: Field, order: str) -> Iterator[Remark]:
    for place in occurrences(view.reading.document, field.path):
        yield from _corners(view, field, order, place)


def _corners(view: View, field: Field, order: str, place: Place) -> Iterator[Remark]:
    pointer, value = place
    requirement = f"response.{field.key}.{Aspect.GEOMETRY}"
    names = order.split(",")
    parts = value.split(",") if isinstance(value, str) else []
    if len(parts) != len(names) or not all(_PIXEL.fullmatch(part) for part in parts):
        return
    at = dict(zip(names, map(int, parts), strict=True))
    if at["x1"] <= at["x2"] and at["y1"] <= at["y2"]:
        yield view.held(requirement)
    else:
        yield view.departed(requirement, f"{field.label} has its corners the wrong way round", (order,), value, pointer)
