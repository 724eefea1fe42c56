"""The order of entries, and where they belong; judged on every success."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.paging import (
    are_comparable,
    format_images,
    has_unambiguous_page,
    page_size,
    page_start,
    searched_image,
)
from imagesearch_conformance.checks.parsed_response import parse_integer, parse_number
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image

#: The requirements that an image is found by its own search, and leads it.
RANKING_FOUND, RANKING_SELF = "ranking.found", "ranking.self"


def check_ranking(context: CheckContext) -> Iterator[CheckResult]:
    """Remarks on the order of a list of entries and on their category."""
    entries = parse_entries(context.contract, context.response)
    yield from _check_score_order(context, entries)
    yield from _check_sort_values(context)
    yield from _check_self_match(context, entries)
    yield from _check_category(context, entries)


def _check_score_order(context: CheckContext, entries: tuple[Entry, ...]) -> Iterator[CheckResult]:
    scores = [one.score for one in entries if one.score is not None]
    if len(scores) < 2 or len(scores) < len(entries):  # noqa: PLR2004 an order needs two
        return
    requirement = "ranking.score"
    place = next((index for index, (one, other) in enumerate(pairwise(scores)) if one < other), None)
    if place is None:
        yield context.pass_requirement(requirement)
    else:
        message = f"the entry {place + 1} has a greater Score than the one before it"
        where = f"/Auctions/{place + 1}/Score"
        yield context.fail_requirement(requirement, message, (f"at most {scores[place]}",), scores[place + 1], where)


def _check_sort_values(context: CheckContext) -> Iterator[CheckResult]:
    """Within one category the first values fall wherever the scores do."""
    pairs = [
        (parse_number(one.get("Score")), _first_value(one.get("SortExprValues"))) for one in context.response.entries
    ]
    known = [(score, value) for score, value in pairs if score is not None and value is not None]
    categories = {str(one.get("CategoryId")) for one in context.response.entries}
    if len(known) < 2 or len(known) < len(pairs) or len(categories) > 1:  # noqa: PLR2004 an order needs two
        return
    requirement = "ranking.sortexprvalues"
    place = next((index for index, (one, other) in enumerate(pairwise(known)) if _is_opposite_order(one, other)), None)
    if place is None:
        yield context.pass_requirement(requirement)
    else:
        message, where = (
            "SortExprValues orders two entries against their Score",
            f"/Auctions/{place + 1}/SortExprValues",
        )
        yield context.fail_requirement(requirement, message, (), known[place + 1][1], where)


def _is_opposite_order(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return (first[0] - second[0]) * (first[1] - second[1]) < 0


@lru_cache(maxsize=2**13)
def _parse_first_value(text: str) -> float | None:
    try:
        return float(text.partition(";")[0])
    except ValueError:
        return None


def _first_value(value: object) -> float | None:
    return _parse_first_value(value) if isinstance(value, str) else None


def _check_self_match(context: CheckContext, entries: tuple[Entry, ...]) -> Iterator[CheckResult]:
    """On the first page of a search that nothing narrows, the image searched with is among the best."""
    further = (context.contract.result_filters.threshold_parameter, context.contract.result_filters.distinct_parameter)
    narrowing = [context.contract.category.parameter, *(name for name in further if name is not None)]
    image = searched_image(context)
    instance = context.target.find_instance(context.request.value(context.contract.instance_parameter))
    known = instance is not None and image in instance.images
    first = has_unambiguous_page(context) and page_start(context) <= 0
    narrowed = context.filter or any(map(context.request.value, narrowing))
    if not first or narrowed or not entries or not known or not are_comparable([context]):
        return
    scores = [one.score for one in entries if one.score is not None]
    best = [one.image for one in entries if one.score == max(scores, default=None)]
    listed = [one.image for one in entries]
    if image in listed:
        yield context.pass_requirement(RANKING_FOUND)
        if len(scores) == len(entries):
            yield _check_highest_score(context, image, best)
    elif len(best) < len(entries) or not scores or len(entries) < page_size(context):
        # A whole page of equals says nothing: the image may well be the next of them.
        yield context.fail_requirement(
            RANKING_FOUND,
            "the image does not find itself",
            (format_images([image]),),
            format_images(best),
            "/Auctions/0",
        )


def _check_highest_score(context: CheckContext, image: Image, best: Sequence[Image]) -> CheckResult:
    if image in best:
        return context.pass_requirement(RANKING_SELF)
    message = "the image has not the highest Score of its own ranking"
    return context.fail_requirement(
        RANKING_SELF, message, (format_images([image]),), format_images(best), "/Auctions", allow_approximation=True
    )


def _check_category(context: CheckContext, entries: tuple[Entry, ...]) -> Iterator[CheckResult]:
    reported = parse_integer(context.response.value_at("PicInfo", "CategoryId"))
    if reported is None or not entries:
        return
    requirement = "ranking.category"
    wrong = next((index for index, one in enumerate(entries) if one.category not in {None, reported}), None)
    if wrong is None:
        yield context.pass_requirement(requirement)
    else:
        message = f"an entry of the category {entries[wrong].category} where {reported} is reported"
        where = f"/Auctions/{wrong}/CategoryId"
        yield context.fail_requirement(requirement, message, (str(reported),), entries[wrong].category, where)
