"""Conditions that the page shows or allows, as valid requests."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.model.case import Case


def shown_filters(shop: Workshop) -> Iterator[Case]:
    """Every condition that the page gives as an example."""
    parameter = shop.contract.filter
    if parameter is None:
        return
    for text in map(str, parameter.examples):
        slug = "-".join("".join(c if c.isalnum() else " " for c in _spelled(text)).split()).lower()
        request = shop.request({parameter.name: text})
        yield shop.accepted(f"{parameter.key}.format/{slug}", f"{parameter.name} is {text}", request)


def _spelled(text: str) -> str:
    """Operators as words, so that two filters never share an id."""
    words = {"!=": " ne ", ">=": " ge ", "<=": " le ", ">": " gt ", "<": " lt ", "=": " eq "}
    for sign, word in words.items():
        text = text.replace(sign, word)
    return text
