"""The two texts of a success that hold numbers: score pairs and regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.checks.fields import Place, occurrences
from imagesearch_conformance.checks.reading import whole
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.contract.fields import Aspect, Field

#: A number of pixels; one of more digits is none that a picture can have, and is not compared.
_PIXEL = re.compile("[0-9]{1,18}")


def check_scores(view: View) -> Iterator[Remark]:
    """Remarks on the first value of score pairs, and on the corners of regions."""
    for field in view.contract.success_fields:
        for constraint in field.constraints:
            if constraint.aspect is Aspect.FIRST_VALUE:
                yield from _first_values(view, field, constraint.keywords["x-first-value"])
            elif constraint.aspect is Aspect.GEOMETRY:
                yield from _regions(view, field, constraint.keywords["x-region"])


def _first_values(view: View, field: Field, rule: Mapping[str, Any]) -> Iterator[Remark]:
    requirement = f"response.{field.key}.{Aspect.FIRST_VALUE}"
    for pointer, entry in occurrences(view.reading.document, field.path[:-1]):
        value = entry.get(field.path[-1]) if isinstance(entry, Mapping) else None
        first = _number(value.partition(rule["separator"])[0]) if isinstance(value, str) else None
        category = whole(entry.get(rule["by"])) if isinstance(entry, Mapping) else None
        if first is None or category is None:
            continue
        low, high = rule["minimum"], _ceiling(rule, category)
        if low <= first <= high * (1 + rule.get("tolerance", 0)):
            yield view.held(requirement)
        else:
            message = f"{field.label} has the first value {first:g} in the category {category}"
            yield view.departed(requirement, message, (f"{low} to {high:g}",), value, f"{pointer}/{field.path[-1]}")


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
