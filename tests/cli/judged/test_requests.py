"""What recorded requests say of their client."""

import pytest
from attrs import evolve

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.model.target import Credentials

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_CREDENTIALS.access_key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_CREDENTIALS.access_key_secret,
}

STRANGER = Credentials("somebody-else", "something-else")


def header(request, name, value):
    return request.with_headers((name, value))


def unsigned(request):
    """A request without anything that signs it."""
    signing = ("authorization", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")
    return evolve(request, headers=tuple(one for one in request.headers if one[0].lower() not in signing))


#: What a client does wrong, and the requirement that it departs from by that.
WRONG = {
    "operation.method": lambda calls: calls.request(method="PUT"),
    "operation.path": lambda calls: calls.request(target="/search"),
    "operation.host": lambda calls: header(calls.request(), "host", "other.example"),
    "operation.action": lambda calls: header(calls.request(), "x-acs-action", "searchimagebyname"),
    "operation.version": lambda calls: header(calls.request(), "x-acs-version", "2019-03-25"),
    "request.location": lambda calls: calls.request(target="/?Num=10"),
    "request.surplus": lambda calls: calls.request({"Colour": "red"}),
    "wire.form": lambda calls: header(calls.request(), "content-type", "text/plain"),
    "authentication.unsigned": lambda calls: unsigned(calls.request()),
    "authentication.skew": lambda calls: calls.request(at=-3000),
    "authentication.malformed": lambda calls: header(calls.request(), "x-acs-date", "yesterday"),
    "authentication.signature": lambda calls: header(
        calls.request(), "authorization",
        f"ACS3-HMAC-SHA256 Credential={DEFAULT_CREDENTIALS.access_key_id},SignedHeaders=host,Signature=abc",
    ),
}  # fmt: skip


def test_what_a_client_does_wrong_is_told_without_its_key(judge, calls):
    entries = [calls.entry(make(calls)) for make in WRONG.values()]
    # Signed at one moment all of them have one nonce: only what each does wrong is looked at.
    said, report = judge(entries, "--subject", "client", "--deselect", "authentication.replay")
    assert (said.code, report["subject"], report["client"]["name"]) == (1, "client", "acme/1.0")
    found = [{finding["requirement"] for finding in case["findings"]} for case in report["cases"]]
    assert found == [{requirement} for requirement in WRONG]


def test_without_the_key_nothing_is_said_of_whose_it_is(judge, calls, failed):
    said, report = judge([calls.made()], "--subject", "client")
    assert said.code == 0
    untold = {"authentication.signature", "authentication.stranger", "secret.kept"}
    assert untold <= failed(report, "notApplicable")
    assert {"authentication.skew", "authentication.unsigned", "request.surplus"} <= failed(report, "passed")


@pytest.mark.parametrize(
    ("request_of", "expected"),
    [
        (lambda calls: calls.request(), set()),
        (lambda calls: calls.v2(), set()),
        (
            lambda calls: calls.request(key=evolve(DEFAULT_CREDENTIALS, access_key_secret="wrong")),
            {"authentication.signature"},
        ),
        (lambda calls: evolve(calls.request(), body=calls.request().body + b"&Num=9"), {"authentication.signature"}),
        (lambda calls: calls.request(key=STRANGER), {"authentication.stranger"}),
        (lambda calls: calls.request({"PicName": DEFAULT_CREDENTIALS.access_key_secret}), {"secret.kept"}),
    ],
)
def test_with_the_key_signatures_are_checked(judge, calls, failed, request_of, expected):
    said, report = judge([calls.entry(request_of(calls))], "--subject", "client", **KEYS)
    assert failed(report) == expected
    assert said.code == (1 if expected else 0)


def test_a_nonce_that_comes_again_is_a_departure(judge, calls, failed):
    entries = [calls.made(at=at, nonce="the-same") for at in (0, 5)]
    said, report = judge(entries, "--subject", "client")
    assert (said.code, failed(report)) == (1, {"authentication.replay"})
    entries[0]["response"]["status"] = 307
    said, report = judge(entries, "--subject", "client")
    assert (said.code, failed(report)) == (0, set())


@pytest.mark.parametrize("mark", ["REDACTED", "[REMOVED]", "***", "<hidden>"])
def test_signatures_that_were_taken_out_are_no_departure(judge, calls, failed, mark):
    whole = header(calls.request(), "authorization", mark)
    part = header(calls.request(), "authorization", f"ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature={mark}")
    said, report = judge([calls.entry(whole)], "--subject", "client", **KEYS)
    assert (said.code, failed(report)) == (0, set())
    said, report = judge([calls.entry(part)], "--subject", "client")
    assert "authentication.signature" not in failed(report) | failed(report, "passed")


def test_a_profile_may_say_that_nobody_signs(judge, calls, failed, tmp_path):
    profile = tmp_path / "open.toml"
    profile.write_text(
        '[target]\nendpoint = "http://emulator.example"\ninstance_name = "demoinstance1"\nsignature = "none"\n'
        '[[target.images]]\nproduct_id = "2092061_1"\npic_name = "2092061_1.jpg"\n'
    )
    entry = calls.entry(WRONG["authentication.unsigned"](calls))
    said, report = judge([entry], "--subject", "client", "--profile", profile)
    assert (said.code, failed(report)) == (0, set())
