"""Requests that name what does not exist: an instance, an image, an operation, a version, the end of a ranking."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.model.case import Case, Mutation, Request, Violation
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation

#: Endings of absent pictures that also try the way: each has to be decoded to be looked up at all.
_PICTURES = {"plain": ".jpg", "nonascii": " \u56fe\u7247.jpg", "reserved": "+%26&=#.jpg"}


def naming(shop: Workshop) -> Iterator[Case]:
    """All requests that name something absent."""
    yield _instance(shop)
    yield from _images(shop)
    yield from _operations(shop)
    yield from _windows(shop)


def _instance(shop: Workshop) -> Case:
    parameter = shop.contract.parameter(shop.contract.instance)
    name = shop.absent[: parameter.max_length]
    violation = Violation(parameter.name, "known")
    mutation = Mutation(parameter.pointer("x-refusals/known"), "known", shop.target.instance.name, name)
    request = shop.request({parameter.name: name})
    return shop.refused(
        f"{parameter.key}.known/absent", f"no instance is called {name}", request, [violation], mutation
    )


def _images(shop: Workshop) -> Iterator[Case]:
    product, picture = shop.contract.image.parameters
    changes = {"product": {product: shop.absent}} | {
        f"picture-{name}": {picture: f"{shop.absent}{ending}"} for name, ending in _PICTURES.items()
    }
    for variant, change in changes.items():
        request = shop.request().having(change)
        case = shop.refused(f"image.known/{variant}", "no such image is stored", request, [Violation(IMAGE, "known")])
        empty = shop.contract.accepted(why="nothing is found for an absent image")
        yield evolve(
            case, expectation=Expectation.of(empty, *case.expectation.acceptances), relation=Relation.NO_ENTRIES
        )


def _operations(shop: Workshop) -> Iterator[Case]:
    valid = shop.request()
    misspelt = evolve(valid, action=f"{valid.action}s")
    foreign = evolve(valid, action="ThisActionDoesNotExist")
    yield _operation(shop, "action.unknown/misspelt", misspelt, ACTION, "unknown")
    yield _operation(shop, "action.unknown/foreign", foreign, ACTION, "unknown")
    yield _operation(shop, "action.missing/absent", evolve(valid, action=None), ACTION, "missing")
    yield _operation(shop, "version.unknown/past", evolve(valid, version="1999-01-01"), VERSION, "unknown")


def _operation(shop: Workshop, case_id: str, request: Request, name: str, keyword: str) -> Case:
    title = f"the operation is {request.action or 'not named'}, its version {request.version}"
    return shop.refused(case_id, title, request, [Violation(name, keyword)])


def _windows(shop: Workshop) -> Iterator[Case]:
    window = shop.contract.window
    most = min(shop.contract.parameter(window.count).maximum or 1, window.maximum)
    last = shop.contract.parameter(window.start).maximum or window.maximum - 1
    fewest = shop.contract.parameter(window.count).minimum or 1
    for variant, start, count in (
        ("above", window.maximum - most + 1, most),
        ("last", last, fewest + 1),
        ("most", last, most),
    ):
        request = shop.request({window.start: str(start), window.count: str(count)})
        title = f"{window.start} {start} and {window.count} {count} reach beyond {window.maximum}"
        case = shop.refused(f"window.maximum/{variant}", title, request, [Violation(WINDOW, "maximum")])
        cut = shop.contract.accepted(why="the entries are cut at the limit")
        yield evolve(
            case, expectation=Expectation.of(cut, *case.expectation.acceptances), relation=Relation.WITHIN_WINDOW
        )
