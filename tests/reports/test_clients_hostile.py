"""Clients that mean harm: in what they call themselves, send and hand back; every format is held to all of it."""

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

#: What no text shows as it is: controls, formats (bidi among them), surrogates, further ends of lines.
NEVER = {"Cc", "Cf", "Cs", "Zl", "Zp"}

#: Request targets that no parser of URLs likes.
TARGETS = ("[::1", "\u2100", "*", "//[", "/?a=%zz&=&b", "http://evil[/", "?", "/#x?Num=1", "\x00/?\n")


class Page(HTMLParser):
    """The elements of a page that do or fetch something."""

    def __init__(self, text):
        super().__init__()
        self.active, self.handlers = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "img", "iframe", "object", "embed", "base", "form", "style", "link", "meta"}:
            self.active.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def _filled(report, text, answer):
    """The report with the text wherever a client has a say."""
    made = deepcopy(report)
    made["client"] = {"name": text, "version": text, "language": text, "command": [text, "--", text]}
    for case in made["cases"]:
        case["call"] = {text: text, "Num": {text: [text]}}
        case["answer"] = answer
        for number, exchange in enumerate(case["exchanges"]):
            target = TARGETS[number % len(TARGETS)]
            request = {"method": text, "url": f"http://127.0.0.1:1{target}", "headers": [[text, text]], "body": text}
            exchange |= {"request": request, "curl": text}
        for finding in case["findings"]:
            finding |= {"message": text, "expected": [text], "actual": {text: text}, "where": f"header:{text}"}
    return made


@pytest.fixture(params=["result", "error", "deep", "many", "broken"])
def attacked(request, client, hostile_text):
    long = hostile_text + "x" * 20_000
    deep = []
    for _ in range(5000):
        deep = [deep]
    answers = {
        "result": {"kind": "result", "status": 10**40, "body": {long: long, "Auctions": [{long: long}] * 3}},
        "error": {"kind": "error", "status": -1, "code": long, "message": long, "requestId": long, "text": long},
        "deep": {"kind": "result", "body": deep},
        "many": {"kind": "result", "body": list(range(30_000))},
        "broken": {"kind": "broken", "breakdown": "flood", "text": long},
    }
    made = _filled(client, long if request.param == "error" else hostile_text, answers[request.param])
    return made, request.param


@pytest.mark.parametrize("name", [name for name in RENDERERS if name not in {"report.json", "certificate.json"}])
def test_every_format_is_bounded_and_shows_nothing_unseen(attacked, name):
    report, _ = attacked
    text = RENDERERS[name](report)
    assert not {char for char in set(text) - {"\n", "\t"} if unicodedata.category(char) in NEVER}
    assert len(text.encode()) < {"badge.svg": 4096, "summary.md": 65536}.get(name, 3_000_000)


def test_the_page_has_the_elements_of_ours_alone(attacked, client):
    found, plain = Page(RENDERERS["report.html"](attacked[0])), Page(RENDERERS["report.html"](client))
    assert found.active == plain.active
    assert found.handlers == []


@pytest.mark.parametrize("name", ["junit.xml", "badge.svg"])
def test_xml_stays_xml(attacked, client, name):
    tags = {one.tag for one in ET.fromstring(RENDERERS[name](attacked[0])).iter()}  # noqa: S314 our own
    assert tags == {one.tag for one in ET.fromstring(RENDERERS[name](client)).iter()}  # noqa: S314 our own


def test_markdown_stays_ours(attacked):
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = [
        inner
        for token in parser.parse(RENDERERS["summary.md"](attacked[0]))
        for inner in (token, *(token.children or ()))
    ]
    assert not [one for one in tokens if one.type in {"html_block", "html_inline", "image", "link_open", "fence"}]


@pytest.mark.parametrize("name", ["report.sarif", "traffic.har"])
def test_json_stays_json(attacked, name):
    json.loads(RENDERERS[name](attacked[0]))


def test_every_file_is_written(attacked, contract, tmp_path):
    report, kind = attacked
    if kind != "deep":  # which no report holds: deep values are cut before they are stored
        check_report(report, contract, "report.json")
        assert len(write_reports(report, tmp_path)) == len(RENDERERS)


def test_the_terminal_is_not_driven(attacked, capsys, tmp_path):
    Console(quiet=False, verbose=True).show_results(attacked[0], [tmp_path / "report.html"])
    out = capsys.readouterr().out
    assert not {char for char in set(out) - {"\n"} if unicodedata.category(char) in NEVER}
    assert len([line for line in out.splitlines() if line.startswith("verdict:")]) == 1
    assert max(map(len, out.splitlines())) < 5000
