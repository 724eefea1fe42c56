"""Every format with hostile clients: hostile names, requests and answers."""

import json
import unicodedata
from copy import deepcopy
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from imagesearch_conformance.cli.console import Console
from imagesearch_conformance.reports.load import check_report
from imagesearch_conformance.reports.write import RENDERERS, write_reports

#: Unicode categories that must be escaped: control, format (with bidi), surrogate, line and paragraph separators.
ESCAPED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}

#: Invalid request targets.
TARGETS = ("[::1", "\u2100", "*", "//[", "/?a=%zz&=&b", "http://evil[/", "?", "/#x?Num=1", "\x00/?\n")


class Page(HTMLParser):
    """The active elements and event handlers of an HTML page."""

    def __init__(self, text):
        super().__init__()
        self.active, self.handlers = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "img", "iframe", "object", "embed", "base", "form", "style", "link", "meta"}:
            self.active.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def _with_text(report, text, answer):
    """Return the report with the text in everything that a client controls."""
    report = deepcopy(report)
    report["client"] = {"name": text, "version": text, "language": text, "command": [text, "--", text]}
    for case in report["cases"]:
        case["call"] = {text: text, "Num": {text: [text]}}
        case["answer"] = answer
        for number, exchange in enumerate(case["exchanges"]):
            target = TARGETS[number % len(TARGETS)]
            request = {"method": text, "url": f"http://127.0.0.1:1{target}", "headers": [[text, text]], "body": text}
            exchange |= {"request": request, "curl": text}
        for finding in case["findings"]:
            finding |= {"message": text, "expected": [text], "actual": {text: text}, "where": f"header:{text}"}
    return report


@pytest.fixture(params=["result", "error", "deep", "many", "broken"])
def hostile_report(request, client_report, hostile_text):
    long = hostile_text + "x" * 20_000
    deep = []
    for _ in range(5000):
        deep = [deep]
    answers = {
        "result": {"kind": "result", "status": 10**40, "body": {long: long, "Auctions": [{long: long}] * 3}},
        "error": {"kind": "error", "status": -1, "code": long, "message": long, "requestId": long, "text": long},
        "deep": {"kind": "result", "body": deep},
        "many": {"kind": "result", "body": list(range(30_000))},
        "broken": {"kind": "noAnswer", "adapterFailure": "flood", "text": long},
    }
    report = _with_text(client_report, long if request.param == "error" else hostile_text, answers[request.param])
    return report, request.param


@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in {"report.json", "certificate.json"}])
def test_every_format_is_bounded_and_printable(hostile_report, name):
    report, _ = hostile_report
    text = RENDERERS[name](report)
    assert not {char for char in set(text) - {"\n", "\t"} if unicodedata.category(char) in ESCAPED_CATEGORIES}
    assert len(text.encode()) < {"badge.svg": 4096, "summary.md": 65536}.get(name, 3_000_000)


def test_the_html_has_no_additional_active_element(hostile_report, client_report):
    hostile, harmless = Page(RENDERERS["report.html"](hostile_report[0])), Page(RENDERERS["report.html"](client_report))
    assert hostile.active == harmless.active
    assert hostile.handlers == []


@pytest.mark.parametrize("name", ["junit.xml", "badge.svg"])
def test_xml_has_no_additional_element(hostile_report, client_report, name):
    tags = {element.tag for element in ET.fromstring(RENDERERS[name](hostile_report[0])).iter()}  # noqa: S314 our own
    assert tags == {element.tag for element in ET.fromstring(RENDERERS[name](client_report)).iter()}  # noqa: S314 our own


def test_markdown_has_no_hostile_markup(hostile_report):
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = [
        inner
        for token in parser.parse(RENDERERS["summary.md"](hostile_report[0]))
        for inner in (token, *(token.children or ()))
    ]
    assert not [token for token in tokens if token.type in {"html_block", "html_inline", "image", "link_open", "fence"}]


@pytest.mark.parametrize("name", ["report.sarif", "traffic.har"])
def test_json_is_valid(hostile_report, name):
    json.loads(RENDERERS[name](hostile_report[0]))


def test_every_file_is_written(hostile_report, contract, tmp_path):
    report, kind = hostile_report
    if kind != "deep":  # deep values are clipped before they are stored
        check_report(report, contract, "report.json")
        assert len(write_reports(report, tmp_path)) == len(RENDERERS)


def test_the_terminal_output_is_printable(hostile_report, capsys, tmp_path):
    Console(quiet=False, verbose=True).show_results(hostile_report[0], [tmp_path / "report.html"])
    out = capsys.readouterr().out
    assert not {char for char in set(out) - {"\n"} if unicodedata.category(char) in ESCAPED_CATEGORIES}
    assert len([line for line in out.splitlines() if line.startswith("verdict:")]) == 1
    assert max(map(len, out.splitlines())) < 5000
