"""What the parts of a success reply say of each other and of the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagesearch_conformance.checks.fields import check_fields
from imagesearch_conformance.checks.narrowing import check_narrowing
from imagesearch_conformance.checks.ranking import check_ranking
from imagesearch_conformance.checks.reading import COUNTERS, whole
from imagesearch_conformance.checks.remark import Remark, View
from imagesearch_conformance.checks.scores import check_scores
from imagesearch_conformance.model.target import InstanceType


def check_success(view: View) -> Iterator[Remark]:
    """Everything that holds for a success, whatever was asked."""
    yield from check_fields(view, view.contract.success_fields, "response")
    yield from check_scores(view)
    yield from _counters(view)
    yield from _limit(view)
    yield from _category(view)
    yield from check_ranking(view)
    yield from check_narrowing(view)


def _counters(view: View) -> Iterator[Remark]:
    entries = view.reading.document.get("Auctions")
    counters = [one for one in view.reading.counters if one is not None]
    if not isinstance(entries, list) or len(counters) < len(COUNTERS):
        return
    requirement, shown = "response.head.counters", dict(zip(COUNTERS, counters, strict=True))
    if min(counters) == len(entries):
        yield view.held(requirement)
    else:
        expected = (f"one is {len(entries)}, the number of entries, and the other no smaller",)
        yield view.departed(requirement, "the counters do not fit the entries", expected, shown, "/Head")


def _limit(view: View) -> Iterator[Remark]:
    entries = view.reading.document.get("Auctions")
    name = view.contract.window.count
    asked = view.sent.integer(name)
    given = view.sent.value(name)
    limit = asked if given else view.contract.parameter(name).default
    if not isinstance(entries, list) or not isinstance(limit, int) or limit < 0:
        return
    if len(entries) <= limit:
        yield view.held("response.auctions.limit")
    else:
        message = f"{len(entries)} entries where {name} is {limit}"
        yield view.departed("response.auctions.limit", message, (f"at most {limit}",), len(entries), "/Auctions")


def _category(view: View) -> Iterator[Remark]:
    shown = whole(view.reading.at("PicInfo", "CategoryId"))
    instance = view.target.instance_named(view.sent.value(view.contract.instance))
    if shown is None:
        return
    yield from _listed(view, shown)
    if instance is None:
        return
    if instance.type is InstanceType.GENERIC:
        yield _equal(view, "generic", shown, view.contract.category.generic)
    elif (given := view.sent.integer(view.contract.category.parameter)) is not None:
        yield _equal(view, "given", shown, given)


def _listed(view: View, shown: int) -> Iterator[Remark]:
    listed = view.reading.at("PicInfo", "AllCategories")
    ids = [one.get("Id") for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if not ids:
        return
    requirement = "response.picinfo.categoryid.listed"
    if shown in ids:
        yield view.held(requirement)
    else:
        message = f"the category {shown} is none of AllCategories"
        yield view.departed(requirement, message, tuple(map(str, ids)), shown, "/PicInfo/CategoryId")


def _equal(view: View, aspect: str, shown: int, expected: int) -> Remark:
    requirement = f"response.picinfo.categoryid.{aspect}"
    if shown == expected:
        return view.held(requirement)
    message = f"the category reported is {shown}"
    return view.departed(requirement, message, (str(expected),), shown, "/PicInfo/CategoryId")
