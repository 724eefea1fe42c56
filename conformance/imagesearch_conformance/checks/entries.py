"""The entries of a success, read into values that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.reading import Reading, whole
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image


@lru_cache(maxsize=1024)
def entries_of(contract: Contract, reading: Reading) -> tuple[Entry, ...]:
    """The entries that are objects, in their order; those of the last replies are kept."""
    return tuple(_entry(contract, one) for one in reading.entries)


def _entry(contract: Contract, found: Mapping[str, Any]) -> Entry:
    product, picture = contract.image.parameters
    category, score = found.get("CategoryId"), found.get("Score")
    shown = ((name, _shown(contract, name, found.get(column))) for name, column in contract.filters.attributes.items())
    return Entry(
        Image(str(found.get(product, "")), str(found.get(picture, ""))),
        whole(category),
        float(score) if isinstance(score, (int, float)) and not isinstance(score, bool) else None,
        tuple((name, value) for name, value in shown if value is not None),
    )


def _shown(contract: Contract, attribute: str, value: object) -> int | str | None:
    """The value of an attribute, when it is of the attribute's kind."""
    if attribute in contract.filters.integers:
        return whole(value)
    return value if isinstance(value, str) else None
