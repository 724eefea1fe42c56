"""Which image is meant: names that only differ in one part, and images of other instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.model.case import Case, Probe, Violation
from imagesearch_conformance.model.expectation import Expectation, Relation
from imagesearch_conformance.model.target import Image

#: The two parts of an image's name.
PRODUCT_ID: Callable[[Image], str] = attrgetter("product_id")
PIC_NAME: Callable[[Image], str] = attrgetter("pic_name")


def image_identity_cases(builder: CaseBuilder) -> Iterator[Case]:
    """Images that share a part of their name, and images of one instance asked for in another."""
    known = (*builder.survey.images, *builder.survey.discovered_images)
    yield _shared_part_case(builder, "product", "two pictures of one product", first_pair_sharing(known, PRODUCT_ID))
    yield _shared_part_case(
        builder, "picture", "one picture name under two products", first_pair_sharing(known, PIC_NAME)
    )
    yield _changed_capitals_case(builder)
    yield _foreign_image_case(builder)


def first_pair_sharing(images: Iterable[Image], part: Callable[[Image], str]) -> Sequence[Image]:
    """The first two images that share this part of their name, or none."""
    groups: dict[str, list[Image]] = {}
    for one in images:
        group = groups.setdefault(part(one), [])
        group.append(one)
        if len(group) > 1:
            return group
    return ()


def _shared_part_case(builder: CaseBuilder, variant: str, title: str, pair: Sequence[Image]) -> Case:
    case_id = f"image.identity/same-{variant}"
    if not pair:
        return builder.not_applicable_case(case_id, title, "no two such images are known")
    case = builder.success_case(case_id, title, builder.request(image=pair[0]))
    return evolve(
        case, probes=tuple(Probe(builder.request(image=one)) for one in pair), relation=Relation.DISTINGUISHABLE
    )


def _changed_capitals_case(builder: CaseBuilder) -> Case:
    """A known name with its letters in the other case."""
    case_id, title = "image.exact/case", "the name of an image with its letters in the other case"
    image = Image(builder.image.product_id.swapcase(), builder.image.pic_name.swapcase())
    if image in {*builder.target.instance.images, *(one.image for one in builder.survey.entries)}:
        return builder.not_applicable_case(case_id, title, "there is an image of that name, or it has no letters")
    return _allow_no_entries(
        builder, builder.error_case(case_id, title, builder.request(image=image), [Violation(IMAGE, "known")])
    )


def _allow_no_entries(builder: CaseBuilder, case: Case) -> Case:
    """The case where an absent image may be refused or find nothing."""
    empty = builder.contract.success_acceptance(reason="nothing is found for an absent image")
    expectation = Expectation.from_acceptances(empty, *case.expectation.acceptances)
    return evolve(case, expectation=expectation, relation=Relation.NO_ENTRIES)


def _foreign_image_case(builder: CaseBuilder) -> Case:
    case_id, title = "instances.isolated/first", "an image of one instance is asked for in another"
    here = builder.target.instance
    # Nothing but its name tells an instance of the same type from this one, so its replies are confused most easily.
    for other in sorted(builder.target.instances[1:], key=lambda one: one.type is not here.type):
        foreign = next((image for image in here.images if image not in other.images), None)
        if foreign is not None:
            request = builder.request(instance=other, image=foreign)
            return _allow_no_entries(builder, builder.error_case(case_id, title, request, [Violation(IMAGE, "known")]))
    return builder.not_applicable_case(case_id, title, "the profile names no further instance")
