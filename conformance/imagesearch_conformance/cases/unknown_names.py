"""Requests that name something that does not exist: an instance, image, operation, version, or page."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.image_identity import missing_image_case
from imagesearch_conformance.contract.contract import ACTION, VERSION, WINDOW
from imagesearch_conformance.model.case import Case, Mutation, Request, Violation
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.model.relation import Relation

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
