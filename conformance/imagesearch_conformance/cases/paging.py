"""Pages of one ranking, which have to be consistent with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.model.case import Case, Probe
from imagesearch_conformance.model.expectation import Relation

#: The start of a page and its length.
Page = tuple[int, int]


def paging_cases(builder: CaseBuilder) -> Iterator[Case]:
    yield _repeated_request_case(builder, "paging.repeatable/twice", Relation.SAME_ENTRIES)
    yield _repeated_request_case(builder, "response.repeatable/twice", Relation.SAME_RESPONSE)
    yield from _full_page_cases(builder)
    for variant, count in (("one", 1), ("odd", 7), ("large", builder.max_page_size - 1)):
        pages = [(0, builder.max_page_size), (0, count)]
        title = f"the first {count} entries, compared with a longer page"
        yield _related_pages_case(
            builder, f"paging.prefix/{variant}", title, pages, Relation.SLICES, min_entries=count + 1
        )
    yield from _concatenation_cases(builder)
    # The last page tells how many matches there are at least: a lower counter does not count the matches.
    pages = [
        (0, builder.max_page_size),
        (0, 7),
        (13, 29),
        *(() if ranking_unreliable_reason(builder) else known_ranking_pages(builder)[-1:]),
    ]
    title = "the counters of several pages"
    yield _related_pages_case(builder, "paging.counters/pages", title, pages, Relation.SAME_COUNTERS, min_entries=14)
    yield from _small_search_cases(builder)


def all_ranking_pages(builder: CaseBuilder) -> list[Page]:
    """Return consecutive pages of maximum length, as far as a search reaches."""
    return [
        (start, builder.max_page_size) for start in range(0, builder.contract.window.maximum, builder.max_page_size)
    ]


def known_ranking_pages(builder: CaseBuilder) -> list[Page]:
    """Return consecutive pages of maximum length, as far as the survey knows the ranking."""
    known = len(builder.survey.entries)
    return [(start, count) for start, count in all_ranking_pages(builder) if start < max(known, 1)]


def overlapping_page(builder: CaseBuilder) -> Page:
    """Return a page of maximum length that overlaps two pages of the ranking by half."""
    return (builder.max_page_size // 2, builder.max_page_size)


def page_probe(builder: CaseBuilder, page_range: Page, **parameters: str) -> Probe:
    window = builder.contract.window
    return Probe(
        builder.request(
            {window.start_parameter: str(page_range[0]), window.count_parameter: str(page_range[1]), **parameters}
        )
    )


def unrepeatable_reason(builder: CaseBuilder) -> str | None:
    """Return why responses to the same request cannot be compared, or None."""
    return None if builder.survey.repeatable else "the target returns different entries for the same request"


def ranking_unreliable_reason(builder: CaseBuilder) -> str | None:
    """Return why responses of this target cannot be compared entry by entry, or None."""
    inconsistent = None if builder.survey.pages_consistent else "the pages of the ranking are inconsistent"
    return (
        builder.survey.ranking_skipped_reason
        or unrepeatable_reason(builder)
        or _unidentified_entries_reason(builder)
        or inconsistent
    )


def _unidentified_entries_reason(builder: CaseBuilder) -> str | None:
    identifiable = all(entry.is_identifiable for entry in builder.survey.entries)
    return None if identifiable else "entries of the ranking do not name their image"


def first_page_unreliable_reason(builder: CaseBuilder) -> str | None:
    """Return why the first pages of searches cannot be compared with each other, or None."""
    return (
        builder.survey.ranking_skipped_reason
        or unrepeatable_reason(builder)
        or (None if builder.survey.first_page_valid else ranking_unreliable_reason(builder))
    )


def _repeated_request_case(builder: CaseBuilder, case_id: str, relation: Relation) -> Case:
    case = builder.success_case(case_id, "the same request twice", builder.request())
    return evolve(case, probes=(*case.probes, evolve(case.probes[0], fresh=True)), relation=relation)


def _full_page_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield pages together with others that tell how many entries there are at least."""
    longest = (0, builder.max_page_size)
    for variant, count in (("one", 1), ("odd", 7)):
        title, pages = f"a page of {count}, compared with a longer one", [longest, (0, count)]
        yield _related_pages_case(
            builder, f"paging.full/{variant}", title, pages, Relation.FULL_PAGE, min_entries=count
        )
    known, last = len(builder.survey.entries), builder.contract.window.maximum - 1
    for start, count in known_ranking_pages(builder):
        after = min(start + count, known, last)
        title, pages = f"a page of {count} from {start} on, and the entry after it", [(start, count), (after, 1)]
        yield _related_pages_case(builder, f"paging.full/from-{start}", title, pages, Relation.FULL_PAGE, min_entries=1)


def _concatenation_cases(builder: CaseBuilder) -> Iterator[Case]:
    title = "the whole ranking, and a page across two of its pages"
    pages = [*known_ranking_pages(builder), overlapping_page(builder)]
    yield _related_pages_case(
        builder, "paging.concatenation/ranking", title, pages, Relation.CONSISTENT_PAGES, min_entries=1
    )
    length, end = builder.max_page_size, builder.contract.window.maximum
    first = [(0, length)]
    pieces = {
        "odd": (first, [(0, 7), (7, 7), (14, 7)]),
        "offset": (first, [(13, 29), (42, 29)]),
        "single": (first, [(length // 2, 1), (length // 2 + 1, 1)]),
        "seam": ([(0, length), (length, length)], [(length - 5, 9)]),
        "far": ([(end - length, length)], [(end - 10, 10), (end - 1, 1)]),
    }
    for variant, (whole, parts) in pieces.items():
        title = f"the pages {', '.join(f'{start}+{count}' for start, count in parts)} of a longer one"
        reach = max(start + count for start, count in parts)
        case_id = f"paging.concatenation/{variant}"
        yield _related_pages_case(builder, case_id, title, [*whole, *parts], Relation.SLICES, min_entries=reach)


def _small_search_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield the counters of a search that finds few entries, and a page beyond the last of them."""
    last = (builder.contract.parameter(builder.contract.window.start_parameter).maximum or 0, 1)
    reach = builder.contract.window.maximum
    title = "the counters of a search that finds few entries"
    yield _small_search_case(
        builder,
        "paging.total/few",
        title,
        [(0, builder.max_page_size)],
        Relation.TOTAL_COUNT,
        limit=builder.max_page_size,
    )
    title, known = "the counters at the end of the ranking", len(builder.survey.entries)
    if 0 < known < reach:
        yield _related_pages_case(
            builder, "paging.total/ranking", title, known_ranking_pages(builder), Relation.TOTAL_COUNT, min_entries=1
        )
    title = "the last page that may be requested, of a search that finds few entries"
    yield _small_search_case(
        builder, "paging.beyond/last", title, [(0, builder.max_page_size), last], Relation.EMPTY_BEYOND, limit=reach
    )


def _small_search_case(
    builder: CaseBuilder, case_id: str, title: str, pages: Sequence[Page], relation: Relation, *, limit: int
) -> Case:
    """Return a case over pages of a search that finds fewer entries than `limit`."""
    parameters = _small_search_parameters(builder, limit)
    if parameters is None:
        reason = builder.survey.ranking_skipped_reason or "no filter is known that finds few enough entries"
        return builder.not_applicable_case(case_id, title, reason)
    probes = tuple(page_probe(builder, page, **parameters) for page in pages)
    return evolve(builder.success_case(case_id, title, probes[-1].request), probes=probes, relation=relation)


def _small_search_parameters(builder: CaseBuilder, limit: int) -> dict[str, str] | None:
    """Return parameters with which a search finds fewer than `limit` entries: none, or a filter on the rarest value."""
    if 0 < len(builder.survey.entries) < limit:
        return {}
    values = [pair for entry in builder.survey.entries for pair in entry.attributes if isinstance(pair[1], int)]
    if not values or builder.contract.filter_parameter is None:
        return None
    counts = Counter(values)
    attribute, value = min(values, key=counts.__getitem__)
    return builder.filter_parameter(f"{attribute}{builder.contract.filter_rules.operators[attribute]['equal']}{value}")


def _related_pages_case(
    builder: CaseBuilder, case_id: str, title: str, pages: Sequence[Page], relation: Relation, *, min_entries: int
) -> Case:
    """Return a case over these pages; it needs a repeatable ranking of at least `min_entries`."""
    known = len(builder.survey.entries)
    reason = builder.survey.ranking_skipped_reason or (
        None if relation is Relation.FULL_PAGE else unrepeatable_reason(builder)
    )
    if reason is None and known < min_entries:
        reason = f"the ranking has {known} entries; {min_entries} are needed"
    if reason is not None:
        return builder.not_applicable_case(case_id, title, reason)
    probes = tuple(page_probe(builder, page) for page in pages)
    return evolve(builder.success_case(case_id, title, probes[-1].request), probes=probes, relation=relation)
