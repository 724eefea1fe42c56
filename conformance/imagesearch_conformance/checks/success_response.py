"""Checks of any success response: its fields, and its consistency with itself and with the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES, parse_integer
from imagesearch_conformance.checks.ranking import check_ranking
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.checks.scores import check_scores_and_regions
from imagesearch_conformance.checks.threshold_and_distinct import check_threshold_and_distinct
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
