"""Checks of any success response: its fields, and its consistency with itself and with the request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from imagesearch_conformance.checks.fields import check_fields, find_occurrences
from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES, parse_integer, parse_number_text
from imagesearch_conformance.checks.ranking import check_ranking
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.checks.threshold_and_distinct import check_threshold_and_distinct
from imagesearch_conformance.contract.fields import Aspect, Constraint, Field
from imagesearch_conformance.model.target import InstanceType


def check_success_response(context: CheckContext) -> Iterator[CheckResult]:
    yield from check_fields(context, context.contract.success_fields, "response")
    yield from check_scores_and_regions(context)
    yield from _check_counters(context)
    yield from _check_entry_limit(context)
    yield from _check_category(context)
    yield from check_ranking(context)
    yield from check_threshold_and_distinct(context)


def _check_counters(context: CheckContext) -> Iterator[CheckResult]:
    entries = context.response.document.get("Auctions")
    counters = [counter for counter in context.response.counters if counter is not None]
    if not isinstance(entries, list) or len(counters) < len(COUNTER_NAMES):
        return
    requirement = "response.head.counters"
    if min(counters) == len(entries):
        yield context.pass_requirement(requirement)
    else:
        expected = (f"one is {len(entries)}, the number of entries, and the other is not smaller",)
        actual = dict(zip(COUNTER_NAMES, counters, strict=True))
        yield context.fail_requirement(requirement, "the counters contradict the entries", expected, actual, "/Head")


def _check_entry_limit(context: CheckContext) -> Iterator[CheckResult]:
    entries = context.response.document.get("Auctions")
    name = context.contract.window.count_parameter
    limit = context.request.integer(name) if context.request.value(name) else context.contract.parameter(name).default
    if not isinstance(entries, list) or not isinstance(limit, int) or limit < 0:
        return
    if len(entries) <= limit:
        yield context.pass_requirement("response.auctions.limit")
    else:
        message = f"{len(entries)} entries, but {name} is {limit}"
        yield context.fail_requirement(
            "response.auctions.limit", message, (f"at most {limit}",), len(entries), "/Auctions"
        )


def _check_category(context: CheckContext) -> Iterator[CheckResult]:
    reported = parse_integer(context.response.value_at("PicInfo", "CategoryId"))
    instance = context.target.find_instance(context.request.value(context.contract.instance_parameter))
    if reported is None:
        return
    yield from _check_category_listed(context, reported)
    if instance is None:
        return
    if instance.type is InstanceType.GENERIC:
        yield _check_category_equal(context, "generic", reported, context.contract.category.generic_category)
    elif (requested := context.request.integer(context.contract.category.parameter)) is not None:
        yield _check_category_equal(context, "given", reported, requested)


def _check_category_listed(context: CheckContext, category: int) -> Iterator[CheckResult]:
    items = context.response.value_at("PicInfo", "AllCategories")
    ids = [item.get("Id") for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    if not ids:
        return
    requirement = "response.picinfo.categoryid.listed"
    if category in ids:
        yield context.pass_requirement(requirement)
    else:
        message = f"category {category} is not in AllCategories"
        yield context.fail_requirement(requirement, message, tuple(map(str, ids)), category, "/PicInfo/CategoryId")


def _check_category_equal(context: CheckContext, aspect: str, actual: int, expected: int) -> CheckResult:
    requirement = f"response.picinfo.categoryid.{aspect}"
    if actual == expected:
        return context.pass_requirement(requirement)
    message = f"expected category {expected}, got {actual}"
    return context.fail_requirement(requirement, message, (str(expected),), actual, "/PicInfo/CategoryId")


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
