"""The order of entries, and where they belong; judged on every success."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from imagesearch_conformance.checks.entries import entries_of
from imagesearch_conformance.checks.pages import asked_for, comparable, placed, searched_with, shown, start
from imagesearch_conformance.checks.reading import real, whole
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image

#: The requirements that an image is found by its own search, and leads it.
FOUND, ITSELF = "ranking.found", "ranking.self"


def check_ranking(view: View) -> Iterator[Remark]:
    """Remarks on the order of a list of entries and on their category."""
    entries = entries_of(view.contract, view.reading)
    yield from _descending(view, entries)
    yield from _agreeing(view)
    yield from _itself(view, entries)
    yield from _category(view, entries)


def _descending(view: View, entries: tuple[Entry, ...]) -> Iterator[Remark]:
    scores = [one.score for one in entries if one.score is not None]
    if len(scores) < 2 or len(scores) < len(entries):  # noqa: PLR2004 an order needs two
        return
    requirement = "ranking.score"
    place = next((index for index, (one, other) in enumerate(pairwise(scores)) if one < other), None)
    if place is None:
        yield view.held(requirement)
    else:
        message = f"the entry {place + 1} has a greater Score than the one before it"
        where = f"/Auctions/{place + 1}/Score"
        yield view.departed(requirement, message, (f"at most {scores[place]}",), scores[place + 1], where)


def _agreeing(view: View) -> Iterator[Remark]:
    """Within one category the first values fall wherever the scores do."""
    pairs = [(real(one.get("Score")), _first_value(one.get("SortExprValues"))) for one in view.reading.entries]
    known = [(score, value) for score, value in pairs if score is not None and value is not None]
    categories = {str(one.get("CategoryId")) for one in view.reading.entries}
    if len(known) < 2 or len(known) < len(pairs) or len(categories) > 1:  # noqa: PLR2004 an order needs two
        return
    requirement = "ranking.sortexprvalues"
    place = next((index for index, (one, other) in enumerate(pairwise(known)) if _opposed(one, other)), None)
    if place is None:
        yield view.held(requirement)
    else:
        message, where = (
            "SortExprValues orders two entries against their Score",
            f"/Auctions/{place + 1}/SortExprValues",
        )
        yield view.departed(requirement, message, (), known[place + 1][1], where)


def _opposed(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return (one[0] - other[0]) * (one[1] - other[1]) < 0


@lru_cache(maxsize=2**13)
def _first_of(text: str) -> float | None:
    try:
        return float(text.partition(";")[0])
    except ValueError:
        return None


def _first_value(value: object) -> float | None:
    return _first_of(value) if isinstance(value, str) else None


def _itself(view: View, entries: tuple[Entry, ...]) -> Iterator[Remark]:
    """On the first page of a search that nothing narrows, the image searched with is among the best."""
    further = (view.contract.narrowing.threshold, view.contract.narrowing.distinct)
    narrowing = [view.contract.category.parameter, *(name for name in further if name is not None)]
    image = searched_with(view)
    instance = view.target.instance_named(view.sent.value(view.contract.instance))
    known = instance is not None and image in instance.images
    first = placed(view) and start(view) <= 0
    narrowed = view.filter or any(map(view.sent.value, narrowing))
    if not first or narrowed or not entries or not known or not comparable([view]):
        return
    scores = [one.score for one in entries if one.score is not None]
    best = [one.image for one in entries if one.score == max(scores, default=None)]
    listed = [one.image for one in entries]
    if image in listed:
        yield view.held(FOUND)
        if len(scores) == len(entries):
            yield _leading(view, image, best)
    elif len(best) < len(entries) or not scores or len(entries) < asked_for(view):
        # A whole page of equals says nothing: the image may well be the next of them.
        yield view.departed(FOUND, "the image does not find itself", (shown([image]),), shown(best), "/Auctions/0")


def _leading(view: View, image: Image, best: Sequence[Image]) -> Remark:
    if image in best:
        return view.held(ITSELF)
    message = "the image has not the highest Score of its own ranking"
    return view.departed(ITSELF, message, (shown([image]),), shown(best), "/Auctions", lenient=True)


def _category(view: View, entries: tuple[Entry, ...]) -> Iterator[Remark]:
    reported = whole(view.reading.at("PicInfo", "CategoryId"))
    if reported is None or not entries:
        return
    requirement = "ranking.category"
    wrong = next((index for index, one in enumerate(entries) if one.category not in {None, reported}), None)
    if wrong is None:
        yield view.held(requirement)
    else:
        message = f"an entry of the category {entries[wrong].category} where {reported} is reported"
        where = f"/Auctions/{wrong}/CategoryId"
        yield view.departed(requirement, message, (str(reported),), entries[wrong].category, where)
