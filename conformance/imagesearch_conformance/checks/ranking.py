"""Checks of the order and category of the entries of any success response."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from imagesearch_conformance.checks.paging import (
    are_comparable,
    format_images,
    has_unambiguous_page,
    page_size,
    page_start,
    searched_image,
)
from imagesearch_conformance.checks.parsed_response import parse_integer, parse_number, parse_number_text
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image

#: The requirements that a search for an image finds it, with the highest score.
RANKING_FOUND, RANKING_SELF = "ranking.found", "ranking.self"

_NOT_FOUND_MESSAGE = "the search for an image does not find it"


def check_ranking(context: CheckContext) -> Iterator[CheckResult]:
    entries = context.entries
    yield from _check_score_order(context, entries)
    yield from _check_sort_values(context)
    yield from _check_self_match(context, entries)
    yield from _check_category(context, entries)


def _check_score_order(context: CheckContext, entries: tuple[Entry, ...]) -> Iterator[CheckResult]:
    scores = [entry.score for entry in entries if entry.score is not None]
    if len(scores) < 2 or len(scores) < len(entries):  # noqa: PLR2004 an order needs two
        return
    requirement = "ranking.score"
    place = next((index for index, (score, following) in enumerate(pairwise(scores)) if score < following), None)
    if place is None:
        yield context.pass_requirement(requirement)
    else:
        message = f"entry {place + 1} has a higher Score than the entry before it"
        where = f"/Auctions/{place + 1}/Score"
        yield context.fail_requirement(requirement, message, (f"at most {scores[place]}",), scores[place + 1], where)


def _check_sort_values(context: CheckContext) -> Iterator[CheckResult]:
    """Check that the first values of one category descend with the scores."""
    items = context.response.entries
    pairs = [(parse_number(item.get("Score")), _first_value(item.get("SortExprValues"))) for item in items]
    known = [(score, value) for score, value in pairs if score is not None and value is not None]
    categories = {str(item.get("CategoryId")) for item in items}
    if len(known) < 2 or len(known) < len(pairs) or len(categories) > 1:  # noqa: PLR2004 an order needs two
        return
    requirement = "ranking.sortexprvalues"
    place = next((index for index, neighbours in enumerate(pairwise(known)) if _is_opposite_order(*neighbours)), None)
    if place is None:
        yield context.pass_requirement(requirement)
    else:
        message = "SortExprValues orders two entries against their Score"
        where = f"/Auctions/{place + 1}/SortExprValues"
        yield context.fail_requirement(requirement, message, (), known[place + 1][1], where)


def _is_opposite_order(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return (first[0] - second[0]) * (first[1] - second[1]) < 0


def _first_value(value: object) -> float | None:
    return parse_number_text(value.partition(";")[0]) if isinstance(value, str) else None


def _check_self_match(context: CheckContext, entries: tuple[Entry, ...]) -> Iterator[CheckResult]:
    """Check that the first page of an unrestricted search has its own image among the best."""
    contract, request, image = context.contract, context.request, searched_image(context)
    optional = (contract.result_filters.threshold_parameter, contract.result_filters.distinct_parameter)
    restricting = [contract.category.parameter, *(name for name in optional if name is not None)]
    is_restricted = context.filter or any(map(request.value, restricting))
    instance = context.target.find_instance(request.value(contract.instance_parameter))
    is_stored = instance is not None and image in instance.images
    is_first_page = has_unambiguous_page(context) and page_start(context) <= 0
    if not is_first_page or is_restricted or not entries or not is_stored or not are_comparable([context]):
        return
    scores = [entry.score for entry in entries if entry.score is not None]
    best = [entry.image for entry in entries if entry.score == max(scores, default=None)]
    if image in (entry.image for entry in entries):
        yield context.pass_requirement(RANKING_FOUND)
        if len(scores) == len(entries):
            yield _check_highest_score(context, image, best)
    elif len(best) < len(entries) or not scores or len(entries) < page_size(context):
        # A full page of equal scores shows nothing: the image may be the next of them.
        yield context.fail_requirement(
            RANKING_FOUND, _NOT_FOUND_MESSAGE, (format_images([image]),), format_images(best), "/Auctions/0"
        )


def _check_highest_score(context: CheckContext, image: Image, best: Sequence[Image]) -> CheckResult:
    if image in best:
        return context.pass_requirement(RANKING_SELF)
    message = "the image does not have the highest Score of its own search"
    return context.fail_requirement(
        RANKING_SELF, message, (format_images([image]),), format_images(best), "/Auctions", allow_approximation=True
    )


def _check_category(context: CheckContext, entries: tuple[Entry, ...]) -> Iterator[CheckResult]:
    reported = parse_integer(context.response.value_at("PicInfo", "CategoryId"))
    if reported is None or not entries:
        return
    requirement = "ranking.category"
    wrong = next((index for index, entry in enumerate(entries) if entry.category not in {None, reported}), None)
    if wrong is None:
        yield context.pass_requirement(requirement)
    else:
        message = f"an entry has category {entries[wrong].category}, but the response reports {reported}"
        where = f"/Auctions/{wrong}/CategoryId"
        yield context.fail_requirement(requirement, message, (str(reported),), entries[wrong].category, where)
