"""What a survey learns, and when it says that nothing can be judged."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.access_keys import UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.target import Credentials, Image
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.runner.survey import SurveyFailed, run_survey

ABSENT = Image("no-such-product", "no-such-picture.jpg")


def with_images(*images):
    def adapt(target):
        first, *further = target.instances
        return evolve(target, instances=(evolve(first, images=images or first.images[:2]), *further))

    return adapt


def replying(body, status=200, media_type="application/json"):
    return lambda *_: WireResponse(status, (("Content-Type", media_type),), body)


def learned(made):
    return run_survey(made.dispatcher(), made.contract, made.target)


def unjudged(made):
    """Why a run judges nothing: it ends at once, as inconclusive, with that said."""
    record = made.record()
    assert record.verdict is Verdict.INCONCLUSIVE
    assert not record.complete
    assert record.cases == ()
    assert record.request_count == len(made.received)
    return record.stop_reason


def test_a_survey_asks_for_every_image_and_for_the_first_twice(bench):
    made = bench(adapt=with_images())
    found = learned(made)
    assert found.images == made.target.instance.images
    assert (found.finds_itself, found.repeatable, found.warnings) == (True, True, ())
    # Two images, the first of them again, the five largest pages of its ranking, and one across two of them.
    assert len(made.received) == 9
    assert found.pages_consistent
    assert len(found.entries) == 500
    assert made.received[0].body == made.received[2].body


def test_an_image_that_is_missing_is_doubted_and_the_others_are_used(bench):
    made = bench(adapt=lambda target: with_images(ABSENT, target.instance.images[0])(target))
    found = learned(made)
    assert found.images == (made.target.instance.images[1],)
    assert found.finds_itself
    assert found.warnings == ("no-such-product / no-such-picture.jpg was not found",)


def test_without_any_image_nothing_can_be_judged(bench):
    assert "none of the first images that the profile names was found" in unjudged(bench(adapt=with_images(ABSENT)))


def test_a_target_that_forgets_is_not_repeatable(bench):
    def around(request, answer):
        reply = answer(request)
        document = json.loads(reply.body)
        document["Auctions"] = document["Auctions"][: 9 - len(made.received)]
        return evolve(reply, body=json.dumps(document).encode())

    made = bench(adapt=with_images(), around=around)
    assert not learned(made).repeatable


BARE = json.dumps({"RequestId": "1"}).encode()
LOWERED = json.dumps({"auctions": [{"productId": "a"}], "head": {"docsFound": 1, "docsReturn": 1}}).encode()
OF_NAMES = json.dumps({"Auctions": ["a.jpg"]}).encode()


@pytest.mark.parametrize("body", [BARE, LOWERED, OF_NAMES])
def test_a_success_that_does_not_say_that_it_found_nothing_is_judged(bench, body):
    assert not isinstance(learned(bench(around=replying(body))), SurveyFailed)


@pytest.mark.parametrize("found", [{"Auctions": []}, {"Head": {"DocsFound": 0, "DocsReturn": 0}}, {"Auctions": None}])
def test_a_success_that_says_that_it_found_nothing_is_not(bench, found):
    body = json.dumps({"Head": {"DocsFound": 0}, **found}).encode()
    assert "was found" in unjudged(bench(around=replying(body)))


@pytest.mark.parametrize("fault", ["successes-in-camel-case", "successes-in-snake-case"])
def test_fields_of_another_convention_are_found_to_be_missing(bench, fault):
    record = bench(fault).record()
    failed = {one.requirement.id for one in record.requirements if one.outcome is Outcome.FAILED}
    assert record.verdict is Verdict.NONCONFORMANT
    assert {"response.msg.present", "response.head.present", "response.auctions.present"} <= failed


def test_entries_without_a_name_are_not_compared(bench):
    record = bench("auctions-picname-missing").record()
    outcomes = {one.requirement.id: (one.outcome, one.reason) for one in record.requirements}
    failed = {name for name, (one, _) in outcomes.items() if one is Outcome.FAILED}
    assert failed == {"response.auctions.picname.present"}
    for name in ("paging.concatenation", "paging.prefix", "paging.repeatable", "filter.str_attr.equal"):
        assert outcomes[name][0] is Outcome.NOT_APPLICABLE
    assert outcomes["paging.full"][0] is Outcome.PASSED
    assert outcomes["filter.and"][1] == "entries of the ranking do not name their image"


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        (replying(b"<html>hello</html>", media_type="text/html"), "the reply is not JSON (status 200, text/html)"),
        (replying(b"Not Found", 404, "text/plain"), "the reply is not JSON (status 404, text/plain)"),
    ],
)
def test_what_is_not_the_api_is_not_judged(bench, around, reason):
    made = bench(around=around)
    assert unjudged(made).startswith(reason)
    assert len(made.received) == 1


def test_an_unreachable_target_is_not_judged(bench):
    def around(*_):
        raise Unreachable("no reply: Connection refused", "http://emulator.example")

    made = bench(around=around)
    assert unjudged(made) == "the target could not be reached: http://emulator.example: no reply: Connection refused"
    assert len(made.received) == 1


def renamed(target):
    first, *further = target.instances
    return evolve(target, instances=(evolve(first, name="nosuchinstance"), *further))


@pytest.mark.parametrize(
    ("adapt", "code"),
    [
        (renamed, "InvalidInstance"),
        (lambda target: evolve(target, credentials=Credentials("nobody", "secret")), "InvalidAccessKeyId.NotFound"),
        (
            lambda target: evolve(target, credentials=evolve(target.credentials, access_key_secret="other")),
            "SignatureDoesNotMatch",
        ),
        (lambda target: evolve(target, credentials=UNAUTHORIZED_CREDENTIALS), "NoPermission"),
    ],
)
def test_a_first_refusal_that_blames_the_profile_is_not_a_finding(bench, adapt, code):
    trouble = unjudged(bench(adapt=adapt))
    assert code in trouble
    assert "see to the instance, the images and the keys of the profile" in trouble


def test_a_refusal_that_blames_no_profile_goes_on_to_be_judged(bench):
    body = json.dumps({"Code": "SomethingElse", "Message": "no", "RequestId": "1"}).encode()
    made = bench(adapt=with_images(), around=replying(body, 400))
    assert not isinstance(learned(made), SurveyFailed)
    assert made.record().verdict is Verdict.NONCONFORMANT


def test_any_known_refusal_ends_the_survey_of_a_target_without_a_profile(bench):
    body = json.dumps({"Code": "InvalidNum", "Message": "no", "RequestId": "1"}).encode()
    made = bench(adapt=lambda target: evolve(target, without_profile=True), around=replying(body, 400))
    assert "InvalidNum" in unjudged(made)


def test_refusals_for_the_rate_are_waited_out(bench, denial):
    def around(request, answer):
        return denial if len(made.received) in {2, 4} else answer(request)

    made = bench(adapt=with_images(), around=around)
    found = learned(made)
    assert found.warnings == ()
    assert len(made.slept) == 2


def test_an_interrupted_survey_ends_at_once(bench):
    made = bench()
    stopped = iter([False, True])
    record = made.record(lambda: next(stopped, True))
    assert (record.stop_reason, record.verdict, record.complete) == (
        "the run was interrupted",
        Verdict.INCONCLUSIVE,
        False,
    )
    assert len(made.received) == 1
