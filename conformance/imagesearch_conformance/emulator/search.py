"""A search: what is asked, and what is found."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.store import Ranking, Store
from imagesearch_conformance.filters.ast import Condition


@frozen
class Query:
    """A valid request: `category` is None to have it predicted, `limit` is where the window ends.

    With `blanks` a filter takes absent attributes for zero and the empty text.
    `threshold` is the least Score, `distinct` asks for one entry a product, `by_page` for that
    within each page alone.
    """

    instance: str
    product_id: str
    pic_name: str
    category: int | None
    start: int
    count: int
    limit: int
    condition: Condition | None
    missing_as_blank: bool = False
    threshold: float = 0.0
    distinct: bool = False
    distinct_per_page: bool = False


@frozen
class SearchResult:
    """The page of entries, how many images match in all, and what is known of the image searched with."""

    query: Query
    image: StoredImage | None
    category: int
    entries: Ranking
    matched: int


def search(store: Store, query: Query, general_category: int) -> SearchResult:
    """Searches; `general` is the category reported when there is no image to predict one from."""
    image = store.image(query.instance, query.product_id, query.pic_name)
    category = query.category if query.category is not None else image.category if image else general_category
    ranking = (
        store.ranking(image.id, query.instance, category, query.condition, query.missing_as_blank) if image else ()
    )
    if query.threshold:
        ranking = tuple(entry for entry in ranking if entry[1] >= query.threshold)
    if query.distinct and not query.distinct_per_page:
        ranking = best_per_product(ranking)
    stop = min(query.start + query.count, query.limit)
    entries = ranking[max(query.start, 0) : max(stop, 0)]
    if query.distinct and query.distinct_per_page:
        entries = best_per_product(entries)
    return SearchResult(query, image, category, entries, len(ranking))


def best_per_product(ranking: Ranking) -> Ranking:
    """The first entry of each product."""
    first = {image.product_id: image for image, _ in reversed(ranking)}
    return tuple((image, score) for image, score in ranking if first[image.product_id] is image)
