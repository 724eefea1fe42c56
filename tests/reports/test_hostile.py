"""Every format of reports of runs against hostile endpoints.

A format that is added to RENDERERS is tested too; it needs an entry in READERS.
"""

import json
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import PurePath
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from markdown_it import MarkdownIt

from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.write import RENDERERS, write_reports

#: Maximum size of a file of these small runs, in bytes.
MAX_SIZE = 3_000_000
SMALLER_SIZES = {"summary.md": 64 * 1024, "badge.svg": 4096}

#: Unicode categories that must be escaped: control, format (with bidi), surrogate, line and paragraph separators.
ESCAPED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}

#: Hostile bodies by name; the first are the emulator's own with hostile texts, so that most checks have findings.
RESPONSES = [
    "its own",
    "fields",
    "text",
    "code",
    "refusal",
    "megabytes",
    "not UTF-8",
    "deep",
    "deep and open",
    "numbers",
]


def build_middleware(name, bodies, text):
    def around(request, answer):
        response = answer(request)
        header_text = text.encode("latin-1", "ignore").decode("latin-1")
        headers = (
            *response.headers,
            ("X-Text", header_text),
            (header_text, "x"),
            ("Content-Type", f"text/html; {header_text}"),
        )
        return evolve(
            response, headers=headers, body=_replace_texts(response.body, text) if name == "its own" else bodies[name]
        )

    return around


def _replace_texts(body, text):
    """Return the body with every text replaced."""

    def replace(value):
        if isinstance(value, dict):
            return {name: replace(member) for name, member in value.items()} | {text: text}
        if isinstance(value, list):
            return [replace(item) for item in value]
        return text if isinstance(value, str) else value

    return json.dumps(replace(json.loads(body))).encode()


@pytest.fixture(scope="session")
def get_hostile_report(bench, hostile_bodies, hostile_text):
    """Return the report of a run against an endpoint with these responses; each runs once."""
    reports = {}

    def get(name):
        if name not in reports:
            around = build_middleware(name, hostile_bodies, hostile_text)
            select = ["num.m*", "instancename.*", "wire.*"] if name == "its own" else ["num.maximum"]
            reports[name] = build_report(bench(around=around).record(select=select))
        return reports[name]

    return get


@pytest.fixture(params=RESPONSES)
def hostile_report(request, get_hostile_report):
    return get_hostile_report(request.param)


@pytest.fixture(scope="session")
def harmless_report(bench):
    """The report of the same run without hostile texts."""
    return build_report(bench("num-above-maximum-accepted").record(select=["num.m*"]))


@pytest.fixture(params=RENDERERS)
def name(request):
    return request.param


def test_all_characters_are_printable(hostile_report, name):
    text = RENDERERS[name](hostile_report)
    unprintable = {char for char in set(text) - {"\n", "\t"} if unicodedata.category(char) in ESCAPED_CATEGORIES}
    assert not unprintable, {f"U+{ord(char):04X}" for char in unprintable}


def test_size_is_bounded(hostile_report, name):
    assert len(RENDERERS[name](hostile_report).encode()) < SMALLER_SIZES.get(name, MAX_SIZE)


def test_hostile_text_remains_text_for_readers(hostile_report, harmless_report, name):
    READERS[PurePath(name).suffix](RENDERERS[name](hostile_report), RENDERERS[name](harmless_report))


def test_the_verdict_is_not_conformant(hostile_report):
    assert hostile_report["verdict"] != "conformant"


def test_files_have_the_rendered_text(hostile_report, tmp_path):
    for path in write_reports(hostile_report, tmp_path):
        assert path.read_text(encoding="utf-8") == RENDERERS[path.name](hostile_report)


def read_json(text, _):
    def reject(constant):
        raise AssertionError(constant)

    json.loads(text, parse_constant=reject)


def read_xml(text, harmless_report):
    """Compare the kinds of elements and attributes with those of a harmless report."""

    def kinds(document):
        # Which of the elements of JUNIT occur depends on the outcomes.
        return {(element.tag, *sorted(element.attrib)) for element in ET.fromstring(document).iter()}  # noqa: S314

    additional = {kind for kind in kinds(text) - kinds(harmless_report) if kind[0] not in JUNIT}
    assert not additional


JUNIT = {"error", "failure", "skipped", "system-out", "testcase"}


def read_markdown(text, _):
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = [inner for token in parser.parse(text) for inner in (token, *(token.children or ()))]
    assert not [token for token in tokens if token.type in {"html_block", "html_inline", "image", "s_open", "fence"}]
    assert not [token for token in tokens if token.type == "link_open" and "evil" in str(token.attrs)]
    headings = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    assert "heading" not in headings
    assert not [line for line in text.splitlines() if line.startswith(("verdict", "num.", "| a | b |"))]


class Page(HTMLParser):
    """The active elements of an HTML page; handlers and hostile links fail the test."""

    def __init__(self, text):
        super().__init__()
        self.active = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "img", "iframe", "object", "embed", "base", "form", "style", "link", "meta"}:
            self.active.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name in {"href", "src", "action", "srcset"}:
                assert "evil" not in (value or ""), value
                assert not (value or "").strip().lower().startswith("javascript"), value


def read_page(text, harmless_report):
    assert Page(text).active == Page(harmless_report).active


READERS = {
    ".json": read_json,
    ".sarif": read_json,
    ".har": read_json,
    ".xml": read_xml,
    ".svg": read_xml,
    ".md": read_markdown,
    ".html": read_page,
}
