"""Reports about clients: every format names the client, shows call and answer, and offers no replay."""

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

RERUN_COMMAND = "imagesearch-conformance client --select num.maximum/above -- python 'my adapter.py'"
SERVER_ADDRESS = "127.0.0.1:41234"


class Text(HTMLParser):
    """The text of an HTML page without styles and scripts."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.tag = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 the signature of the base
        self.tag = tag

    def handle_data(self, data):
        if self.tag not in {"style", "script"}:
            self.texts.append(data)


def visible_text(page):
    return re.sub(r"\s+", " ", " ".join(Text(page).texts))


def test_a_report_fits_the_schema(client_report, contract):
    check_report(client_report, contract, "report.json")


@pytest.mark.parametrize("subject", [None, "endpoint"])
def test_a_report_about_an_endpoint_may_omit_its_subject(bench, contract, get_report, subject):  # noqa: ARG001
    report = dict(get_report("selected"))
    if subject:
        report |= {"subject": subject, "client": None}
    check_report(report, contract, "report.json")


def _remove_client(report):
    del report["client"]


def _set_client_to_null(report):
    report["client"] = None


def _remove_call(report):
    del report["cases"][0]["call"]


def _set_call_to_null(report):
    report["cases"][0]["call"] = None


def _set_subject_to_endpoint(report):
    report["subject"] = "endpoint"


def _set_unknown_subject(report):
    report["subject"] = "server"


def _set_unknown_answer_kind(report):
    report["cases"][0]["answer"]["kind"] = "maybe"


def _set_unknown_failure(report):
    report["cases"][0]["answer"]["adapterFailure"] = "flu"


@pytest.mark.parametrize(
    "change",
    [
        _remove_client, _set_client_to_null, _remove_call, _set_call_to_null, _set_subject_to_endpoint,
        _set_unknown_subject, _set_unknown_answer_kind, _set_unknown_failure,
    ],
)  # fmt: skip
def test_an_invalid_report_about_a_client_does_not_fit(client_report, contract, change):
    change(client_report)
    with pytest.raises(InvalidInput):
        check_report(client_report, contract, "report.json")


def test_a_case_not_judged_needs_no_call(client_report, contract):
    client_report["cases"][0] |= {"outcome": "skipped", "reason": "budget exhausted", "findings": []}
    del client_report["cases"][0]["call"], client_report["cases"][0]["answer"]
    check_report(client_report, contract, "report.json")


def test_the_html_names_the_client(client_report):
    page = render_html(client_report)
    assert "client acme-imagesearch 3.1.1</title>" in page
    head = visible_text(page).partition("Overview")[0]
    for expected in (
        "conformance report of a client",
        "acme-imagesearch 3.1.1",
        "written in Python",
        "'my adapter.py'",
    ):
        assert expected in head
    assert SERVER_ADDRESS not in head
    assert "<dt>Signature" not in page


def test_the_html_shows_call_and_answer_before_the_exchanges(clipping_client):
    report, _ = clipping_client
    part = render_html(report).partition(' id="num.maximum"')[2].partition("</article>")[0]
    text = visible_text(part)
    order = [
        "Call",
        "Num 101",
        "Returned",
        "a response",
        "Request from the client",
        "Response from the test server",
        "Reproduce",
    ]
    places = [text.index(phrase) for phrase in order]
    assert places == sorted(places)
    assert "<mark>101</mark>" in part.partition("Returned")[0]
    assert RERUN_COMMAND in text
    assert "curl" not in part
    assert "replay" not in part


def test_a_client_that_sent_no_request(clipping_client):
    report, case = clipping_client
    case["exchanges"] = []
    case["answer"] = {"kind": "argumentsRefused", "text": "Num is too large"}
    text = visible_text(render_html(report))
    assert "arguments refused, no request sent" in text
    assert "details Num is too large" in text
    assert "The client sent no request." in text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"kind": "error", "status": 400}, "an API error, status 400, code (none), message (none)"),
        ({"kind": "unreadable", "text": "no JSON"}, "response could not be read, details no JSON"),
        ({"kind": "noAnswer", "adapterFailure": "crash"}, "no valid answer: the process exited"),
        ({"kind": "noAnswer", "adapterFailure": "hang"}, "timeout"),
        ({"kind": "noAnswer", "adapterFailure": "flood"}, "too much output"),
        ({"kind": "noAnswer", "adapterFailure": "wrong-id"}, "the id is that of another call"),
        ({"kind": "noAnswer", "adapterFailure": "message"}, "violates the adapter protocol"),
        ({"kind": "result", "status": 200, "body": {"Code": 0}}, 'a response, status 200: {"Code": 0}'),
    ],
)
def test_every_kind_of_answer_is_shown(clipping_client, contract, answer, text):
    report, case = clipping_client
    case["answer"] = answer
    check_report(report, contract, "report.json")
    assert f"returned: {text}" in render_junit(report) or text in render_junit(report).replace("&quot;", '"')


@pytest.mark.parametrize(("where", "marked"), [("status", "200"), ("/Msg", '"Msg": "success"')])
def test_the_place_of_a_finding_is_marked_in_the_answer(clipping_client, where, marked):
    report, case = clipping_client
    case["answer"]["body"]["Msg"] = "success"
    case["findings"][0]["where"] = where
    part = render_html(report).partition(' id="num.maximum"')[2].partition("</article>")[0]
    answer = part.partition("Returned")[2].partition("Request from the client")[0]
    assert f"<mark>{marked}</mark>" in answer.replace("&#34;", '"')


def test_a_header_of_a_client_is_marked_in_the_request(clipping_client):
    report, case = clipping_client
    case["findings"][0]["where"] = "header:x-acs-date"
    part = render_html(report).partition(' id="num.maximum"')[2].partition("</article>")[0]
    assert (
        "<mark>header:x-acs-date</mark>"
        in part.partition("Request from the client")[2].partition("Response from the test server")[0]
    )


def test_a_missing_response_is_shown(clipping_client):
    report, case = clipping_client
    case["exchanges"][0]["response"] = {"status": 0, "headers": [], "body": "", "truncated": False}
    assert "no response" in visible_text(render_html(report))
    results = json.loads(render_sarif(report))["runs"][0]["results"]
    assert {"noResponseReceived": True} in [result.get("webResponse") for result in results]


def test_the_summary_names_the_client(client_report):
    line = next(line for line in render_summary(client_report).splitlines() if line.startswith("- Client: "))
    assert line == "- Client: `acme-imagesearch 3.1.1`, written in `Python`, command `python 'my adapter.py'`"
    assert SERVER_ADDRESS not in render_summary(client_report)


def test_junit_names_the_client_and_shows_call_and_answer(clipping_client):
    report, _ = clipping_client
    root = ET.fromstring(render_junit(report))  # noqa: S314 our own
    assert root.get("name") == "imagesearch-conformance: client acme-imagesearch 3.1.1"
    text = next(element for element in root.iter("failure") if element.get("type") == "num.maximum").text
    assert "called with: InstanceName=demoinstance, Num=101" in text
    assert "returned: a response, status 200" in text


def test_sarif_ids_are_the_same_for_every_version_of_a_client(clipping_client):
    report, _ = clipping_client
    run = json.loads(render_sarif(report))["runs"][0]
    assert run["artifacts"] == [
        {
            "location": {"uri": "pkg:generic/acme-imagesearch@3.1.1"},
            "description": {"text": "client acme-imagesearch 3.1.1"},
            "roles": ["analysisTarget"],
        }
    ]
    result = next(result for result in run["results"] if result["ruleId"] == "num.maximum")
    assert result["analysisTarget"] == {"uri": "pkg:generic/acme-imagesearch@3.1.1"}
    assert result["properties"]["replay"] == RERUN_COMMAND
    assert "called with: InstanceName=demoinstance, Num=101" in result["message"]["text"]
    report["client"]["version"] = "3.2.0"
    assert json.loads(render_sarif(report))["runs"][0]["automationDetails"] == run["automationDetails"]


def test_the_badge_names_the_client_but_not_its_command(client_report):
    assert "SearchImageByName 2023-09, client acme-imagesearch 3.1.1:" in render_badge(client_report)
    client_report["client"]["name"] = None
    assert "SearchImageByName 2023-09, client:" in render_badge(client_report)
    assert "adapter" not in render_badge(client_report)


def test_the_certificate_names_the_client(client_report, contract, get_report):
    certificate = parse_certificate(render_certificate(client_report).encode(), contract, "certificate.json")
    assert (certificate["subject"], certificate["client"]) == ("client", client_report["client"])
    assert not {"subject", "client"} & set(json.loads(render_certificate(get_report("selected"))))


def test_the_har_names_the_client(client_report):
    assert "client acme-imagesearch 3.1.1" in json.loads(render_har(client_report))["log"]["comment"]


@pytest.mark.parametrize(
    ("changes", "name", "rerun_command"),
    [
        ({}, "acme-imagesearch 3.1.1", RERUN_COMMAND),
        ({"version": None}, "acme-imagesearch", RERUN_COMMAND),
        ({"name": None, "version": None}, "python 'my adapter.py'", RERUN_COMMAND),
        ({"command": []}, "acme-imagesearch 3.1.1", ""),
        ({"name": None, "version": None, "command": []}, "unnamed", ""),
        (
            {"command": ["sh", "-c", "a\nb"]},
            "acme-imagesearch 3.1.1",
            RERUN_COMMAND.partition(" -- ")[0] + " -- COMMAND...",
        ),
        ({"command": ["x" * 900]}, "acme-imagesearch 3.1.1", RERUN_COMMAND.partition(" -- ")[0] + " -- COMMAND..."),
    ],
)
def test_names_and_commands_of_clients(shared_client_report, changes, name, rerun_command):
    subject = build_subject(shared_client_report | {"client": shared_client_report["client"] | changes})
    assert subject.name == name
    assert subject.rerun_command("num.maximum/above") == rerun_command


@pytest.mark.parametrize("name", RENDERERS)
def test_a_client_without_a_command_has_no_rerun_command(client_report, name):
    client_report["client"] |= {"name": None, "version": None, "language": None, "command": []}
    assert "Reproduce" not in RENDERERS[name](client_report)


def test_the_terminal_shows_call_answer_and_command(clipping_client, capsys, tmp_path):
    report, _ = clipping_client
    Console(quiet=False, verbose=False).show_results(report, [tmp_path / "report.html"])
    out = capsys.readouterr().out
    assert "  called    InstanceName=demoinstance, Num=101" in out
    assert "  sent      POST http://127.0.0.1" in out or "  sent      " in out
    assert "  returned  a response, status 200" in out
    assert f"  rerun     {RERUN_COMMAND}" in out
    assert "replay" not in out
