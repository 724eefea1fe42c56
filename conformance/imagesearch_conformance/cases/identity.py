"""Which image is meant: names that only differ in one part, and images of other instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.model.case import Case, Probe, Violation
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation
from imagesearch_conformance.model.target import Image

#: The two parts of an image's name.
PRODUCT: Callable[[Image], str] = attrgetter("product_id")
PICTURE: Callable[[Image], str] = attrgetter("pic_name")


def identity(shop: Workshop) -> Iterator[Case]:
    """Images that share a part of their name, and images of one instance asked for in another."""
    known = (*shop.survey.images, *shop.survey.relatives)
    yield _sharing(shop, "product", "two pictures of one product", first_two(known, PRODUCT))
    yield _sharing(shop, "picture", "one picture name under two products", first_two(known, PICTURE))
    yield _otherwise_written(shop)
    yield _elsewhere(shop)


def first_two(images: Iterable[Image], part: Callable[[Image], str]) -> Sequence[Image]:
    """The first two images that share this part of their name, or none."""
    groups: dict[str, list[Image]] = {}
    for one in images:
        group = groups.setdefault(part(one), [])
        group.append(one)
        if len(group) > 1:
            return group
    return ()


def _sharing(shop: Workshop, variant: str, title: str, pair: Sequence[Image]) -> Case:
    case_id = f"image.identity/same-{variant}"
    if not pair:
        return shop.inapplicable(case_id, title, "no two such images are known")
    case = shop.accepted(case_id, title, shop.request(image=pair[0]))
    return evolve(case, probes=tuple(Probe(shop.request(image=one)) for one in pair), relation=Relation.TOLD_APART)


def _otherwise_written(shop: Workshop) -> Case:
    """A known name with its letters in the other case."""
    case_id, title = "image.exact/case", "the name of an image with its letters in the other case"
    image = Image(shop.image.product_id.swapcase(), shop.image.pic_name.swapcase())
    if image in {*shop.target.instance.images, *(one.image for one in shop.survey.entries)}:
        return shop.inapplicable(case_id, title, "there is an image of that name, or it has no letters")
    return _not_found(shop, shop.refused(case_id, title, shop.request(image=image), [Violation(IMAGE, "known")]))


def _not_found(shop: Workshop, case: Case) -> Case:
    """The case where an absent image may be refused or find nothing."""
    empty = shop.contract.accepted(why="nothing is found for an absent image")
    expectation = Expectation.of(empty, *case.expectation.acceptances)
    return evolve(case, expectation=expectation, relation=Relation.NO_ENTRIES)


def _elsewhere(shop: Workshop) -> Case:
    case_id, title = "instances.isolated/first", "an image of one instance is asked for in another"
    here = shop.target.instance
    # Nothing but its name tells an instance of the same type from this one, so its replies are confused most easily.
    for other in sorted(shop.target.instances[1:], key=lambda one: one.type is not here.type):
        foreign = next((image for image in here.images if image not in other.images), None)
        if foreign is not None:
            request = shop.request(instance=other, image=foreign)
            return _not_found(shop, shop.refused(case_id, title, request, [Violation(IMAGE, "known")]))
    return shop.inapplicable(case_id, title, "the profile names no further instance")
