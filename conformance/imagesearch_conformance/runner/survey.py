"""The few requests that learn what a target holds, so that data nobody has seen can be judged."""

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

#: So many images are looked for: cases need one, and those with awkward names have cases of their own.
_MAX_SURVEY_IMAGES = 5

#: The part of a budget that looking for images may take: one in so many requests.
_BUDGET_DIVISOR = 20


@frozen
class SurveyFailed:
    """Why nothing can be judged of a target."""

    reason: str


def survey_probes(contract: Contract, target: Target, budget: int | None = None) -> tuple[Probe, ...]:
    """The requests of a survey, all of them: searches by known images, the first once more, and its ranking."""
    searches = _search_probes(contract, target, budget)
    return (*searches, evolve(searches[0], fresh=True), *ranking_probes(_case_builder(contract, target), budget))


def _case_builder(contract: Contract, target: Target) -> CaseBuilder:
    return CaseBuilder(contract, target, Survey.from_target(target))


def _search_probes(contract: Contract, target: Target, budget: int | None) -> tuple[Probe, ...]:
    shop = _case_builder(contract, target)
    return tuple(Probe(shop.request(image=image)) for image in _survey_images(target, budget))


def run_survey(
    dispatcher: Dispatcher,
    contract: Contract,
    target: Target,
    is_interrupted: Callable[[], bool] = lambda: False,
    jobs: int = 1,
) -> Survey | SurveyFailed:
    """Learns what the target holds, or why it cannot be judged at all; asks `jobs` things at once where it can."""
    asking = ConcurrentRequests(contract, dispatcher, is_interrupted, jobs)
    try:
        readings = _search_known_images(contract, target, dispatcher.budget, asking)
        if isinstance(readings, SurveyFailed):
            return readings
        found = _found_images(_pair_responses(target, dispatcher.budget, readings))
        shop = CaseBuilder(contract, target, evolve(Survey.from_target(target), images=found))
        explored = survey_ranking(shop, dispatcher.budget, asking)
    except Unreachable as problem:
        return SurveyFailed(f"the target could not be reached: {problem}")
    except BudgetExhausted as problem:
        return SurveyFailed(f"{problem} before the target was known")
    except (InvalidInput, InvalidSpec):
        raise
    except Exception as problem:  # noqa: BLE001 a survey that breaks must not cost the reports
        return SurveyFailed(internal_error_reason(problem))
    return _build_survey(contract, _pair_responses(target, dispatcher.budget, readings), readings[-1], explored)


def _search_known_images(
    contract: Contract, target: Target, budget: int | None, requests: ConcurrentRequests
) -> list[ParsedResponse] | SurveyFailed:
    """What the searches by known images give; the first reply tells whether to go on."""
    first, *others = _search_probes(contract, target, budget)
    reading = requests.send(first)
    if reading is not None and (obstacle := _unusable_reason(contract, target, reading)):
        return SurveyFailed(obstacle)
    readings = [reading, *requests.send_all([*others, evolve(first, fresh=True)])]
    learned = [one for one in readings if one is not None]
    return learned if len(learned) == len(readings) else SurveyFailed("the run was interrupted")


def _pair_responses(
    target: Target, budget: int | None, responses: list[ParsedResponse]
) -> list[tuple[Image, ParsedResponse]]:
    """Each image asked for with its reading; the last reading is that of the request sent again."""
    return list(zip(_survey_images(target, budget), responses[:-1], strict=True))


def _found_images(pairs: list[tuple[Image, ParsedResponse]]) -> tuple[Image, ...]:
    return tuple(image for image, reading in pairs if reading.kind is ResponseKind.SUCCESS and reading.entries)


def _survey_images(target: Target, budget: int | None) -> tuple[Image, ...]:
    """The images asked for: a few, for a twentieth of a budget at the most, but always one."""
    images = target.instance.images[:_MAX_SURVEY_IMAGES]
    return images if budget is None else images[: max(1, budget // _BUDGET_DIVISOR)]


def _build_survey(
    contract: Contract, pairs: list[tuple[Image, ParsedResponse]], repeated_response: ParsedResponse, survey: Survey
) -> Survey | SurveyFailed:
    searches = [reading for _, reading in pairs]
    found = survey.images
    if all(reading.is_empty_success for reading in searches):
        return SurveyFailed(
            "none of the first images that the profile names was found; name one that is in the instance"
        )
    first = next((reading for image, reading in pairs if image in found), searches[0])
    doubts = tuple(f"{image.product_id} / {image.pic_name} was not found" for image, _ in pairs if image not in found)
    return evolve(
        survey,
        finds_itself=bool(found) and found[0] in _listed_images(contract, first),
        repeatable=_listed_images(contract, searches[0]) == _listed_images(contract, repeated_response),
        predicted_category=parse_integer(first.value_at("PicInfo", "CategoryId")),
        warnings=doubts,
    )


def _listed_images(contract: Contract, response: ParsedResponse) -> list[Image]:
    return [entry.image for entry in parse_entries(contract, response)]


def _unusable_reason(contract: Contract, target: Target, response: ParsedResponse) -> str | None:
    """Why the reply to the first request says nothing about conformance, or None."""
    if response.kind is ResponseKind.UNREADABLE and not _is_meant_as_json(response.wire):
        return (
            f"the reply is not JSON (status {response.wire.status}, "
            f"{response.wire.header('content-type') or 'no content type'}): this does not look like the API"
        )
    if response.error_code is None or not _is_profile_error(contract, target, response.error_code):
        return None
    said = f"{response.wire.status} {response.error_code}: {response.document.get('Message')}"
    return f"the first search was refused with {said}; see to the instance, the images and the keys of the profile"


def _is_meant_as_json(response: WireResponse) -> bool:
    """Whether an unreadable reply is a bad one of this API rather than one of something else."""
    declared = "json" in (response.header("content-type") or "")
    return declared or response.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _is_profile_error(contract: Contract, target: Target, code: str) -> bool:
    """Whether a code blames what the profile claims rather than the request; without claims every code may."""
    row = contract.errors.find(code)
    if row is None or target.without_profile:
        return row is not None
    blamed = {one.code for one in contract.error_acceptances(Violation(contract.instance_parameter, "known"))}
    blamed |= {one.code for one in contract.error_acceptances(Violation(IMAGE, "known"))}
    blamed -= {one.code for one in contract.errors.documented_rows if one.general_keywords}
    signing = {code for codes in contract.protocol.authentication_error_codes.values() for code in codes.all}
    return code in blamed | signing or row.trigger in {ErrorTrigger.PERMISSION, ErrorTrigger.RATE_LIMIT}
