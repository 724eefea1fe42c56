"""Checks of what a score threshold and distinct products leave out of a ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.filters import unfiltered_entries
from imagesearch_conformance.checks.paging import are_comparable, format_images, has_named_entries, page_size
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.model.survey import Entry

#: The documented notation of true; servers may understand others or not.
_TRUE = to_wire_value(value=True)

#: A Score closer to a threshold than this may equal it: search engines compute with 32 bits.
_SCORE_TOLERANCE = 1e-6


def check_threshold_and_distinct(context: CheckContext) -> Iterator[CheckResult]:
    """Check any success response to a request with a threshold or for distinct products."""
    entries = context.entries
    threshold, scores = requested_threshold(context), [entry.score for entry in entries if entry.score is not None]
    if threshold is not None and entries and len(scores) == len(entries):
        yield _check_floor(context, threshold, scores)
    if is_distinct_requested(context) and entries and has_named_entries(context):
        yield _check_unique_products(context, entries)


def _check_floor(context: CheckContext, threshold: float, scores: Sequence[float]) -> CheckResult:
    name = context.contract.result_filters.threshold_parameter or ""
    requirement = f"{name.lower()}.floor"
    place = next((index for index, score in enumerate(scores) if score < threshold - _SCORE_TOLERANCE), None)
    if place is None:
        return context.pass_requirement(requirement)
    message, where = f"an entry has a Score below {name}", f"/Auctions/{place}/Score"
    return context.fail_requirement(requirement, message, (f"at least {threshold}",), scores[place], where)


def _check_unique_products(context: CheckContext, entries: Sequence[Entry]) -> CheckResult:
    requirement = f"{(context.contract.result_filters.distinct_parameter or '').lower()}.unique"
    products = [entry.image.product_id for entry in entries]
    place = next((index for index, product in enumerate(products) if product in products[:index]), None)
    if place is None:
        return context.pass_requirement(requirement)
    where = f"/Auctions/{place}/ProductId"
    return context.fail_requirement(requirement, "a product is listed twice", ("each once",), products[place], where)


def requested_threshold(context: CheckContext) -> float | None:
    """The threshold of a request if it has the documented form, else None."""
    name = context.contract.result_filters.threshold_parameter
    if name is None or not context.request.has_exactly_one(name):
        return None
    text = context.request.value(name)
    return float(text) if text and context.contract.parameter(name).matches_pattern(text) else None


def is_distinct_requested(context: CheckContext) -> bool:
    """Return whether a request asks for distinct products in the documented notation."""
    name = context.contract.result_filters.distinct_parameter
    return name is not None and context.request.value(name) == _TRUE and context.request.has_exactly_one(name)


def check_threshold(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that all entries above the threshold are listed, in order; those that equal it may be."""
    yield from _compare_with_threshold(contexts, inclusive=False)


def check_threshold_inclusive(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that all entries above the threshold, or equal to it, are listed in order."""
    yield from _compare_with_threshold(contexts, inclusive=True)


def _compare_with_threshold(contexts: Sequence[CheckContext], *, inclusive: bool) -> Iterator[CheckResult]:
    *plain, last = contexts
    threshold, ranking = requested_threshold(last), unfiltered_entries(plain)
    if threshold is None or not are_comparable(contexts) or any(entry.score is None for entry in ranking):
        return
    bounds = [threshold, threshold - _SCORE_TOLERANCE, *([] if inclusive else [threshold + _SCORE_TOLERANCE])]
    accepted = [
        [entry.image for entry in ranking if (entry.score or 0.0) >= bound][: page_size(last)] for bound in bounds
    ]
    is_complete = len(plain[-1].entries) < page_size(plain[-1])
    entries = last.entries
    images = [entry.image for entry in entries]
    if all(entry.score is None or entry.score >= threshold - _SCORE_TOLERANCE for entry in entries) and any(
        images[: len(expected)] == expected and not (is_complete and len(images) > len(expected))
        for expected in accepted
    ):
        yield from last.pass_all()
    else:
        message = f"the entries differ from those of the whole ranking above a threshold of {threshold}"
        yield from last.fail_all(message, (format_images(accepted[0]),), format_images(images))


def check_distinct_complete(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that every product of the first entries of the whole ranking is listed.

    A full page is judged only if it has the best entry of each product: other entries rank lower.
    """
    *plain, last = contexts
    if not are_comparable(contexts) or not is_distinct_requested(last):
        return
    ranking, entries = unfiltered_entries(plain), last.entries
    if len(entries) == page_size(last) and _find_non_best_entry(ranking, entries) is not None:
        return
    listed = {entry.image.product_id for entry in entries}
    expected = dict.fromkeys(entry.image.product_id for entry in ranking[: page_size(last)])
    missing = [product for product in expected if product not in listed]
    if missing:
        message = f"{len(missing)} products are missing, {missing[0]!r} first"
        yield from last.fail_all(message, ("every product of the first entries",), missing)
    else:
        yield from last.pass_all()


def check_distinct_best(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that each entry has the highest Score of its product in the whole ranking."""
    *plain, last = contexts
    ranking, entries = unfiltered_entries(plain), last.entries
    if (
        not are_comparable(contexts)
        or not is_distinct_requested(last)
        or any(entry.score is None for entry in (*ranking, *entries))
    ):
        return
    worse = _find_non_best_entry(ranking, entries)
    if worse is None:
        yield from last.pass_all()
        return
    message = f"{worse.image.product_id} is listed with a Score of {worse.score}, not with its best"
    same_product = [entry for entry in ranking if entry.image.product_id == worse.image.product_id]
    best = max(same_product, key=lambda entry: entry.score or 0.0)
    yield from last.fail_all(message, (format_images([best.image]),), format_images([worse.image]))


def _find_non_best_entry(ranking: Sequence[Entry], entries: Sequence[Entry]) -> Entry | None:
    """The first entry whose product has a higher Score in the ranking, or None."""
    best: dict[str, float] = {}
    for entry in ranking:
        product = entry.image.product_id
        best[product] = max(best.get(product, 0.0), entry.score or 0.0)
    return next((entry for entry in entries if (entry.score or 0.0) < best.get(entry.image.product_id, 0.0)), None)
