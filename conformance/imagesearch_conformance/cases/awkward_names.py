"""Images whose names are hard to encode: sent as they are, and expected back unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image

#: Characters that are hard to encode, by kind (RFC 3986 section 2.2 and the form encoding).
_AWKWARD_CHARACTERS: Mapping[str, str] = {"reserved": "+%&=~*#/?;:@$,", "spaces": " ", "quotes": "\"'`"}


def awkward_name_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Yield a case for each image of the profile whose name is hard to encode in one way only.

    The images come from the profile and not from the survey: a target that mangles a name does not find its image.
    """
    for kind in ("nonascii", *_AWKWARD_CHARACTERS):
        images = _images_of_kind(kind, builder.target.instance.images)
        if not images:
            reason = "the profile has no such image"
            yield builder.not_applicable_case(f"wire.{kind}/any", f"an image with {kind} in its name", reason)
        for image in images:
            yield _finds_itself_case(builder, kind, image)


def awkward_kinds(image: Image) -> frozenset[str]:
    """Return the kinds of characters in the name of an image that are hard to encode."""
    text = image.product_id + image.pic_name
    kinds = {kind for kind, characters in _AWKWARD_CHARACTERS.items() if set(characters) & set(text)}
    return frozenset(kinds if text.isascii() else kinds | {"nonascii"})


def _images_of_kind(kind: str, images: Iterable[Image]) -> list[Image]:
    """Return the images that are of this kind alone, or else all that are of it."""
    matching = [image for image in images if kind in awkward_kinds(image)]
    return [image for image in matching if awkward_kinds(image) == {kind}] or matching


def _finds_itself_case(builder: CaseBuilder, kind: str, image: Image) -> Case:
    case_id = f"wire.{kind}/{_slug(image)}"
    title = f"the image {image.product_id!r}, {image.pic_name!r} finds itself"
    if not builder.survey.finds_itself:
        return builder.not_applicable_case(case_id, title, "the target does not find a plain image by its own name")
    request = builder.request({builder.contract.window.count_parameter: str(builder.max_page_size)}, image=image)
    return evolve(builder.success_case(case_id, title, request), relation=Relation.FINDS_ITSELF)


def _slug(image: Image) -> str:
    """Return a readable id that is different for different images."""
    text = f"{image.product_id}_{image.pic_name}"
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else f"u{ord(c):04x}" for c in text)
