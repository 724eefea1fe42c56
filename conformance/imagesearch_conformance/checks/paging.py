"""Checks of pages of one ranking, and the values of a page that other checks need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES, ResponseKind
from imagesearch_conformance.checks.result import CheckContext, CheckResult
from imagesearch_conformance.model.target import Image


def check_full_pages(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that no page has fewer entries than requested while another page lists entries behind it."""
    *_, last = contexts
    if not are_readable(contexts):
        return
    end = _last_page_end(contexts)
    counts = [(context, min(page_size(context), end - page_start(context))) for context in contexts]
    short = next(((context, count) for context, count in counts if len(listed_images(context)) < count), None)
    if short is not None:
        context, expected = short
        actual = len(listed_images(context))
        message = f"{actual} entries, but {page_size(context)} were requested and there are more"
        yield from context.fail_all(message, (str(expected),), actual)
    elif any(count == page_size(context) for context, count in counts):
        yield from last.pass_all()


def check_consecutive_pages(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that the largest pages list no image twice, and that a page across two of them lists what they list."""
    if not are_comparable(contexts):
        return
    *pages, across = contexts
    images = [image for context in pages for image in listed_images(context)]
    duplicate = _find_duplicate(images)
    if duplicate is not None:
        yield from pages[-1].fail_all("an image is listed twice", ("each image once",), format_images([duplicate]))
        return
    offset = page_start(across) - page_start(pages[0])
    yield from _check_slice(across, images[offset : offset + page_size(across)])


def _find_duplicate(images: Iterable[Image]) -> Image | None:
    seen = set[Image]()
    for image in images:
        if image in seen:
            return image
        seen.add(image)
    return None


def check_page_slices(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that each page is the part of the longest pages that its Start and Num select."""
    if not are_comparable(contexts):
        return
    max_size = max(map(page_size, contexts))
    longest = [context for context in contexts if page_size(context) == max_size]
    images_by_place = {
        page_start(context) + index: image for context in longest for index, image in enumerate(listed_images(context))
    }
    ranking_end = min(
        (_page_end(context) for context in longest if len(listed_images(context)) < max_size), default=None
    )
    for context in contexts:
        if context not in longest:
            start, end = page_start(context), page_start(context) + page_size(context)
            expected = [images_by_place[place] for place in range(start, end) if place in images_by_place]
            yield from _check_slice(context, expected, exact=ranking_end is not None and ranking_end < end)


def _check_slice(context: CheckContext, expected: list[Image], *, exact: bool = False) -> Iterator[CheckResult]:
    """Check that the page begins with the expected images; with `exact`, that it has no others."""
    actual = listed_images(context) if exact else listed_images(context)[: len(expected)]
    if actual == expected:
        yield from context.pass_all()
    else:
        message = f"the page from {page_start(context)} on differs from that part of the longer page"
        yield from context.fail_all(message, (format_images(expected),), format_images(actual))


def _page_end(context: CheckContext) -> int:
    return page_start(context) + len(listed_images(context))


def _last_page_end(contexts: Iterable[CheckContext]) -> int:
    """The place behind the last entry of any page."""
    return max((_page_end(context) for context in contexts if listed_images(context)), default=0)


def check_same_counters(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that a counter is the same in every response, and not smaller than the place of any entry."""
    *_, last = contexts
    counters = {
        name: [context.response.counters[index] for context in contexts] for index, name in enumerate(COUNTER_NAMES)
    }
    if not are_readable(contexts) or any(None in values for values in counters.values()):
        return
    end = _last_page_end(contexts)
    if any(len(set(values)) == 1 and (values[0] or 0) >= end for values in counters.values()):
        yield from last.pass_all()
    else:
        message = "no counter is the same on every page and at least the place of the last entry"
        yield from last.fail_all(message, ("a counter that stays the same",), counters, "/Head")


def check_total(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that a counter has the number of entries, if the pages from the first entry on end with one not full."""
    *_, last = contexts
    counters = [counter for counter in last.response.counters if counter is not None]
    count = sum(len(listed_images(context)) for context in contexts)
    if not are_readable(contexts) or len(counters) < len(COUNTER_NAMES) or len(listed_images(last)) >= page_size(last):
        return
    if max(counters) == count:
        yield from last.pass_all()
    else:
        message = f"a counter is {max(counters)}, but there are {count} entries in all"
        yield from last.fail_all(message, (str(count),), max(counters), "/Head")


def check_empty_beyond(contexts: Sequence[CheckContext]) -> Iterator[CheckResult]:
    """Check that a page is empty if it begins beyond the entries that the first page counts."""
    first, last = contexts
    counters = [counter for counter in first.response.counters if counter is not None]
    if not are_readable(contexts) or len(counters) < len(COUNTER_NAMES) or max(counters) > page_start(last):
        return
    count = len(listed_images(last))
    if count == 0:
        yield from last.pass_all()
    else:
        yield from last.fail_all(f"{count} entries from {page_start(last)} on, of {max(counters)}", ("0",), count)


def are_readable(contexts: Sequence[CheckContext]) -> bool:
    """Return whether every response is a success with a list of entries, or without one if none is required."""
    return all(
        context.response.kind is ResponseKind.SUCCESS and (_has_entry_list(context) or _has_no_counted_entries(context))
        for context in contexts
    )


def are_comparable(contexts: Sequence[CheckContext]) -> bool:
    """Return whether every response is readable, including the names and texts of its entries."""
    return are_readable(contexts) and all(
        has_named_entries(context) and not context.response.has_garbled_entries for context in contexts
    )


def has_named_entries(context: CheckContext) -> bool:
    """Return whether every entry names its image."""
    items = context.response.document.get("Auctions")
    entries = context.entries
    has_only_objects = not isinstance(items, list) or len(entries) == len(items)
    return has_only_objects and all(entry.is_identifiable for entry in entries)


def should_have_entries(context: CheckContext) -> bool:
    """Return whether a success response has entries, counts some on the page, or has neither list nor counters."""
    response, start = context.response, max(0, page_start(context))
    if not {"Auctions", "Head"}.intersection(response.document):
        return True
    return bool(response.entries) or any(counter is not None and counter > start for counter in response.counters)


def _has_entry_list(context: CheckContext) -> bool:
    return isinstance(context.response.document.get("Auctions"), list)


def _has_no_counted_entries(context: CheckContext) -> bool:
    """Return whether there is a counter, and none counts entries on the page."""
    return any(counter is not None for counter in context.response.counters) and not should_have_entries(context)


def listed_images(context: CheckContext) -> list[Image]:
    """The images of the entries, in their order."""
    return [entry.image for entry in context.entries]


def searched_image(context: CheckContext) -> Image:
    """The image that the request names."""
    product, picture = context.contract.image.parameters
    return Image(context.request.value(product) or "", context.request.value(picture) or "")


def has_unambiguous_page(context: CheckContext) -> bool:
    """Return whether the page is certain: each of its bounds is left out or a plain integer."""
    window = context.contract.window
    names = [
        name for name in (window.start_parameter, window.count_parameter) if context.request.value(name) is not None
    ]
    return all(context.request.has_exactly_one(name) and context.request.integer(name) is not None for name in names)


def page_start(context: CheckContext) -> int:
    """The place of the first entry, or its default."""
    return _window_value(context, context.contract.window.start_parameter)


def page_size(context: CheckContext) -> int:
    """The number of entries requested, or its default."""
    return _window_value(context, context.contract.window.count_parameter)


def _window_value(context: CheckContext, name: str) -> int:
    value = context.request.integer(name)
    return value if value is not None else int(context.contract.parameter(name).default or 0)


def format_images(images: Sequence[Image]) -> str:
    return ", ".join(f"{image.product_id} / {image.pic_name}" for image in images) or "nothing"
