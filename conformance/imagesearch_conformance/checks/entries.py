"""The entries of a success, read into values that can be compared."""

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
    """The entries that are objects, in their order; those of the last replies are kept."""
    return tuple(_parse_entry(contract, one) for one in response.entries)


def _parse_entry(contract: Contract, item: Mapping[str, Any]) -> Entry:
    product, picture = contract.image.parameters
    columns = (item.get(column) for column in contract.filter_rules.attributes.values())
    parts = (item.get(product), item.get(picture), item.get("CategoryId"), item.get("Score"), *columns)
    try:
        return _build_entry_cached(contract, *parts)
    except TypeError:
        # A list or an object where none should be.
        return _build_entry(contract, *parts)


def _build_entry(contract: Contract, product: Any, picture: Any, category: Any, score: Any, *columns: Any) -> Entry:
    shown = (
        (name, _attribute_value(contract, name, one))
        for name, one in zip(contract.filter_rules.attributes, columns, strict=True)
    )
    return Entry(
        Image(*(part if isinstance(part, str) else "" for part in (product, picture))),
        parse_integer(category),
        parse_number(score),
        tuple((name, value) for name, value in shown if value is not None),
        is_identifiable=isinstance(product, str) and isinstance(picture, str),
    )


#: The same where nothing is a list or an object: a search shows the same entries again and again.
_build_entry_cached = lru_cache(maxsize=2**13, typed=True)(_build_entry)


def _attribute_value(contract: Contract, attribute: str, value: object) -> int | str | None:
    """The value of an attribute, when it is of the attribute's kind."""
    if attribute in contract.filter_rules.integer_attributes:
        return parse_integer(value)
    return value if isinstance(value, str) else None
