"""A report of a client read back says the same, whatever the client does and however it is asked."""

import json
from datetime import date

import pytest

from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.reports.har import render_har
from imagesearch_conformance.verification.verify import verify_evidence

from .kinds import CLIENTS, Dropping, Noisy, Plain, Repeating, Uncompressed
from .read_back import REDIRECTED, case_of, departed, differing


@pytest.mark.parametrize("name", CLIENTS)
def test_a_report_comes_out_the_same(contract, reports, name):
    report = reports(name)
    assert differing(contract, report) == []
    assert (departed(report) == set()) is (name in {"Plain", "SignedInTheQuery", "Uncompressed"}), departed(report)


@pytest.mark.long
def test_a_whole_run_of_a_conforming_client_comes_out_the_same(contract, gated):
    report = gated(select=(), deselect=("network.stalled",))
    assert differing(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("conformant", len(report["cases"]))


def test_a_client_that_gives_up_at_once_and_one_that_has_nothing_but_its_own_nonce(contract, gated):
    """A call of no case comes between: to learn whether the client is gone, or what it accepts."""

    class Shy(Repeating):
        shy = True

        def search(self, parameters):
            if self.shy:
                self.shy = False
                raise SystemExit
            return super().search(parameters)

    for make, select in ((Shy, ("num.maximum",)), (Repeating, ("decoding.gzip",)), (Uncompressed, ("decoding.gzip",))):
        report = gated(make, select=select)
        assert differing(contract, report) == []
        assert ("authentication.replay" in departed(report)) is issubclass(make, Repeating)


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
def test_a_run_with_options_comes_out_the_same(contract, gated, options):
    report = gated(Dropping, **options)
    assert differing(contract, report) == []
    fine = "deselect" in options or any(one.expires.year > 2026 for one in options.get("known", ()))
    assert report["verdict"] == ("conformant" if fine else "nonconformant")


def test_an_interrupted_run_and_one_in_the_later_revision_come_out_the_same(contract, later, gated):
    looks = iter(range(5))
    report = gated(stopped=lambda: next(looks, None) is None)
    assert differing(contract, report) == []
    assert (report["verdict"], report["counts"]["passed"]) == ("inconclusive", 5)
    report = gated(by=later, select=("*threshold*", "error.*"))
    assert differing(later, report) == []
    assert report["verdict"] == "conformant"


def test_a_request_to_the_other_host_is_written_with_that_address(reports):
    report = reports("Following")
    elsewhere, here = report["target"]["elsewhere"], report["target"]["endpoint"]
    first, second = case_of(report, REDIRECTED)["exchanges"]
    assert first["request"]["url"] == f"{here}/"
    assert second["request"]["url"] == f"{elsewhere}/" == dict(first["response"]["headers"])["Location"]
    assert elsewhere in second["curl"]
    assert f'"{elsewhere}/"' in render_har(report)
    assert json.dumps(reports("Plain")["cases"]).count(reports("Plain")["target"]["elsewhere"])


def test_what_cannot_be_read_any_more_is_said_and_is_no_difference(contract, gated):
    """What this one takes for a signature stands in every call and reply."""

    class Illegible(Plain):
        def search(self, parameters):
            self.said = parameters["InstanceName"]
            return super().search(parameters)

        def _signed_headers(self, query, form):
            said = super()._signed_headers(query, form)
            return {**said, "Authorization": f"{said['Authorization'].rpartition('=')[0]}={self.said}"}

    found = verify_evidence(contract, gated(Illegible))
    assert found.differences == ()
    assert found.unverifiable


def test_a_finding_that_only_the_bytes_show_is_missed_where_something_was_taken_out(contract, reports):
    report = reports("Boasting")
    for case in report["cases"]:
        case.update(findings=[], outcome="passed")
    assert {one.where for one in verify_evidence(contract, report).unverifiable} == {
        f"case {case['id']}" for case in report["cases"]
    }
