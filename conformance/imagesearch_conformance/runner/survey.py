"""Survey a target: learn with a few requests which data it holds, so that unknown data can be judged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.cases.names import PIC_NAME, PRODUCT_ID, first_pair_sharing
from imagesearch_conformance.cases.paging import all_ranking_pages, overlapping_page, page_probe
from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind, parse_entries, parse_integer
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE
from imagesearch_conformance.contract.error_table import ErrorTrigger
from imagesearch_conformance.errors import InvalidInput, InvalidSpec, Unreachable
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image, Target
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.runner.confirmation import internal_error_reason
from imagesearch_conformance.runner.dispatcher import BudgetExhausted, ConcurrentRequests, Dispatcher

#: Images to search by at most: cases need one, and images with awkward names have cases of their own.
_MAX_SURVEY_IMAGES = 5

#: One in this many requests of a budget may be spent on searching by known images.
_BUDGET_DIVISOR = 20

#: Smallest budget with which the ranking is surveyed.
_MIN_RANKING_BUDGET = 30


@frozen
class SurveyFailed:
    """A target about which nothing can be judged."""

    reason: str


def survey_probes(contract: Contract, target: Target, budget: int | None = None) -> tuple[Probe, ...]:
    """Return all requests of a survey: searches by known images, the first one repeated, the ranking."""
    searches = _search_probes(contract, target, budget)
    return (*searches, evolve(searches[0], fresh=True), *_ranking_probes(_case_builder(contract, target), budget))


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
        survey = _survey_ranking(builder, dispatcher.budget, requests)
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


def _ranking_probes(builder: CaseBuilder, budget: int | None) -> tuple[Probe, ...]:
    """Return the requests for the ranking, at most: every page of the largest size, and one across two pages."""
    if budget is not None and budget < _MIN_RANKING_BUDGET:
        return ()
    return tuple(page_probe(builder, page) for page in (*all_ranking_pages(builder), overlapping_page(builder)))


def _survey_ranking(builder: CaseBuilder, budget: int | None, requests: ConcurrentRequests) -> Survey:
    """Return the builder's survey with the ranking, requested page by page up to one that is not full.

    With several jobs, the pages announced by the counters of the first one are requested at once.
    """
    probes = _ranking_probes(builder, budget)
    if not probes:
        reason = f"a budget of {budget} requests is too small to survey the ranking"
        return evolve(builder.survey, ranking_skipped_reason=reason)
    *page_probes, overlap_probe = probes
    first = requests.send(page_probes[0])
    ahead = page_probes[1 : _announced_page_count(builder, first)] if requests.jobs > 1 else []
    pages = [first, *requests.send_all([*ahead, overlap_probe] if ahead else [])]
    overlap = pages.pop() if ahead else None
    for probe in page_probes[len(pages) :]:
        if len(_entries(builder, pages[-1])) != builder.max_page_size:
            break
        pages.append(requests.send(probe))
    return _add_ranking(builder, _collect_entries(builder, pages), overlap if ahead else requests.send(overlap_probe))


def _announced_page_count(builder: CaseBuilder, first_page: ParsedResponse | None) -> int:
    """Return how many pages the counters of the first page announce; 0 if it is not full."""
    if first_page is None or len(_entries(builder, first_page)) != builder.max_page_size:
        return 0
    counters = (counter for counter in first_page.counters if counter is not None)
    return math.ceil(max(counters, default=0) / builder.max_page_size)


def _collect_entries(builder: CaseBuilder, pages: Iterable[ParsedResponse | None]) -> list[Entry]:
    """Return the entries of all pages up to one that is not full."""
    entries: list[Entry] = []
    for page in pages:
        page_entries = _entries(builder, page)
        entries += page_entries
        if len(page_entries) != builder.max_page_size:
            break
    return entries


def _entries(builder: CaseBuilder, page: ParsedResponse | None) -> tuple[Entry, ...]:
    return () if page is None else parse_entries(builder.contract, page)


def _add_ranking(builder: CaseBuilder, entries: Sequence[Entry], overlap: ParsedResponse | None) -> Survey:
    start, count = overlapping_page(builder)
    expected = [entry.image for entry in entries[start : start + count]]
    actual = [entry.image for entry in _entries(builder, overlap)]
    consistent = _has_unique_entries(entries) and actual == expected
    return evolve(
        builder.survey,
        entries=tuple(entries),
        discovered_images=tuple(_discover_images(builder.target.instance.images, entries)),
        pages_consistent=consistent,
        first_page_valid=consistent or _is_first_page_valid(builder, entries, actual),
    )


def _has_unique_entries(entries: Sequence[Entry]) -> bool:
    return all(entry.is_identifiable for entry in entries) and len({entry.image for entry in entries}) == len(entries)


def _is_first_page_valid(builder: CaseBuilder, entries: Sequence[Entry], overlap: Sequence[Image]) -> bool:
    """Return whether the first page alone is valid: full or followed by nothing, and ordered by score."""
    page = entries[: builder.max_page_size]
    is_ordered = all((entry.score or 0) >= (following.score or 0) for entry, following in pairwise(page))
    is_full = len(page) == builder.max_page_size or not overlap
    return _has_unique_entries(page) and is_full and is_ordered and builder.image in {entry.image for entry in page}


def _discover_images(known_images: Sequence[Image], entries: Iterable[Entry]) -> list[Image]:
    """Return listed images that complete a pair of equal product id, and a pair of equal picture name."""
    listed = [entry.image for entry in entries if entry.image.is_printable_ascii]
    images = list(dict.fromkeys((*known_images, *listed)))
    pairs = (first_pair_sharing(images, part) for part in (PRODUCT_ID, PIC_NAME))
    return list(dict.fromkeys(image for pair in pairs for image in pair if image not in known_images))
