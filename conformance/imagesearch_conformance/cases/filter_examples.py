"""The filters that the documentation gives as examples."""

from __future__ import annotations

from collections.abc import Iterator

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.model.case import Case


def filter_example_cases(builder: CaseBuilder) -> Iterator[Case]:
    parameter = builder.contract.filter_parameter
    if parameter is None:
        return
    for text in map(str, parameter.examples):
        slug = "-".join("".join(c if c.isalnum() else " " for c in _spell_operators(text)).split()).lower()
        request = builder.request({parameter.name: text})
        yield builder.success_case(f"{parameter.key}.format/{slug}", f"{parameter.name} is {text}", request)


def _spell_operators(text: str) -> str:
    """Replace operators by words, so that two filters never have the same id."""
    words = {"!=": " ne ", ">=": " ge ", "<=": " le ", ">": " gt ", "<": " lt ", "=": " eq "}
    for sign, word in words.items():
        text = text.replace(sign, word)
    return text
