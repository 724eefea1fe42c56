"""What a threshold and the wish for distinct products leave out of a ranking, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.filter_membership import unfiltered_entries
from imagesearch_conformance.checks.paging import are_comparable, format_images, has_named_entries, page_size
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.model.survey import Entry

#: How truth is written for certain; in any other notation it may be understood or not.
_TRUE = to_wire_value(value=True)

#: A Score that is closer to a threshold than this may be equal to it: engines reckon with 32 bits.
_SCORE_TOLERANCE = 1e-6


def check_threshold_and_distinct(context: CheckContext) -> Iterator[CheckResult]:
    """Remarks on any success whose request has a threshold or asks for distinct products."""
    entries = parse_entries(context.contract, context.response)
    least, scores = requested_threshold(context), [one.score for one in entries]
    if least is not None and entries and None not in scores:
        place = next(
            (index for index, one in enumerate(scores) if one is not None and one < least - _SCORE_TOLERANCE), None
        )
        name = context.contract.result_filters.threshold_parameter or ""
        requirement = f"{name.lower()}.floor"
        if place is None:
            yield context.pass_requirement(requirement)
        else:
            message = f"an entry has a Score below {name}"
            where = f"/Auctions/{place}/Score"
            yield context.fail_requirement(requirement, message, (f"at least {least}",), scores[place], where)
    if is_distinct_requested(context) and entries and has_named_entries(context):
        yield _check_unique_products(context, entries)


def _check_unique_products(context: CheckContext, entries: Sequence[Entry]) -> CheckResult:
    requirement = f"{(context.contract.result_filters.distinct_parameter or '').lower()}.unique"
    products = [one.image.product_id for one in entries]
    place = next((index for index, one in enumerate(products) if one in products[:index]), None)
    if place is None:
        return context.pass_requirement(requirement)
    where = f"/Auctions/{place}/ProductId"
    return context.fail_requirement(requirement, "a product stands there twice", ("each once",), products[place], where)


def requested_threshold(context: CheckContext) -> float | None:
    """The threshold that a request gives, in the documented form, or None."""
    name = context.contract.result_filters.threshold_parameter
    if name is None or not context.request.has_exactly_one(name):
        return None
    text = context.request.value(name)
    return float(text) if text and context.contract.parameter(name).matches_pattern(text) else None


def is_distinct_requested(context: CheckContext) -> bool:
    """Whether a request asks for distinct products in so many words."""
    name = context.contract.result_filters.distinct_parameter
    return name is not None and context.request.value(name) == _TRUE and context.request.has_exactly_one(name)


def check_threshold(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """What is above the threshold is all there, in its order; what equals it may be."""
    yield from _compare_with_threshold(contexts, inclusive=False)


def check_threshold_inclusive(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """What is above the threshold or equals it is all there, in its order."""
    yield from _compare_with_threshold(contexts, inclusive=True)


def _compare_with_threshold(contexts: Sequence[CheckContext], *, inclusive: bool) -> Iterator[CheckResult]:
    *plain, last = contexts
    least, whole = requested_threshold(last), unfiltered_entries(plain)
    if least is None or not are_comparable(contexts) or any(one.score is None for one in whole):
        return
    scored = [(one.image, one.score or 0.0) for one in whole]
    asked = page_size(last)
    bounds = [least, least - _SCORE_TOLERANCE, *([] if inclusive else [least + _SCORE_TOLERANCE])]
    accepted = [[image for image, score in scored if score >= bound][:asked] for bound in bounds]
    complete = len(parse_entries(last.contract, plain[-1].response)) < page_size(plain[-1])
    listed = parse_entries(last.contract, last.response)
    found = [one.image for one in listed]
    holds = all(one.score is None or one.score >= least - _SCORE_TOLERANCE for one in listed) and any(
        found[: len(one)] == one and not (complete and len(found) > len(one)) for one in accepted
    )
    if holds:
        yield from last.pass_all()
    else:
        message = f"the entries are not those of the whole ranking that a threshold of {least} leaves"
        yield from last.fail_all(message, (format_images(accepted[0]),), format_images(found))


def check_distinct_complete(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Every product that the first entries of the whole ranking show is there.

    A full page tells only where the best entry of each product is kept: others come further down.
    """
    *plain, last = contexts
    if not are_comparable(contexts) or not is_distinct_requested(last):
        return
    whole, entries = unfiltered_entries(plain), parse_entries(last.contract, last.response)
    if len(entries) == page_size(last) and _find_non_best_entry(whole, entries) is not None:
        return
    found = {one.image.product_id for one in entries}
    due = [one.image.product_id for one in whole[: page_size(last)]]
    missing = [one for one in dict.fromkeys(due) if one not in found]
    if missing:
        message = f"{len(missing)} products are lost, {missing[0]!r} first"
        yield from last.fail_all(message, ("every product of the first entries",), missing)
    else:
        yield from last.pass_all()


def check_distinct_best(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Each entry that is there has the highest Score that its product has in the whole ranking."""
    *plain, last = contexts
    whole, found = unfiltered_entries(plain), parse_entries(last.contract, last.response)
    if (
        not are_comparable(contexts)
        or not is_distinct_requested(last)
        or any(one.score is None for one in (*whole, *found))
    ):
        return
    worse = _find_non_best_entry(whole, found)
    if worse is None:
        yield from last.pass_all()
        return
    message = f"{worse.image.product_id} is there with a Score of {worse.score}, and not with its best"
    same = [one for one in whole if one.image.product_id == worse.image.product_id]
    best = max(same, key=lambda one: one.score or 0.0)
    yield from last.fail_all(message, (format_images([best.image]),), format_images([worse.image]))


def _find_non_best_entry(ranked_entries: Sequence[Entry], entries: Sequence[Entry]) -> Entry | None:
    """The first entry that its product has a better one than, or None."""
    best: dict[str, float] = {}
    for one in ranked_entries:
        best[one.image.product_id] = max(best.get(one.image.product_id, 0.0), one.score or 0.0)
    return next((one for one in entries if (one.score or 0.0) < best.get(one.image.product_id, 0.0)), None)
