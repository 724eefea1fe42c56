"""Pages of one ranking, asked for so that they have to fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation

#: A page: where it begins, and how many entries it asks for.
Page = tuple[int, int]


def paging(shop: Workshop) -> Iterator[Case]:
    """All relations between pages."""
    yield _repeated(shop)
    most = shop.most
    for variant, count in (("one", 1), ("odd", 7), ("most", most)):
        yield _related(shop, f"paging.full/{variant}", f"a page of {count}", [(0, count)], Relation.FULL, reach=count)
    for start, count in whole_ranking(shop)[1:]:
        if len(shop.survey.entries) >= start + count:
            title = f"a page of {count} from {start} on"
            yield _related(
                shop, f"paging.full/from-{start}", title, [(start, count)], Relation.FULL, reach=start + count
            )
    for variant, count in (("one", 1), ("odd", 7), ("large", most - 1)):
        yield _slices(shop, f"paging.prefix/{variant}", f"the first {count}", [(0, most)], [(0, count)])
    yield from _concatenations(shop)
    yield _counters(shop)
    yield _beyond(shop)


def whole_ranking(shop: Workshop) -> list[Page]:
    """The largest pages that follow each other from the first entry on, as far as the ranking is known."""
    known = len(shop.survey.entries)
    return [(start, shop.most) for start in range(0, max(known, 1), shop.most)]


def page(shop: Workshop, one: Page, **given: str) -> Probe:
    """A request for a page."""
    window = shop.contract.window
    return Probe(shop.request({window.start: str(one[0]), window.count: str(one[1]), **given}))


def _repeated(shop: Workshop) -> Case:
    case = shop.accepted("paging.repeatable/twice", "the same request twice", shop.request())
    again = evolve(case.probes[0], fresh=True)
    return evolve(case, probes=(*case.probes, again), relation=Relation.SAME_ENTRIES)


def _concatenations(shop: Workshop) -> Iterator[Case]:
    most, last = shop.most, shop.contract.window.maximum
    first = [(0, most)]
    pieces = {
        "odd": (first, [(0, 7), (7, 7), (14, 7)]),
        "offset": (first, [(13, 29), (42, 29)]),
        "single": (first, [(most // 2, 1), (most // 2 + 1, 1)]),
        "seam": ([(0, most), (most, most)], [(most - 5, 9)]),
        "far": ([(last - most, most)], [(last - 10, 10), (last - 1, 1)]),
    }
    for variant, (whole, parts) in pieces.items():
        title = f"the pages {', '.join(f'{start}+{count}' for start, count in parts)} of a longer one"
        yield _slices(shop, f"paging.concatenation/{variant}", title, whole, parts)


def _slices(shop: Workshop, case_id: str, title: str, whole: Sequence[Page], parts: Sequence[Page]) -> Case:
    reach = max(start + count for start, count in parts)
    return _related(shop, case_id, title, [*whole, *parts], Relation.SLICES, reach=reach)


def _counters(shop: Workshop) -> Case:
    pages = [(0, shop.most), (0, 7), (13, 29)]
    title = "the counters of several pages"
    return _related(shop, "paging.counters/pages", title, pages, Relation.SAME_COUNTERS, reach=14)


def _beyond(shop: Workshop) -> Case:
    """A page at the very end of what may be asked, of a search that finds few."""
    case_id, title = "paging.beyond/last", "the last place that may be asked for, of a search that finds few"
    last = (shop.contract.parameter(shop.contract.window.start).maximum or 0, 1)
    narrow = _narrow(shop)
    if narrow is None:
        return shop.inapplicable(case_id, title, "nothing was learned that narrows a search enough")
    case = shop.accepted(case_id, title, shop.request())
    probes = (page(shop, (0, shop.most), **narrow), page(shop, last, **narrow))
    return evolve(case, probes=probes, relation=Relation.EMPTY_BEYOND)


def _narrow(shop: Workshop) -> dict[str, str] | None:
    """What makes the search find few: nothing, where it does already, or a filter on the rarest value."""
    if len(shop.survey.entries) < shop.contract.window.maximum:
        return {}
    filters = [one.name for one in shop.contract.parameters if one.format == "filter"]
    values = [pair for entry in shop.survey.entries for pair in entry.attributes if isinstance(pair[1], int)]
    if not values or not filters:
        return None
    attribute, value = min(values, key=values.count)
    return {filters[0]: f"{attribute}{shop.contract.filters.operators[attribute]['equal']}{value}"}


def _related(
    shop: Workshop, case_id: str, title: str, pages: Sequence[Page], relation: Relation, *, reach: int
) -> Case:
    """A case over these pages; it needs a ranking that reaches so far, and the same one each time."""
    known = len(shop.survey.entries)
    if not shop.survey.repeatable and relation is not Relation.FULL:
        return shop.inapplicable(
            case_id, title, "the target does not answer the same request with the same entries twice"
        )
    if known < reach:
        return shop.inapplicable(case_id, title, f"the ranking has {known} entries, and {reach} are needed")
    probes = tuple(page(shop, one) for one in pages)
    return evolve(shop.accepted(case_id, title, probes[-1].request), probes=probes, relation=relation)
