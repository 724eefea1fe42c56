"""Surveys: what they learn of a target, and when nothing can be judged."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.access_keys import UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.target import Credentials, Image
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.runner.survey import SurveyFailed, run_survey

MISSING_IMAGE = Image("no-such-product", "no-such-picture.jpg")


def with_images(*images):
    """Adapt a target to a profile with these images, by default its first two."""

    def adapt(target):
        first, *others = target.instances
        return evolve(target, instances=(evolve(first, images=images or first.images[:2]), *others))

    return adapt


def responding(body, status=200, media_type="application/json"):
    return lambda *_: WireResponse(status, (("Content-Type", media_type),), body)


def survey(endpoint):
    return run_survey(endpoint.dispatcher(), endpoint.contract, endpoint.target)


def failed_survey_reason(endpoint):
    """The stop reason of a run that ends with its survey, as inconclusive."""
    record = endpoint.record()
    assert record.verdict is Verdict.INCONCLUSIVE
    assert not record.complete
    assert record.cases == ()
    assert record.request_count == len(endpoint.received)
    return record.stop_reason


def test_a_survey_searches_by_every_image_and_repeats_the_first_search(bench):
    endpoint = bench(adapt=with_images())
    learned = survey(endpoint)
    assert learned.images == endpoint.target.instance.images
    assert (learned.finds_itself, learned.repeatable, learned.warnings) == (True, True, ())
    # Two images, the first of them again, the five largest pages of its ranking, and one across two of them.
    assert len(endpoint.received) == 9
    assert learned.pages_consistent
    assert len(learned.entries) == 500
    assert endpoint.received[0].body == endpoint.received[2].body


def test_a_missing_image_is_a_warning_and_the_others_are_used(bench):
    endpoint = bench(adapt=lambda target: with_images(MISSING_IMAGE, target.instance.images[0])(target))
    learned = survey(endpoint)
    assert learned.images == (endpoint.target.instance.images[1],)
    assert learned.finds_itself
    assert learned.warnings == ("no-such-product / no-such-picture.jpg was not found",)


def test_a_survey_without_any_image_fails(bench):
    endpoint = bench(adapt=with_images(MISSING_IMAGE))
    assert "none of the first images in the profile was found" in failed_survey_reason(endpoint)


def test_a_target_that_loses_entries_is_not_repeatable(bench):
    def around(request, answer):
        response = answer(request)
        document = json.loads(response.body)
        document["Auctions"] = document["Auctions"][: 9 - len(endpoint.received)]
        return evolve(response, body=json.dumps(document).encode())

    endpoint = bench(adapt=with_images(), around=around)
    assert not survey(endpoint).repeatable


REQUEST_ID_ONLY = json.dumps({"RequestId": "1"}).encode()
CAMEL_CASE = json.dumps({"auctions": [{"productId": "a"}], "head": {"docsFound": 1, "docsReturn": 1}}).encode()
NAMES_AS_ENTRIES = json.dumps({"Auctions": ["a.jpg"]}).encode()


@pytest.mark.parametrize("body", [REQUEST_ID_ONLY, CAMEL_CASE, NAMES_AS_ENTRIES])
def test_a_malformed_success_response_is_judged(bench, body):
    assert not isinstance(survey(bench(around=responding(body))), SurveyFailed)


@pytest.mark.parametrize("fields", [{"Auctions": []}, {"Head": {"DocsFound": 0, "DocsReturn": 0}}, {"Auctions": None}])
def test_a_success_response_that_says_it_found_nothing_is_not_judged(bench, fields):
    body = json.dumps({"Head": {"DocsFound": 0}, **fields}).encode()
    assert "was found" in failed_survey_reason(bench(around=responding(body)))


@pytest.mark.parametrize("fault", ["successes-in-camel-case", "successes-in-snake-case"])
def test_fields_of_another_naming_convention_are_reported_as_missing(bench, fault):
    record = bench(fault).record()
    failed = {result.requirement.id for result in record.requirements if result.outcome is Outcome.FAILED}
    assert record.verdict is Verdict.NONCONFORMANT
    assert {"response.msg.present", "response.head.present", "response.auctions.present"} <= failed


def test_entries_without_a_name_are_not_compared(bench):
    record = bench("auctions-picname-missing").record()
    results = {result.requirement.id: result for result in record.requirements}
    failed = {name for name, result in results.items() if result.outcome is Outcome.FAILED}
    assert failed == {"response.auctions.picname.present"}
    for name in ("paging.concatenation", "paging.prefix", "paging.repeatable", "filter.str_attr.equal"):
        assert results[name].outcome is Outcome.NOT_APPLICABLE
    assert results["paging.full"].outcome is Outcome.PASSED
    assert results["filter.and"].reason == "entries of the ranking do not name their image"


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        (
            responding(b"<html>hello</html>", media_type="text/html"),
            "expected a JSON response, got status 200 with text/html",
        ),
        (responding(b"Not Found", 404, "text/plain"), "expected a JSON response, got status 404 with text/plain"),
    ],
)
def test_an_endpoint_that_is_not_the_api_is_not_judged(bench, around, reason):
    endpoint = bench(around=around)
    assert failed_survey_reason(endpoint).startswith(reason)
    assert len(endpoint.received) == 1


def test_an_unreachable_target_is_not_judged(bench):
    def around(*_):
        raise Unreachable("no reply: Connection refused", "http://emulator.example")

    endpoint = bench(around=around)
    reason = failed_survey_reason(endpoint)
    assert reason == "the target could not be reached: http://emulator.example: no reply: Connection refused"
    assert len(endpoint.received) == 1


def with_unknown_instance(target):
    first, *others = target.instances
    return evolve(target, instances=(evolve(first, name="nosuchinstance"), *others))


@pytest.mark.parametrize(
    ("adapt", "code"),
    [
        (with_unknown_instance, "InvalidInstance"),
        (lambda target: evolve(target, credentials=Credentials("nobody", "secret")), "InvalidAccessKeyId.NotFound"),
        (
            lambda target: evolve(target, credentials=evolve(target.credentials, access_key_secret="other")),
            "SignatureDoesNotMatch",
        ),
        (lambda target: evolve(target, credentials=UNAUTHORIZED_CREDENTIALS), "NoPermission"),
    ],
)
def test_a_first_error_response_that_blames_the_profile_is_not_a_finding(bench, adapt, code):
    reason = failed_survey_reason(bench(adapt=adapt))
    assert code in reason
    assert "check the instance, the images and the keys of the profile" in reason


def test_an_error_response_that_does_not_blame_the_profile_is_judged(bench):
    body = json.dumps({"Code": "SomethingElse", "Message": "no", "RequestId": "1"}).encode()
    endpoint = bench(adapt=with_images(), around=responding(body, 400))
    assert not isinstance(survey(endpoint), SurveyFailed)
    assert endpoint.record().verdict is Verdict.NONCONFORMANT


def test_without_a_profile_any_known_error_code_ends_the_survey(bench):
    body = json.dumps({"Code": "InvalidNum", "Message": "no", "RequestId": "1"}).encode()
    endpoint = bench(adapt=lambda target: evolve(target, without_profile=True), around=responding(body, 400))
    assert "InvalidNum" in failed_survey_reason(endpoint)


def test_rate_limited_searches_are_retried(bench, rate_limit_response):
    def around(request, answer):
        return rate_limit_response if len(endpoint.received) in {2, 4} else answer(request)

    endpoint = bench(adapt=with_images(), around=around)
    assert survey(endpoint).warnings == ()
    assert len(endpoint.slept) == 2


def test_an_interrupt_ends_the_survey_at_once(bench):
    endpoint = bench()
    interrupted = iter([False, True])
    record = endpoint.record(lambda: next(interrupted, True))
    assert record.stop_reason == "the run was interrupted"
    assert (record.verdict, record.complete) == (Verdict.INCONCLUSIVE, False)
    assert len(endpoint.received) == 1
