"""Verification of an unchanged report of a client finds no difference, whatever the client and the options."""

import json
from datetime import date

import pytest

from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.reports.har import render_har
from imagesearch_conformance.verification.verify import verify_evidence

from .example_clients import CLIENTS, Noisy, Plain, ReusingNonce, Uncompressed, WithoutNum
from .report_lookup import REDIRECTED, difference_places, get_case, violated_requirements


@pytest.mark.parametrize("name", CLIENTS)
def test_a_report_is_judged_the_same_again(contract, get_client_report, name):
    report = get_client_report(name)
    assert difference_places(contract, report) == []
    assert (violated_requirements(report) == set()) is (name in {"Plain", "SigningInQuery", "Uncompressed"}), (
        violated_requirements(report)
    )


@pytest.mark.long
def test_a_whole_run_of_a_conforming_client_is_judged_the_same_again(contract, run_client):
    report = run_client(select=(), deselect=("network.stalled",))
    assert difference_places(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("conformant", len(report["cases"]))


def test_calls_that_belong_to_no_case(contract, run_client):
    """The runner makes a call to learn whether a client still responds, or which codings it accepts."""

    class CrashingOnce(ReusingNonce):
        has_crashed = False

        def search(self, parameters):
            if not self.has_crashed:
                self.has_crashed = True
                raise SystemExit
            return super().search(parameters)

    for client_type, select in (
        (CrashingOnce, ("num.maximum",)),
        (ReusingNonce, ("decoding.gzip",)),
        (Uncompressed, ("decoding.gzip",)),
    ):
        report = run_client(client_type, select=select)
        assert difference_places(contract, report) == []
        assert ("authentication.replay" in violated_requirements(report)) is issubclass(client_type, ReusingNonce)


@pytest.mark.parametrize(
    "options",
    [
        {"fail_fast": True},
        {"strict": True, "level": "should"},
        {"deselect": ("secret.kept", "num.optional", "wire.*")},
        {"select": ("num.maximum/at",)},
        {"driver": Noisy},
        {"known": (Deviation("num.optional", "an old one", "https://example.test", date(2099, 1, 1)),)},
        {"known": (Deviation("num.optional", "an old one", "https://example.test", date(2001, 1, 1)),)},
    ],
    ids=str,
)
def test_a_run_with_options_is_judged_the_same_again(contract, run_client, options):
    report = run_client(WithoutNum, **options)
    assert difference_places(contract, report) == []
    is_accepted = any(deviation.expires.year > 2026 for deviation in options.get("known", ()))
    is_conformant = "deselect" in options or is_accepted
    assert report["verdict"] == ("conformant" if is_conformant else "nonconformant")


def test_an_interrupted_run_and_a_later_revision_are_judged_the_same_again(contract, later, run_client):
    checks = iter(range(5))
    report = run_client(stopped=lambda: next(checks, None) is None)
    assert difference_places(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("inconclusive", 5)
    report = run_client(by=later, select=("*threshold*", "error.*"))
    assert difference_places(later, report) == []
    assert report["verdict"] == "conformant"


def test_a_request_to_the_other_endpoint_has_its_url(get_client_report):
    report = get_client_report("FollowingRedirects")
    other_endpoint, endpoint = report["target"]["otherEndpoint"], report["target"]["endpoint"]
    first, second = get_case(report, REDIRECTED)["exchanges"]
    assert first["request"]["url"] == f"{endpoint}/"
    assert second["request"]["url"] == f"{other_endpoint}/" == dict(first["response"]["headers"])["Location"]
    assert other_endpoint in second["curl"]
    assert f'"{other_endpoint}/"' in render_har(report)
    assert json.dumps(get_client_report("Plain")["cases"]).count(get_client_report("Plain")["target"]["otherEndpoint"])


def test_redacted_parameters_are_unverifiable_and_not_a_difference(contract, run_client):
    """The signature of this client is a text that occurs in every call and response."""

    class SigningWithInstanceName(Plain):
        def search(self, parameters):
            self.instance_name = parameters["InstanceName"]
            return super().search(parameters)

        def _signed_headers(self, query, form):
            headers = super()._signed_headers(query, form)
            return {**headers, "Authorization": f"{headers['Authorization'].rpartition('=')[0]}={self.instance_name}"}

    findings = verify_evidence(contract, run_client(SigningWithInstanceName))
    assert findings.differences == ()
    assert findings.unverifiable


def test_a_removed_finding_about_redacted_bytes_is_unverifiable(contract, get_client_report):
    report = get_client_report("SendingSecret")
    for case in report["cases"]:
        case.update(findings=[], outcome="passed")
    assert {item.where for item in verify_evidence(contract, report).unverifiable} == {
        f"case {case['id']}" for case in report["cases"]
    }
