"""Survey a target: learn with a few requests which data it holds, so that unknown data can be judged."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.entries import parse_entries
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_integer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.errors import InvalidInput, InvalidSpec, Unreachable
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Target
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.runner.concurrent_requests import ConcurrentRequests
from imagesearch_conformance.runner.dispatcher import BudgetExhausted, Dispatcher
from imagesearch_conformance.runner.internal_errors import internal_error_reason
from imagesearch_conformance.runner.ranking_survey import ranking_probes, survey_ranking

#: Images to search by at most: cases need one, and images with awkward names have cases of their own.
_MAX_SURVEY_IMAGES = 5

#: One in this many requests of a budget may be spent on searching by known images.
_BUDGET_DIVISOR = 20


@frozen
class SurveyFailed:
    """A target about which nothing can be judged."""

    reason: str


def survey_probes(contract: Contract, target: Target, budget: int | None = None) -> tuple[Probe, ...]:
    """Return all requests of a survey: searches by known images, the first one repeated, the ranking."""
    searches = _search_probes(contract, target, budget)
    return (*searches, evolve(searches[0], fresh=True), *ranking_probes(_case_builder(contract, target), budget))


def _case_builder(contract: Contract, target: Target) -> CaseBuilder:
    return CaseBuilder(contract, target, Survey.from_target(target))


def _search_probes(contract: Contract, target: Target, budget: int | None) -> tuple[Probe, ...]:
    builder = _case_builder(contract, target)
    return tuple(Probe(builder.request(image=image)) for image in _survey_images(target, budget))


def run_survey(
    dispatcher: Dispatcher,
    contract: Contract,
    target: Target,
    is_interrupted: Callable[[], bool] = lambda: False,
    jobs: int = 1,
) -> Survey | SurveyFailed:
    """Return what the target holds, or the reason why it cannot be judged at all."""
    requests = ConcurrentRequests(contract, dispatcher, is_interrupted, jobs)
    try:
        responses = _search_known_images(contract, target, dispatcher.budget, requests)
        if isinstance(responses, SurveyFailed):
            return responses
        images = _found_images(_pair_responses(target, dispatcher.budget, responses))
        builder = CaseBuilder(contract, target, evolve(Survey.from_target(target), images=images))
        survey = survey_ranking(builder, dispatcher.budget, requests)
    except Unreachable as error:
        return SurveyFailed(f"the target could not be reached: {error}")
    except BudgetExhausted as error:
        return SurveyFailed(f"{error}, and the survey was not complete")
    except (InvalidInput, InvalidSpec):
        raise
    except Exception as error:  # noqa: BLE001 a survey that breaks must not cost the reports
        return SurveyFailed(internal_error_reason(error))
    return _build_survey(contract, _pair_responses(target, dispatcher.budget, responses), responses[-1], survey)


def _search_known_images(
    contract: Contract, target: Target, budget: int | None, requests: ConcurrentRequests
) -> list[ParsedResponse] | SurveyFailed:
    """Return the responses to the searches by known images; the first response decides whether to go on."""
    first_probe, *other_probes = _search_probes(contract, target, budget)
    first = requests.send(first_probe)
    if first is not None and (reason := _unusable_reason(contract, target, first)):
        return SurveyFailed(reason)
    responses = [first, *requests.send_all([*other_probes, evolve(first_probe, fresh=True)])]
    received = [response for response in responses if response is not None]
    return received if len(received) == len(responses) else SurveyFailed("the run was interrupted")


def _pair_responses(
    target: Target, budget: int | None, responses: list[ParsedResponse]
) -> list[tuple[Image, ParsedResponse]]:
    """Pair each image with its response; the last response belongs to the repeated first search."""
    return list(zip(_survey_images(target, budget), responses[:-1], strict=True))


def _found_images(pairs: list[tuple[Image, ParsedResponse]]) -> tuple[Image, ...]:
    return tuple(image for image, response in pairs if response.kind is ResponseKind.SUCCESS and response.entries)


def _survey_images(target: Target, budget: int | None) -> tuple[Image, ...]:
    images = target.instance.images[:_MAX_SURVEY_IMAGES]
    return images if budget is None else images[: max(1, budget // _BUDGET_DIVISOR)]


def _build_survey(
    contract: Contract, pairs: list[tuple[Image, ParsedResponse]], repeated_response: ParsedResponse, survey: Survey
) -> Survey | SurveyFailed:
    searches = [response for _, response in pairs]
    images = survey.images
    if all(response.is_empty_success for response in searches):
        return SurveyFailed(
            "none of the first images in the profile was found; name at least one image that the instance holds"
        )
    first = next((response for image, response in pairs if image in images), searches[0])
    missing_images = [image for image, _ in pairs if image not in images]
    return evolve(
        survey,
        finds_itself=bool(images) and images[0] in _listed_images(contract, first),
        repeatable=_listed_images(contract, searches[0]) == _listed_images(contract, repeated_response),
        predicted_category=parse_integer(first.value_at("PicInfo", "CategoryId")),
        warnings=tuple(f"{image.product_id} / {image.pic_name} was not found" for image in missing_images),
    )


def _listed_images(contract: Contract, response: ParsedResponse) -> list[Image]:
    return [entry.image for entry in parse_entries(contract, response)]


def _unusable_reason(contract: Contract, target: Target, response: ParsedResponse) -> str | None:
    """Return why the first response tells nothing about conformance, or None."""
    if response.kind is ResponseKind.UNREADABLE and not _is_meant_as_json(response.wire):
        return (
            f"expected a JSON response, got status {response.wire.status} with "
            f"{response.wire.header('content-type') or 'no content type'}: this does not look like the API"
        )
    if response.error_code is None or not _is_profile_error(contract, target, response.error_code):
        return None
    error = f"{response.wire.status} {response.error_code}: {response.document.get('Message')}"
    return f"the first search got {error}; check the instance, the images and the keys of the profile"


def _is_meant_as_json(response: WireResponse) -> bool:
    """Return whether an unreadable response is broken JSON, rather than something that is not this API."""
    declared = "json" in (response.header("content-type") or "")
    return declared or response.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _is_profile_error(contract: Contract, target: Target, code: str) -> bool:
    """Return whether an error code blames the profile rather than the request.

    Without a profile every known code may.
    """
    row = contract.errors.find(code)
    if row is None or target.without_profile:
        return row is not None
    codes = {row.code for row in contract.error_acceptances(Violation(contract.instance_parameter, "known"))}
    codes |= {row.code for row in contract.error_acceptances(Violation(IMAGE, "known"))}
    codes -= {row.code for row in contract.errors.documented_rows if row.general_keywords}
    signing_codes = {code for codes in contract.protocol.authentication_error_codes.values() for code in codes.all}
    return code in codes | signing_codes or row.trigger in {ErrorTrigger.PERMISSION, ErrorTrigger.RATE_LIMIT}
