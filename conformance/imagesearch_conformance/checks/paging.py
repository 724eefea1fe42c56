"""Relations between pages of one ranking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES, ResponseKind
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.target import Image


def check_full_pages(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """No page has fewer entries than it asked for while another page lists entries behind it."""
    *_, last = contexts
    if not are_readable(contexts):
        return
    reach = max((_page_end(view) for view in contexts if listed_images(view)), default=0)
    told = [(view, min(page_size(view), reach - page_start(view))) for view in contexts]
    short = next(((view, due) for view, due in told if len(listed_images(view)) < due), None)
    if short is not None:
        view, due = short
        found = len(listed_images(view))
        message = f"{found} entries where {page_size(view)} were asked for and there are more"
        yield from view.fail_all(message, (str(due),), found)
    elif any(due == page_size(view) for view, due in told):
        yield from last.pass_all()


def check_consecutive_pages(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """The largest pages list no image twice, and a page across two of them lists what they do."""
    if not are_comparable(contexts):
        return
    *pages, across = contexts
    first, *_ = pages
    *_, last = pages
    listed = [one for view in pages for one in listed_images(view)]
    twice = _find_duplicate(listed)
    if twice is not None:
        yield from last.fail_all("an image is listed twice", ("each image once",), format_images([twice]))
        return
    behind = page_start(across) - page_start(first)
    yield from _check_slice(across, listed[behind : behind + page_size(across)])


def _find_duplicate(images: Iterable[Image]) -> Image | None:
    """The first image that was listed before."""
    met = set[Image]()
    for one in images:
        if one in met:
            return one
        met.add(one)
    return None


def check_page_slices(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Each page is the part of the longest pages that its Start and Num name."""
    if not are_comparable(contexts):
        return
    most = max(page_size(view) for view in contexts)
    longest = [view for view in contexts if page_size(view) == most]
    places = {page_start(view) + index: one for view in longest for index, one in enumerate(listed_images(view))}
    over = min((_page_end(view) for view in longest if len(listed_images(view)) < most), default=None)
    for view in (one for one in contexts if one not in longest):
        behind = over is not None and over < page_start(view) + page_size(view)
        yield from _check_slice(view, [places[at] for at in _page_range(view) if at in places], exact=behind)


def _check_slice(context: CheckContext, expected: list[Image], *, exact: bool = False) -> Iterator[CheckResult]:
    """The entries are those expected, or with `exact` no others either."""
    found = listed_images(context) if exact else listed_images(context)[: len(expected)]
    if found == expected:
        yield from context.pass_all()
    else:
        message = f"the page from {page_start(context)} on is not that part of the longer page"
        yield from context.fail_all(message, (format_images(expected),), format_images(found))


def _page_end(context: CheckContext) -> int:
    return page_start(context) + len(listed_images(context))


def _page_range(context: CheckContext) -> range:
    return range(page_start(context), page_start(context) + page_size(context))


def check_same_counters(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """At least one counter is the same in every reply, and is no smaller than any page reaches."""
    *_, last = contexts
    counted = {name: [view.response.counters[place] for view in contexts] for place, name in enumerate(COUNTER_NAMES)}
    if not are_readable(contexts) or any(one is None for many in counted.values() for one in many):
        return
    reach = max((_page_end(view) for view in contexts if listed_images(view)), default=0)
    if any(len(set(many)) == 1 and min(one or 0 for one in many) >= reach for many in counted.values()):
        yield from last.pass_all()
    else:
        message = "no counter is the same on every page and reaches to its last entry"
        yield from last.fail_all(message, ("one counter that stays the same",), counted, "/Head")


def check_total(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Where pages from the first entry on end with one that is not full, the counters say how many there are."""
    *_, last = contexts
    counters = [one for one in last.response.counters if one is not None]
    found = sum(len(listed_images(view)) for view in contexts)
    if not are_readable(contexts) or len(counters) < len(COUNTER_NAMES) or len(listed_images(last)) >= page_size(last):
        return
    if max(counters) == found:
        yield from last.pass_all()
    else:
        message = f"a counter says {max(counters)} where {found} entries are all there are"
        yield from last.fail_all(message, (str(found),), max(counters), "/Head")


def check_empty_beyond(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """A page that begins beyond all entries counted on the first one is empty."""
    first, last = contexts
    counters = [one for one in first.response.counters if one is not None]
    if not are_readable(contexts) or len(counters) < len(COUNTER_NAMES) or max(counters) > page_start(last):
        return
    found = len(listed_images(last))
    if not found:
        yield from last.pass_all()
    else:
        yield from last.fail_all(f"{found} entries from {page_start(last)} on, of {max(counters)}", ("0",), found)


def are_readable(contexts: Sequence[CheckContext]) -> bool:
    """Whether every reply is a success with a list of entries, or without one where none is due."""
    return all(
        view.response.kind is ResponseKind.SUCCESS and (_has_entry_list(view) or _has_no_counted_entries(view))
        for view in contexts
    )


def are_comparable(contexts: Sequence[CheckContext]) -> bool:
    """Whether every reply is readable, down to the names and the texts of its entries."""
    return are_readable(contexts) and all(
        has_named_entries(view) and not view.response.has_garbled_entries for view in contexts
    )


def has_named_entries(context: CheckContext) -> bool:
    """Whether every entry tells which image it is."""
    listed = context.response.document.get("Auctions")
    entries = parse_entries(context.contract, context.response)
    whole = not isinstance(listed, list) or len(entries) == len(listed)
    return whole and all(one.is_identifiable for one in entries)


def should_have_entries(context: CheckContext) -> bool:
    """Whether a success has entries or counts some on the page asked for, or has no place to say that it has none."""
    behind, document = max(0, page_start(context)), context.response.document
    if not {"Auctions", "Head"}.intersection(document):
        return True
    return bool(context.response.entries) or any(one is not None and one > behind for one in context.response.counters)


def _has_entry_list(context: CheckContext) -> bool:
    return isinstance(context.response.document.get("Auctions"), list)


def _has_no_counted_entries(context: CheckContext) -> bool:
    """Whether a counter is there, and none speaks of entries on the page asked for."""
    return any(one is not None for one in context.response.counters) and not should_have_entries(context)


def listed_images(context: CheckContext) -> list[Image]:
    """The images that a reply lists, in its order."""
    return [one.image for one in parse_entries(context.contract, context.response)]


def searched_image(context: CheckContext) -> Image:
    """The image that a request names."""
    product, picture = context.contract.image.parameters
    return Image(context.request.value(product) or "", context.request.value(picture) or "")


def has_unambiguous_page(context: CheckContext) -> bool:
    """Whether nobody can doubt which page is asked for: its bounds are left out, or integers in every reading."""
    window = context.contract.window
    names = [
        name for name in (window.start_parameter, window.count_parameter) if context.request.value(name) is not None
    ]
    return all(context.request.has_exactly_one(name) and context.request.integer(name) is not None for name in names)


def page_start(context: CheckContext) -> int:
    """Where a page begins, the default counted in."""
    return _window_value(context, context.contract.window.start_parameter)


def page_size(context: CheckContext) -> int:
    """How many entries a page asks for, the default counted in."""
    return _window_value(context, context.contract.window.count_parameter)


def _window_value(context: CheckContext, name: str) -> int:
    given = context.request.integer(name)
    return given if given is not None else int(context.contract.parameter(name).default or 0)


def format_images(images: Sequence[Image]) -> str:
    """Images in words."""
    return ", ".join(f"{one.product_id} / {one.pic_name}" for one in images) or "nothing"
