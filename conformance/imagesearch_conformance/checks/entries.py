"""The entries of a success, read into values that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.reading import Reading, real, whole
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image


@lru_cache(maxsize=1024)
def entries_of(contract: Contract, reading: Reading) -> tuple[Entry, ...]:
    """The entries that are objects, in their order; those of the last replies are kept."""
    return tuple(_entry(contract, one) for one in reading.entries)


def _entry(contract: Contract, found: Mapping[str, Any]) -> Entry:
    product, picture = contract.image.parameters
    columns = (found.get(column) for column in contract.filters.attributes.values())
    parts = (found.get(product), found.get(picture), found.get("CategoryId"), found.get("Score"), *columns)
    try:
        return _known(contract, *parts)
    except TypeError:
        # A list or an object where none should be.
        return _made(contract, *parts)


def _made(contract: Contract, product: Any, picture: Any, category: Any, score: Any, *columns: Any) -> Entry:
    shown = (
        (name, _shown(contract, name, one)) for name, one in zip(contract.filters.attributes, columns, strict=True)
    )
    return Entry(
        Image(*(part if isinstance(part, str) else "" for part in (product, picture))),
        whole(category),
        real(score),
        tuple((name, value) for name, value in shown if value is not None),
        named=isinstance(product, str) and isinstance(picture, str),
    )


#: The same where nothing is a list or an object: a search shows the same entries again and again.
_known = lru_cache(maxsize=2**13, typed=True)(_made)


def _shown(contract: Contract, attribute: str, value: object) -> int | str | None:
    """The value of an attribute, when it is of the attribute's kind."""
    if attribute in contract.filters.integers:
        return whole(value)
    return value if isinstance(value, str) else None
