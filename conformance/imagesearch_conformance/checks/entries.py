"""Entries of a success response as values that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from imagesearch_conformance.checks.parsed_response import ParsedResponse, parse_integer, parse_number
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.survey import Entry
from imagesearch_conformance.model.target import Image


@lru_cache(maxsize=1024)
def parse_entries(contract: Contract, response: ParsedResponse) -> tuple[Entry, ...]:
    """Return the entries that are objects, in their order."""
    return tuple(_parse_entry(contract, item) for item in response.entries)


def _parse_entry(contract: Contract, item: Mapping[str, Any]) -> Entry:
    product, picture = contract.image.parameters
    attributes = (item.get(column) for column in contract.filter_rules.attributes.values())
    values = (item.get(product), item.get(picture), item.get("CategoryId"), item.get("Score"), *attributes)
    try:
        return _build_entry_cached(contract, *values)
    except TypeError:
        # Lists and objects in place of plain values are not hashable.
        return _build_entry(contract, *values)


def _build_entry(contract: Contract, product: Any, picture: Any, category: Any, score: Any, *attributes: Any) -> Entry:
    named_values = (
        (name, _attribute_value(contract, name, value))
        for name, value in zip(contract.filter_rules.attributes, attributes, strict=True)
    )
    return Entry(
        Image(*(name if isinstance(name, str) else "" for name in (product, picture))),
        parse_integer(category),
        parse_number(score),
        tuple((name, value) for name, value in named_values if value is not None),
        is_identifiable=isinstance(product, str) and isinstance(picture, str),
    )


#: The same entries occur in many responses.
_build_entry_cached = lru_cache(maxsize=2**13, typed=True)(_build_entry)


def _attribute_value(contract: Contract, attribute: str, value: object) -> int | str | None:
    """The value of an attribute, or None if it has another type than the attribute."""
    if attribute in contract.filter_rules.integer_attributes:
        return parse_integer(value)
    return value if isinstance(value, str) else None
