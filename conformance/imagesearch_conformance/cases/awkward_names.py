"""Images whose names are hard to encode: sent as they are, and expected back unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, unique_variants
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image

#: Patterns of characters that are hard to encode, by kind and variant (RFC 3986 section 2.2 and the form encoding).
_PATTERNS: Mapping[str, Mapping[str, str]] = {
    "nonascii": {
        "latin": "[\u0080-\u024f]", "combining": "[\u0300-\u036f]", "greek": "[\u0370-\u03ff]",
        "cyrillic": "[\u0400-\u052f]", "right-to-left": "[\u0590-\u08ff]", "cjk": "[\u2e80-\u9fff\uac00-\ud7af]",
        "astral": "[\U00010000-\U0010ffff]",
        "other": "[\u0250-\u02ff\u0530-\u058f\u0900-\u2e7f\ua000-\uabff\ud7b0-\uffff]",
    },
    "reserved": {
        "plus": r"\+", "escape": "%[0-9A-Fa-f]{2}", "percent": "%(?![0-9A-Fa-f]{2})", "ampersand": "&", "equals": "=",
        "tilde": "~", "asterisk": r"\*", "hash": "#", "slash": "/", "question": r"\?", "semicolon": ";", "colon": ":",
        "at": "@", "dollar": r"\$", "comma": ",",
    },
    "spaces": {"leading": "^ ", "trailing": " $", "double": "[^ ]  +[^ ]", "inner": "[^ ] [^ ]"},
    "quotes": {"double": '"', "single": "'", "backtick": "`"},
}  # fmt: skip

#: A name that matches more variants than this is called mixed.
_MAX_NAMED_VARIANTS = 3


def awkward_name_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield a case for each image of the profile whose name is hard to encode in one way only.

    The images come from the profile and not from the survey: a target that mangles a name does not find its image.
    """
    for kind in _PATTERNS:
        images = _images_of_kind(kind, builder.target.instance.images)
        if not images:
            reason = "the profile has no such image"
            yield builder.not_applicable_case(f"wire.{kind}/any", f"an image with {kind} in its name", reason)
        names = ((_awkward_variant(kind, image), f"{image.product_id}\n{image.pic_name}") for image in images)
        for variant, image in zip(unique_variants(names), images, strict=True):
            yield _finds_itself_case(builder, f"wire.{kind}/{variant}", image)


def awkward_kinds(image: Image) -> frozenset[str]:
    """Return the kinds of characters in the name of an image that are hard to encode."""
    return frozenset(kind for kind in _PATTERNS if _matching_variants(kind, image))


def _matching_variants(kind: str, image: Image) -> list[str]:
    names = (image.product_id, image.pic_name)
    patterns = _PATTERNS[kind].items()
    return [variant for variant, pattern in patterns if any(re.search(pattern, name) for name in names)]


def _awkward_variant(kind: str, image: Image) -> str:
    variants = _matching_variants(kind, image)
    return "-".join(variants) if len(variants) <= _MAX_NAMED_VARIANTS else "mixed"


def _images_of_kind(kind: str, images: Iterable[Image]) -> list[Image]:
    """Return the images that are of this kind alone, or else all that are of it."""
    matching = [image for image in images if kind in awkward_kinds(image)]
    return [image for image in matching if awkward_kinds(image) == {kind}] or matching


def _finds_itself_case(builder: CaseBuilder, case_id: str, image: Image) -> Case:
    title = f"the image {image.product_id!r}, {image.pic_name!r} finds itself"
    if not builder.survey.finds_itself:
        return builder.not_applicable_case(case_id, title, "the target does not find a plain image by its own name")
    request = builder.request({builder.contract.window.count_parameter: str(builder.max_page_size)}, image=image)
    return evolve(builder.success_case(case_id, title, request), relation=Relation.FINDS_ITSELF)
