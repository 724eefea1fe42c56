"""Requests that name what does not exist: an instance, an image, an operation, a version, the end of a ranking."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.contract.contract import ACTION, IMAGE, VERSION, WINDOW
from imagesearch_conformance.model.case import Case, Mutation, Request, Violation
from imagesearch_conformance.model.expectation import Expectation, Relation

#: Endings of absent pictures that also try the way: each has to be decoded to be looked up at all.
_PICTURE_SUFFIXES = {"plain": ".jpg", "nonascii": " \u56fe\u7247.jpg", "reserved": "+%26&=#.jpg"}


def unknown_name_cases(builder: CaseBuilder) -> Iterator[Case]:
    """All requests that name something absent."""
    yield _instance_case(builder)
    yield from _image_cases(builder)
    yield from _operation_cases(builder)
    yield from _window_cases(builder)


def _instance_case(builder: CaseBuilder) -> Case:
    parameter = builder.contract.parameter(builder.contract.instance_parameter)
    name = builder.missing_name[: parameter.max_length]
    violation = Violation(parameter.name, "known")
    mutation = Mutation(parameter.pointer("x-refusals/known"), "known", builder.target.instance.name, name)
    request = builder.request({parameter.name: name})
    return builder.error_case(
        f"{parameter.key}.known/absent", f"no instance is called {name}", request, [violation], mutation
    )


def _image_cases(builder: CaseBuilder) -> Iterator[Case]:
    product, picture = builder.contract.image.parameters
    changes = {"product": {product: builder.missing_name}} | {
        f"picture-{name}": {picture: f"{builder.missing_name}{ending}"} for name, ending in _PICTURE_SUFFIXES.items()
    }
    for variant, change in changes.items():
        request = builder.request().with_parameters(change)
        case = builder.error_case(
            f"image.known/{variant}", "no such image is stored", request, [Violation(IMAGE, "known")]
        )
        empty = builder.contract.success_acceptance(reason="nothing is found for an absent image")
        yield evolve(
            case,
            expectation=Expectation.from_acceptances(empty, *case.expectation.acceptances),
            relation=Relation.NO_ENTRIES,
        )


def _operation_cases(builder: CaseBuilder) -> Iterator[Case]:
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


def _window_cases(builder: CaseBuilder) -> Iterator[Case]:
    window = builder.contract.window
    most = min(builder.contract.parameter(window.count_parameter).maximum or 1, window.maximum)
    last = builder.contract.parameter(window.start_parameter).maximum or window.maximum - 1
    fewest = builder.contract.parameter(window.count_parameter).minimum or 1
    for variant, start, count in (
        ("above", window.maximum - most + 1, most),
        ("last", last, fewest + 1),
        ("most", last, most),
    ):
        request = builder.request({window.start_parameter: str(start), window.count_parameter: str(count)})
        title = f"{window.start_parameter} {start} and {window.count_parameter} {count} reach beyond {window.maximum}"
        case = builder.error_case(f"window.maximum/{variant}", title, request, [Violation(WINDOW, "maximum")])
        cut = builder.contract.success_acceptance(reason="the entries are cut at the limit")
        yield evolve(
            case,
            expectation=Expectation.from_acceptances(cut, *case.expectation.acceptances),
            relation=Relation.WITHIN_WINDOW,
        )
