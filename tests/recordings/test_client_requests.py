"""Recorded requests judged as those of a client."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.model.target import Credentials

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_CREDENTIALS.access_key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_CREDENTIALS.access_key_secret,
}

STRANGER = Credentials("somebody-else", "something-else")


def with_header(request, name, value):
    return request.with_headers((name, value))


def without_signature(request):
    """The request without its signature."""
    signing = ("authorization", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")
    return evolve(request, headers=tuple(header for header in request.headers if header[0].lower() not in signing))


#: Requests that violate one requirement each.
WRONG = {
    "operation.method": lambda recorder: recorder.request(method="PUT"),
    "operation.path": lambda recorder: recorder.request(target="/search"),
    "operation.host": lambda recorder: with_header(recorder.request(), "host", "other.example"),
    "operation.action": lambda recorder: with_header(recorder.request(), "x-acs-action", "searchimagebyname"),
    "operation.version": lambda recorder: with_header(recorder.request(), "x-acs-version", "2019-03-25"),
    "request.location": lambda recorder: recorder.request(target="/?Num=10"),
    "request.surplus": lambda recorder: recorder.request({"Colour": "red"}),
    "wire.form": lambda recorder: with_header(recorder.request(), "content-type", "text/plain"),
    "authentication.unsigned": lambda recorder: without_signature(recorder.request()),
    "authentication.skew": lambda recorder: recorder.request(at=-3000),
    "authentication.malformed": lambda recorder: with_header(recorder.request(), "x-acs-date", "yesterday"),
    "authentication.signature": lambda recorder: with_header(
        recorder.request(), "authorization",
        f"ACS3-HMAC-SHA256 Credential={DEFAULT_CREDENTIALS.access_key_id},SignedHeaders=host,Signature=abc",
    ),
}  # fmt: skip


def test_violations_of_a_client_are_found_without_its_key(judge_recording, recorder):
    entries = [recorder.entry(make(recorder)) for make in WRONG.values()]
    # All of them have the same time and nonce, so that the check of replays is deselected.
    said, report = judge_recording(entries, "--subject", "client", "--deselect", "authentication.replay")
    assert (said.code, report["subject"], report["client"]["name"]) == (1, "client", "acme/1.0")
    found = [{finding["requirement"] for finding in case["findings"]} for case in report["cases"]]
    assert found == [{requirement} for requirement in WRONG]


def test_without_the_key_the_signature_is_not_judged(judge_recording, recorder, requirements_with):
    said, report = judge_recording([recorder.recorded_entry()], "--subject", "client")
    assert said.code == 0
    untold = {"authentication.signature", "authentication.stranger", "secret.kept"}
    assert untold <= requirements_with(report, "notApplicable")
    assert {"authentication.skew", "authentication.unsigned", "request.surplus"} <= requirements_with(report, "passed")


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        (lambda recorder: recorder.request(), set()),
        (lambda recorder: recorder.v2_request(), set()),
        (
            lambda recorder: recorder.request(key=evolve(DEFAULT_CREDENTIALS, access_key_secret="wrong")),
            {"authentication.signature"},
        ),
        (
            lambda recorder: evolve(recorder.request(), body=recorder.request().body + b"&Num=9"),
            {"authentication.signature"},
        ),
        (lambda recorder: recorder.request(key=STRANGER), {"authentication.stranger"}),
        (lambda recorder: recorder.request({"PicName": DEFAULT_CREDENTIALS.access_key_secret}), {"secret.kept"}),
    ],
)
def test_with_the_key_signatures_are_checked(judge_recording, recorder, requirements_with, request_of, expected):
    said, report = judge_recording([recorder.entry(request_of(recorder))], "--subject", "client", **KEYS)
    assert requirements_with(report) == expected
    assert said.code == (1 if expected else 0)


def test_a_repeated_nonce_fails(judge_recording, recorder, requirements_with):
    entries = [recorder.recorded_entry(at=at, nonce="the-same") for at in (0, 5)]
    said, report = judge_recording(entries, "--subject", "client")
    assert (said.code, requirements_with(report)) == (1, {"authentication.replay"})
    entries[0]["response"]["status"] = 307
    said, report = judge_recording(entries, "--subject", "client")
    assert (said.code, requirements_with(report)) == (0, set())


@pytest.mark.parametrize("mark", ["REDACTED", "[REMOVED]", "***", "<hidden>"])
def test_redacted_signatures_do_not_fail(judge_recording, recorder, requirements_with, mark):
    whole = with_header(recorder.request(), "authorization", mark)
    part = with_header(
        recorder.request(), "authorization", f"ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature={mark}"
    )
    said, report = judge_recording([recorder.entry(whole)], "--subject", "client", **KEYS)
    assert (said.code, requirements_with(report)) == (0, set())
    said, report = judge_recording([recorder.entry(part)], "--subject", "client")
    assert "authentication.signature" not in requirements_with(report) | requirements_with(report, "passed")


def test_a_profile_may_declare_unsigned_requests(judge_recording, recorder, requirements_with, tmp_path):
    profile = tmp_path / "open.toml"
    profile.write_text(
        '[target]\nendpoint = "http://emulator.example"\ninstance_name = "demoinstance1"\nsignature = "none"\n'
        '[[target.images]]\nproduct_id = "2092061_1"\npic_name = "2092061_1.jpg"\n'
    )
    entry = recorder.entry(WRONG["authentication.unsigned"](recorder))
    said, report = judge_recording([entry], "--subject", "client", "--profile", profile)
    assert (said.code, requirements_with(report)) == (0, set())
