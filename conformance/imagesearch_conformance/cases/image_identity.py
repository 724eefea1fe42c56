"""Identity of images: names that differ in one part only, and images of other instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.model.case import Case, Probe, Request, Violation
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image

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
