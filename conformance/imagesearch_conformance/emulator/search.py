"""Search in the store."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.emulator.dataset import StoredImage
from imagesearch_conformance.emulator.store import Ranking, Store
from imagesearch_conformance.filters.ast import Condition


@frozen
class Query:
    """The parameters of a search.

    - `category`: None to predict it from the image.
    - `limit`: the end of the result window.
    - `missing_as_blank`: filters treat missing attributes as zero or the empty string.
    - `threshold`: the minimum Score.
    - `distinct`: one entry for each product, or for each product on a page with `distinct_per_page`.
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
    """The entries of a page, the number of matches, and the image and category of the query."""

    query: Query
    image: StoredImage | None
    category: int
    entries: Ranking
    matched: int


def search(store: Store, query: Query, general_category: int) -> SearchResult:
    """Return the result of a query; `general_category` is reported if there is no image to predict a category from."""
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
    """Return the first entry of each product."""
    first = {image.product_id: image for image, _ in reversed(ranking)}
    return tuple((image, score) for image, score in ranking if first[image.product_id] is image)
