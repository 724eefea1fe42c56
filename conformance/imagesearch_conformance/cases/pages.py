"""Pages of one ranking, asked for so that they have to fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.relation import Relation

#: A page: where it begins, and how many entries it asks for.
Page = tuple[int, int]


def paging(shop: Workshop) -> Iterator[Case]:
    """All relations between pages."""
    yield _repeated(shop, "paging.repeatable/twice", Relation.SAME_ENTRIES)
    yield _repeated(shop, "response.repeatable/twice", Relation.SAME_REPLY)
    yield from _full(shop)
    for variant, count in (("one", 1), ("odd", 7), ("large", shop.most - 1)):
        pages = [(0, shop.most), (0, count)]
        title = f"the first {count}, beside a longer page"
        yield _related(shop, f"paging.prefix/{variant}", title, pages, Relation.SLICES, reach=count + 1)
    yield from _concatenations(shop)
    # The last page shows how many there are at least: a counter that stops short of that counts no matches.
    pages = [(0, shop.most), (0, 7), (13, 29), *(() if unsteady(shop) else whole_ranking(shop)[-1:])]
    title = "the counters of several pages"
    yield _related(shop, "paging.counters/pages", title, pages, Relation.SAME_COUNTERS, reach=14)
    yield from _few(shop)


def ranking_pages(shop: Workshop) -> list[Page]:
    """The largest pages that follow each other from the first entry on, as far as a search reaches."""
    return [(start, shop.most) for start in range(0, shop.contract.window.maximum, shop.most)]


def whole_ranking(shop: Workshop) -> list[Page]:
    """The largest pages that follow each other from the first entry on, as far as the ranking is known."""
    known = len(shop.survey.entries)
    return [one for one in ranking_pages(shop) if one[0] < max(known, 1)]


def seam(shop: Workshop) -> Page:
    """A largest page that lies half in one and half in the next of those of the ranking."""
    return (shop.most // 2, shop.most)


def page(shop: Workshop, one: Page, **given: str) -> Probe:
    """A request for a page."""
    window = shop.contract.window
    return Probe(shop.request({window.start: str(one[0]), window.count: str(one[1]), **given}))


def unrepeatable(shop: Workshop) -> str | None:
    """Why replies to the same request cannot be compared, or None."""
    return None if shop.survey.repeatable else "the target does not answer the same request with the same entries twice"


def unsteady(shop: Workshop) -> str | None:
    """Why replies of this target cannot be compared entry by entry, or None."""
    fitting = None if shop.survey.coherent else "the pages of the ranking do not fit together"
    return shop.survey.unranked or unrepeatable(shop) or _nameless(shop) or fitting


def _nameless(shop: Workshop) -> str | None:
    """Why entries cannot be told apart, or None."""
    nameless = any(not one.named for one in shop.survey.entries)
    return "entries of the ranking do not tell which image they are" if nameless else None


def undependable(shop: Workshop) -> str | None:
    """Why the first pages of searches by this target cannot be compared with each other, or None."""
    return shop.survey.unranked or unrepeatable(shop) or (None if shop.survey.sound_start else unsteady(shop))


def _repeated(shop: Workshop, case_id: str, relation: Relation) -> Case:
    case = shop.accepted(case_id, "the same request twice", shop.request())
    return evolve(case, probes=(*case.probes, evolve(case.probes[0], fresh=True)), relation=relation)


def _full(shop: Workshop) -> Iterator[Case]:
    """Pages beside others that show how many entries there are at least."""
    whole = (0, shop.most)
    for variant, count in (("one", 1), ("odd", 7)):
        title, pages = f"a page of {count}, beside a longer one", [whole, (0, count)]
        yield _related(shop, f"paging.full/{variant}", title, pages, Relation.FULL, reach=count)
    known, last = len(shop.survey.entries), shop.contract.window.maximum - 1
    for start, count in whole_ranking(shop):
        after = min(start + count, known, last)
        title, pages = f"a page of {count} from {start} on, beside what follows", [(start, count), (after, 1)]
        yield _related(shop, f"paging.full/from-{start}", title, pages, Relation.FULL, reach=1)


def _concatenations(shop: Workshop) -> Iterator[Case]:
    title = "the whole ranking, and a page across two of its pages"
    pages = [*whole_ranking(shop), seam(shop)]
    yield _related(shop, "paging.concatenation/ranking", title, pages, Relation.COHERENT, reach=1)
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
        reach = max(start + count for start, count in parts)
        case_id = f"paging.concatenation/{variant}"
        yield _related(shop, case_id, title, [*whole, *parts], Relation.SLICES, reach=reach)


def _few(shop: Workshop) -> Iterator[Case]:
    """What holds of a search that finds few: its counters, and the last place that may be asked for."""
    last = (shop.contract.parameter(shop.contract.window.start).maximum or 0, 1)
    reach = shop.contract.window.maximum
    title = "the counters of a search that finds few"
    yield _narrowed(shop, "paging.total/few", title, [(0, shop.most)], Relation.TOTAL, room=shop.most)
    title, known = "the counters at the end of the ranking", len(shop.survey.entries)
    if 0 < known < reach:
        yield _related(shop, "paging.total/ranking", title, whole_ranking(shop), Relation.TOTAL, reach=1)
    title = "the last place that may be asked for, of a search that finds few"
    yield _narrowed(shop, "paging.beyond/last", title, [(0, shop.most), last], Relation.EMPTY_BEYOND, room=reach)


def _narrowed(
    shop: Workshop, case_id: str, title: str, pages: Sequence[Page], relation: Relation, *, room: int
) -> Case:
    """A case over pages of a search that finds less than that."""
    narrow = _narrow(shop, room)
    if narrow is None:
        reason = shop.survey.unranked or "nothing was learned that narrows a search enough"
        return shop.inapplicable(case_id, title, reason)
    probes = tuple(page(shop, one, **narrow) for one in pages)
    return evolve(shop.accepted(case_id, title, probes[-1].request), probes=probes, relation=relation)


def _narrow(shop: Workshop, room: int) -> dict[str, str] | None:
    """What makes the search find less than that: nothing, where it does already, or a filter on the rarest value."""
    if 0 < len(shop.survey.entries) < room:
        return {}
    values = [pair for entry in shop.survey.entries for pair in entry.attributes if isinstance(pair[1], int)]
    if not values or shop.contract.filter is None:
        return None
    counts = Counter(values)
    attribute, value = min(values, key=counts.__getitem__)
    return shop.filtering(f"{attribute}{shop.contract.filters.operators[attribute]['equal']}{value}")


def _related(
    shop: Workshop, case_id: str, title: str, pages: Sequence[Page], relation: Relation, *, reach: int
) -> Case:
    """A case over these pages; it needs a ranking that reaches so far, and the same one each time."""
    known = len(shop.survey.entries)
    reason = shop.survey.unranked or (None if relation is Relation.FULL else unrepeatable(shop))
    if reason is None and known < reach:
        reason = f"the ranking has {known} entries, and {reach} are needed"
    if reason is not None:
        return shop.inapplicable(case_id, title, reason)
    probes = tuple(page(shop, one) for one in pages)
    return evolve(shop.accepted(case_id, title, probes[-1].request), probes=probes, relation=relation)
