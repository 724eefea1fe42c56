"""Images whose names are hard to carry: sent as they are, and expected back unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Relation
from imagesearch_conformance.model.target import Image

#: What makes a name hard, and the characters that do (RFC 3986 section 2.2 and the form encoding).
_AWKWARD_CHARACTERS: Mapping[str, str] = {"reserved": "+%&=~*#/?;:@$,", "spaces": " ", "quotes": "\"'`"}


def awkward_name_cases(builder: CaseBuilder) -> Iterator[Case]:
    """One case for each thing that makes a name hard and each image that shows it best.

    An image that the profile names and the target does not find is one whose name was mangled, so
    the profile is asked here and not the survey.
    """
    for kind in ("nonascii", *_AWKWARD_CHARACTERS):
        images = _select_images(kind, builder.target.instance.images)
        if not images:
            reason = "the profile names no such image"
            yield builder.not_applicable_case(f"wire.{kind}/any", f"an image with {kind} in its name", reason)
        for image in images:
            yield _finds_itself_case(builder, kind, image)


def awkward_kinds(image: Image) -> frozenset[str]:
    """What makes the names of an image hard."""
    text = image.product_id + image.pic_name
    found = {kind for kind, characters in _AWKWARD_CHARACTERS.items() if set(characters) & set(text)}
    return frozenset(found if text.isascii() else found | {"nonascii"})


def _select_images(kind: str, images: Iterable[Image]) -> list[Image]:
    """The images that are hard for this alone, or else all that are hard for it."""
    hard = [image for image in images if kind in awkward_kinds(image)]
    return [image for image in hard if awkward_kinds(image) == {kind}] or hard


def _finds_itself_case(builder: CaseBuilder, kind: str, image: Image) -> Case:
    case_id = f"wire.{kind}/{_slug(image)}"
    title = f"the image {image.product_id!r}, {image.pic_name!r} finds itself"
    if not builder.survey.finds_itself:
        return builder.not_applicable_case(case_id, title, "the target does not find a plain image by its own name")
    window = builder.contract.window
    request = builder.request(
        {window.count_parameter: str(builder.contract.parameter(window.count_parameter).maximum)}, image=image
    )
    return evolve(builder.success_case(case_id, title, request), relation=Relation.FINDS_ITSELF)


def _slug(image: Image) -> str:
    """A readable id that differs for images that differ: letters, digits, and code points of the rest."""
    text = f"{image.product_id}_{image.pic_name}"
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else f"u{ord(c):04x}" for c in text)
