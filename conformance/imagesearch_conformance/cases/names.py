"""Names of things that do not exist, of similar images, and names that are hard to encode."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder, unique_variants
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.model.case import Case, Mutation, Probe, Request, Violation
from imagesearch_conformance.model.expectation import Expectation, Relation
from imagesearch_conformance.model.target import Image

#: Suffixes of missing pictures; each has to be decoded before it can be looked up.
_PICTURE_SUFFIXES = {"plain": ".jpg", "nonascii": " \u56fe\u7247.jpg", "reserved": "+%26&=#.jpg"}


def unknown_name_cases(builder: CaseBuilder) -> Iterator[Case]:
    yield _missing_instance_case(builder)
    yield from _missing_image_cases(builder)
    yield from _unknown_operation_cases(builder)
    yield from _beyond_window_cases(builder)


def _missing_instance_case(builder: CaseBuilder) -> Case:
    parameter = builder.contract.parameter(builder.contract.instance_parameter)
    name = builder.missing_name[: parameter.max_length]
    violation = Violation(parameter.name, "known")
    mutation = Mutation(parameter.pointer("x-refusals/known"), "known", builder.target.instance.name, name)
    request = builder.request({parameter.name: name})
    return builder.error_case(
        f"{parameter.key}.known/absent", f"the instance {name} does not exist", request, [violation], mutation
    )


def _missing_image_cases(builder: CaseBuilder) -> Iterator[Case]:
    product, picture = builder.contract.image.parameters
    changes = {"product": {product: builder.missing_name}} | {
        f"picture-{name}": {picture: f"{builder.missing_name}{suffix}"} for name, suffix in _PICTURE_SUFFIXES.items()
    }
    for variant, change in changes.items():
        request = builder.request().with_parameters(change)
        yield missing_image_case(builder, f"image.known/{variant}", "the image does not exist", request)


def _unknown_operation_cases(builder: CaseBuilder) -> Iterator[Case]:
    valid = builder.request()
    misspelt = evolve(valid, action=f"{valid.action}s")
    foreign = evolve(valid, action="ThisActionDoesNotExist")
    yield _operation_case(builder, "action.unknown/misspelt", misspelt, ACTION, "unknown")
    yield _operation_case(builder, "action.unknown/foreign", foreign, ACTION, "unknown")
    yield _operation_case(builder, "action.missing/absent", evolve(valid, action=None), ACTION, "missing")
    yield _operation_case(builder, "version.unknown/past", evolve(valid, version="1999-01-01"), VERSION, "unknown")


def _operation_case(builder: CaseBuilder, case_id: str, request: Request, parameter: str, keyword: str) -> Case:
    title = f"the operation is {request.action or 'not named'}, its version {request.version}"
    return builder.error_case(case_id, title, request, [Violation(parameter, keyword)])


def _beyond_window_cases(builder: CaseBuilder) -> Iterator[Case]:
    window = builder.contract.window
    max_count = min(builder.max_page_size, window.maximum)
    max_start = builder.contract.parameter(window.start_parameter).maximum or window.maximum - 1
    min_count = builder.contract.parameter(window.count_parameter).minimum or 1
    for variant, start, count in (
        ("above", window.maximum - max_count + 1, max_count),
        ("last", max_start, min_count + 1),
        ("most", max_start, max_count),
    ):
        request = builder.request({window.start_parameter: str(start), window.count_parameter: str(count)})
        title = f"{window.start_parameter} {start} and {window.count_parameter} {count} reach beyond {window.maximum}"
        case = builder.error_case(f"window.maximum/{variant}", title, request, [Violation(WINDOW, "maximum")])
        truncated = builder.contract.success_acceptance(reason="the entries are truncated at the limit")
        yield evolve(
            case,
            expectation=Expectation.from_acceptances(truncated, *case.expectation.acceptances),
            relation=Relation.WITHIN_WINDOW,
        )


#: The two parts of the name of an image.
PRODUCT_ID: Callable[[Image], str] = attrgetter("product_id")
PIC_NAME: Callable[[Image], str] = attrgetter("pic_name")


def image_identity_cases(builder: CaseBuilder) -> Iterator[Case]:
    known = (*builder.survey.images, *builder.survey.discovered_images)
    yield _shared_part_case(builder, "product", "two pictures of one product", first_pair_sharing(known, PRODUCT_ID))
    yield _shared_part_case(
        builder, "picture", "one picture name under two products", first_pair_sharing(known, PIC_NAME)
    )
    yield _changed_capitals_case(builder)
    yield _foreign_image_case(builder)


def first_pair_sharing(images: Iterable[Image], part: Callable[[Image], str]) -> Sequence[Image]:
    """Return the first two images that share this part of their name, or nothing."""
    groups: dict[str, list[Image]] = {}
    for image in images:
        group = groups.setdefault(part(image), [])
        group.append(image)
        if len(group) > 1:
            return group
    return ()


def _shared_part_case(builder: CaseBuilder, variant: str, title: str, pair: Sequence[Image]) -> Case:
    case_id = f"image.identity/same-{variant}"
    if not pair:
        return builder.not_applicable_case(case_id, title, "no two such images are known")
    case = builder.success_case(case_id, title, builder.request(image=pair[0]))
    return evolve(
        case, probes=tuple(Probe(builder.request(image=image)) for image in pair), relation=Relation.DISTINGUISHABLE
    )


def _changed_capitals_case(builder: CaseBuilder) -> Case:
    case_id, title = "image.exact/case", "the name of an image with its letters in the other case"
    image = Image(builder.image.product_id.swapcase(), builder.image.pic_name.swapcase())
    if image in {*builder.target.instance.images, *(entry.image for entry in builder.survey.entries)}:
        return builder.not_applicable_case(case_id, title, "there is an image of that name, or it has no letters")
    return missing_image_case(builder, case_id, title, builder.request(image=image))


def missing_image_case(builder: CaseBuilder, case_id: str, title: str, request: Request) -> Case:
    """Return a case that names a missing image: an error is accepted, and a success without entries."""
    case = builder.error_case(case_id, title, request, [Violation(IMAGE, "known")])
    empty = builder.contract.success_acceptance(reason="a search by a missing image finds nothing")
    expectation = Expectation.from_acceptances(empty, *case.expectation.acceptances)
    return evolve(case, expectation=expectation, relation=Relation.NO_ENTRIES)


def _foreign_image_case(builder: CaseBuilder) -> Case:
    case_id, title = "instances.isolated/first", "an image of one instance, searched for in another"
    first = builder.target.instance
    # Instances of the same type are the easiest to confuse: only their names differ.
    for other in sorted(builder.target.instances[1:], key=lambda instance: instance.type is not first.type):
        foreign = next((image for image in first.images if image not in other.images), None)
        if foreign is not None:
            return missing_image_case(builder, case_id, title, builder.request(instance=other, image=foreign))
    return builder.not_applicable_case(case_id, title, "the profile has no other instance")


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
