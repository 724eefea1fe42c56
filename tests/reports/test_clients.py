"""Reports of runs that judge a client: every format says so, shows both sides of a call, and promises no replay."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.cli.console import Console
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.reports.badge import render_badge
from imagesearch_conformance.reports.certificate import render_certificate
from imagesearch_conformance.reports.har import render_har
from imagesearch_conformance.reports.html import render_html
from imagesearch_conformance.reports.junit import render_junit
from imagesearch_conformance.reports.load import check_report, parse_certificate
from imagesearch_conformance.reports.sarif import render_sarif
from imagesearch_conformance.reports.subject import build_subject
from imagesearch_conformance.reports.summary import render_summary
from imagesearch_conformance.reports.write import RENDERERS

AGAIN = "imagesearch-conformance client --select num.maximum/above -- python 'my adapter.py'"
STAGE = "127.0.0.1:41234"


class Text(HTMLParser):
    """The text of a page, without its style and its script."""

    def __init__(self, text):
        super().__init__()
        self.said, self.within = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 the signature of the base
        self.within = tag

    def handle_data(self, data):
        if self.within not in {"style", "script"}:
            self.said.append(data)


def text_of(page):
    return re.sub(r"\s+", " ", " ".join(Text(page).said))


def test_it_fits_the_published_schema(client, contract):
    check_report(client, contract, "report.json")


@pytest.mark.parametrize("subject", [None, "endpoint"])
def test_a_report_of_an_endpoint_fits_with_and_without_saying_so(bench, contract, documents, subject):  # noqa: ARG001
    report = dict(documents("selected"))
    if subject:
        report |= {"subject": subject, "client": None}
    check_report(report, contract, "report.json")


def _without_client(report):
    del report["client"]


def _with_no_client(report):
    report["client"] = None


def _without_call(report):
    del report["cases"][0]["call"]


def _with_no_call(report):
    report["cases"][0]["call"] = None


def _of_an_endpoint(report):
    report["subject"] = "endpoint"


def _of_something(report):
    report["subject"] = "server"


def _of_another_kind(report):
    report["cases"][0]["answer"]["kind"] = "maybe"


def _of_another_breakdown(report):
    report["cases"][0]["answer"]["breakdown"] = "flu"


@pytest.mark.parametrize(
    "change",
    [
        _without_client, _with_no_client, _without_call, _with_no_call, _of_an_endpoint, _of_something,
        _of_another_kind, _of_another_breakdown,
    ],
)  # fmt: skip
def test_what_is_no_report_of_a_client_does_not_fit(client, contract, change):
    change(client)
    with pytest.raises(InvalidInput):
        check_report(client, contract, "report.json")


def test_a_case_that_was_not_judged_needs_no_call(client, contract):
    client["cases"][0] |= {"outcome": "skipped", "reason": "the budget was spent", "findings": []}
    del client["cases"][0]["call"], client["cases"][0]["answer"]
    check_report(client, contract, "report.json")


def test_the_page_says_who_was_judged(client):
    page = render_html(client)
    assert "client acme-imagesearch 3.1.1</title>" in page
    head = text_of(page).partition("At a glance")[0]
    for expected in (
        "conformance report of a client",
        "acme-imagesearch 3.1.1",
        "written in Python",
        "'my adapter.py'",
    ):
        assert expected in head
    assert STAGE not in head
    assert "Signed by" not in page


def test_the_page_shows_the_call_and_the_answer_before_the_requests(clipped):
    report, _ = clipped
    part = render_html(report).partition(' id="num.maximum"')[2].partition("</article>")[0]
    said = text_of(part)
    order = [
        "Called with",
        "Num 101",
        "Handed back",
        "a response",
        "The client sent",
        "Our server replied",
        "Again, now",
    ]
    places = [said.index(one) for one in order]
    assert places == sorted(places)
    assert "<mark>101</mark>" in part.partition("Handed back")[0]
    assert AGAIN in said
    assert "curl" not in part
    assert "replay" not in part


def test_a_client_that_sent_nothing_is_shown_so(clipped):
    report, case = clipped
    case["exchanges"] = []
    case["answer"] = {"kind": "refused", "text": "Num is too great"}
    said = text_of(render_html(report))
    assert "a refusal: it says that it sent nothing" in said
    assert "it says Num is too great" in said
    assert "The client sent no request." in said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"kind": "error", "status": 400}, "an error of the API, status 400, code (none), message (none)"),
        ({"kind": "unreadable", "text": "no JSON"}, "no sense of what came, it says no JSON"),
        ({"kind": "broken", "breakdown": "crash"}, "nothing that can be understood: its process ended"),
        ({"kind": "broken", "breakdown": "hang"}, "it did not answer in time"),
        ({"kind": "broken", "breakdown": "flood"}, "it wrote without end"),
        ({"kind": "broken", "breakdown": "wrong-id"}, "it answered another call than this one"),
        ({"kind": "broken", "breakdown": "message"}, "breaks the protocol"),
        ({"kind": "result", "status": 200, "body": {"Code": 0}}, 'a response, status 200: {"Code": 0}'),
    ],
)
def test_every_way_to_answer_is_told(clipped, contract, answer, said):
    report, case = clipped
    case["answer"] = answer
    check_report(report, contract, "report.json")
    assert f"handed back: {said}" in render_junit(report) or said in render_junit(report).replace("&quot;", '"')


@pytest.mark.parametrize(("where", "marked"), [("status", "200"), ("/Msg", '"Msg": "success"')])
def test_the_place_of_a_finding_is_marked_in_what_was_handed_back(clipped, where, marked):
    report, case = clipped
    case["answer"]["body"]["Msg"] = "success"
    case["findings"][0]["where"] = where
    part = render_html(report).partition(' id="num.maximum"')[2].partition("</article>")[0]
    handed = part.partition("Handed back")[2].partition("The client sent")[0]
    assert f"<mark>{marked}</mark>" in handed.replace("&#34;", '"')


def test_a_header_that_a_client_sent_is_marked_where_it_was_sent(clipped):
    report, case = clipped
    case["findings"][0]["where"] = "header:x-acs-date"
    part = render_html(report).partition(' id="num.maximum"')[2].partition("</article>")[0]
    assert "<mark>header:x-acs-date</mark>" in part.partition("The client sent")[2].partition("Our server replied")[0]


def test_no_reply_is_told_as_none(clipped):
    report, case = clipped
    case["exchanges"][0]["response"] = {"status": 0, "headers": [], "body": "", "truncated": False}
    assert "no reply" in text_of(render_html(report))
    results = json.loads(render_sarif(report))["runs"][0]["results"]
    assert {"noResponseReceived": True} in [one.get("webResponse") for one in results]


def test_the_summary_names_the_client(client):
    line = next(line for line in render_summary(client).splitlines() if line.startswith("- Client: "))
    assert line == "- Client: `acme-imagesearch 3.1.1`, written in `Python`, started as `python 'my adapter.py'`"
    assert STAGE not in render_summary(client)


def test_junit_names_the_client_and_tells_both_sides(clipped):
    report, _ = clipped
    root = ET.fromstring(render_junit(report))  # noqa: S314 our own
    assert root.get("name") == "imagesearch-conformance: client acme-imagesearch 3.1.1"
    text = next(one for one in root.iter("failure") if one.get("type") == "num.maximum").text
    assert "called with: InstanceName=demoinstance, Num=101" in text
    assert "handed back: a response, status 200" in text


def test_sarif_names_the_client_the_same_for_every_version(clipped):
    report, _ = clipped
    run = json.loads(render_sarif(report))["runs"][0]
    assert run["artifacts"] == [
        {
            "location": {"uri": "pkg:generic/acme-imagesearch@3.1.1"},
            "description": {"text": "client acme-imagesearch 3.1.1"},
            "roles": ["analysisTarget"],
        }
    ]
    found = next(one for one in run["results"] if one["ruleId"] == "num.maximum")
    assert found["analysisTarget"] == {"uri": "pkg:generic/acme-imagesearch@3.1.1"}
    assert found["properties"]["replay"] == AGAIN
    assert "called with: InstanceName=demoinstance, Num=101" in found["message"]["text"]
    report["client"]["version"] = "3.2.0"
    assert json.loads(render_sarif(report))["runs"][0]["automationDetails"] == run["automationDetails"]


def test_the_badge_names_the_client_but_not_its_command(client):
    assert "SearchImageByName 2023-09, client acme-imagesearch 3.1.1:" in render_badge(client)
    client["client"]["name"] = None
    assert "SearchImageByName 2023-09, client:" in render_badge(client)
    assert "adapter" not in render_badge(client)


def test_the_certificate_says_that_it_is_about_a_client(client, contract, documents):
    said = parse_certificate(render_certificate(client).encode(), contract, "certificate.json")
    assert (said["subject"], said["client"]) == ("client", client["client"])
    assert not {"subject", "client"} & set(json.loads(render_certificate(documents("selected"))))


def test_the_archive_says_who_sent(client):
    assert "client acme-imagesearch 3.1.1" in json.loads(render_har(client))["log"]["comment"]


@pytest.mark.parametrize(
    ("client", "name", "again"),
    [
        ({}, "acme-imagesearch 3.1.1", AGAIN),
        ({"version": None}, "acme-imagesearch", AGAIN),
        ({"name": None, "version": None}, "python 'my adapter.py'", AGAIN),
        ({"command": []}, "acme-imagesearch 3.1.1", ""),
        ({"name": None, "version": None, "command": []}, "without a name", ""),
        ({"command": ["sh", "-c", "a\nb"]}, "acme-imagesearch 3.1.1", AGAIN.partition(" -- ")[0] + " -- COMMAND..."),
        ({"command": ["x" * 900]}, "acme-imagesearch 3.1.1", AGAIN.partition(" -- ")[0] + " -- COMMAND..."),
    ],
)
def test_a_client_is_called_by_what_is_known_of_it(called, client, name, again):
    subject = build_subject(called | {"client": called["client"] | client})
    assert subject.name == name
    assert subject.rerun_command("num.maximum/above") == again


@pytest.mark.parametrize("name", RENDERERS)
def test_a_client_in_process_can_be_written_too(client, name):
    client["client"] |= {"name": None, "version": None, "language": None, "command": []}
    assert "Again, now" not in RENDERERS[name](client)


def test_the_terminal_shows_both_sides_and_the_command(clipped, capsys, tmp_path):
    report, _ = clipped
    Console(quiet=False, verbose=False).show_results(report, [tmp_path / "report.html"])
    out = capsys.readouterr().out
    assert "  called    InstanceName=demoinstance, Num=101" in out
    assert "  sent      POST http://127.0.0.1" in out or "  sent      " in out
    assert "  returned  a response, status 200" in out
    assert f"  again     {AGAIN}" in out
    assert "replay" not in out
