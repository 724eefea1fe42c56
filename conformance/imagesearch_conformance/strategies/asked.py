"""What a request asks of the reply: read from values by wire name, as drawn or as they travel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import written
from imagesearch_conformance.filters.conditions import Condition
from imagesearch_conformance.model.target import Image


@frozen
class Asked:
    """The page, the category, the condition and the least Score that a reply has to keep.

    `image` is the one that has to lead the list, where one has to. Without a request `whole` is false: the page may be
    one of any size.
    """

    most: int
    start: int = 0
    category: int | None = None
    condition: Condition | None = None
    threshold: float = 0.0
    distinct: bool = False
    image: Image | None = None
    whole: bool = False


def asked(contract: Contract, request: Mapping[str, Any] | None, category: int | None) -> Asked:
    """What a request asks for; without one, anything that some request may bring."""
    if request is None:
        return Asked(contract.parameter(contract.window.count).maximum or contract.window.maximum, category=category)
    given = {name: written(value) for name, value in request.items() if value is not None}
    names, narrowing = contract.category.parameter, contract.narrowing
    start = _integer(contract, given, contract.window.start)
    filtered = given.get(contract.filter.name, "") if contract.filter else ""
    threshold, alike = (given.get(name or "", "") for name in (narrowing.threshold, narrowing.distinct))
    narrowed = start or filtered or threshold or alike or given.get(names)
    return Asked(
        most=_integer(contract, given, contract.window.count),
        start=start,
        category=_whole(given.get(names)) if category is None else category,
        condition=contract.filters.read(filtered) if filtered else None,
        threshold=_score(contract, threshold),
        distinct=alike == written(value=True),
        image=None if narrowed else Image(*(given.get(name, "") for name in contract.image.parameters)),
        whole=True,
    )


def _integer(contract: Contract, given: Mapping[str, str], name: str) -> int:
    found = _whole(given.get(name))
    return int(contract.parameter(name).default or 0) if found is None else max(found, 0)


def _whole(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


def _score(contract: Contract, text: str) -> float:
    name = contract.narrowing.threshold
    return float(text) if name and text and contract.parameter(name).allows(text) else 0.0
