"""The filters that the documentation gives as examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imagesearch_conformance.cases.case_builder import CaseBuilder, unique_variants
from imagesearch_conformance.model.case import Case

#: The length up to which an id shows a filter.
_MAX_SLUG_LENGTH = 46


def filter_example_cases(builder: CaseBuilder) -> Iterator[Case]:
    parameter = builder.contract.filter_parameter
    if parameter is None:
        return
    examples = [str(example) for example in parameter.examples]
    variants = unique_variants((_slugify(text), text) for text in examples)
    for variant, text in zip(variants, examples, strict=True):
        request = builder.request({parameter.name: text})
        yield builder.success_case(f"{parameter.key}.format/{variant}", f"{parameter.name} is {text}", request)


def _slugify(text: str) -> str:
    """Return a filter as a part of an id, with words for operators."""
    words = {"!=": " ne ", ">=": " ge ", "<=": " le ", ">": " gt ", "<": " lt ", "=": " eq "}
    for sign, word in words.items():
        text = text.replace(sign, word)
    return "-".join(re.findall("[a-z0-9]+", text.lower()))[:_MAX_SLUG_LENGTH].rstrip("-")
