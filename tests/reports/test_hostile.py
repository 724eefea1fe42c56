"""Every format that is written, made from runs against endpoints that mean harm.

A format that is added to FORMATS is held to all of this; where its reader is not known here, the test says so.
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

#: The most bytes of a file of these small runs; whatever the replies say.
MOST = 3_000_000
SMALL = {"summary.md": 64 * 1024, "badge.svg": 4096}

#: What no text shows as it is: controls, formats (bidi among them), surrogates, further ends of lines.
NEVER = {"Cc", "Cf", "Cs", "Zl", "Zp"}

#: The emulator's own replies with hostile texts in them, so that most checks have something to say, or whole bodies.
REPLIES = ["its own", "fields", "text", "code", "refusal", "megabytes", "not UTF-8", "deep", "deep and open", "numbers"]


def answering(name, bodies, text):
    def around(request, answer):
        reply = answer(request)
        carried = text.encode("latin-1", "ignore").decode("latin-1")
        headers = (*reply.headers, ("X-Said", carried), (carried, "x"), ("Content-Type", f"text/html; {carried}"))
        return evolve(reply, headers=headers, body=_seasoned(reply.body, text) if name == "its own" else bodies[name])

    return around


def _seasoned(body, text):
    """The body with the text in place of every other text."""

    def changed(value):
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()} | {text: text}
        if isinstance(value, list):
            return [changed(one) for one in value]
        return text if isinstance(value, str) else value

    return json.dumps(changed(json.loads(body))).encode()


@pytest.fixture(scope="session")
def hostile_documents(bench, hostile_bodies, hostile_text):
    """The report of a run against an endpoint that answers so."""
    made = {}

    def of(name):
        if name not in made:
            around = answering(name, hostile_bodies, hostile_text)
            part = ["num.m*", "instancename.*", "wire.*"] if name == "its own" else ["num.maximum"]
            made[name] = build_report(bench(around=around).record(select=part))
        return made[name]

    return of


@pytest.fixture(params=REPLIES)
def attacked(request, hostile_documents):
    return hostile_documents(request.param)


@pytest.fixture(scope="session")
def plain(bench):
    """The report of the same part of a run that has nothing hostile in it."""
    return build_report(bench("num-above-maximum-accepted").record(select=["num.m*"]))


@pytest.fixture(params=RENDERERS)
def name(request):
    return request.param


def test_it_holds_no_character_that_does_more_than_show(attacked, name):
    text = RENDERERS[name](attacked)
    found = {char for char in set(text) - {"\n", "\t"} if unicodedata.category(char) in NEVER}
    assert not found, {f"U+{ord(char):04X}" for char in found}


def test_it_is_bounded(attacked, name):
    assert len(RENDERERS[name](attacked).encode()) < SMALL.get(name, MOST)


def test_its_reader_finds_text_where_text_was_meant(attacked, plain, name):
    READERS[PurePath(name).suffix](RENDERERS[name](attacked), RENDERERS[name](plain))


def test_it_says_that_something_is_wrong(attacked):
    assert attacked["verdict"] != "conformant"


def test_it_is_written_as_it_is(attacked, tmp_path):
    for path in write_reports(attacked, tmp_path):
        assert path.read_text(encoding="utf-8") == RENDERERS[path.name](attacked)


def read_json(text, _):
    def refused(constant):
        raise AssertionError(constant)

    json.loads(text, parse_constant=refused)


def read_xml(text, plain):
    """The same kinds of elements and attributes as without anything hostile: none was smuggled in."""

    def kinds(document):
        # Only what ran can be failed, skipped and so on: the elements of a whole format are known beside.
        return {(one.tag, *sorted(one.attrib)) for one in ET.fromstring(document).iter()}  # noqa: S314

    smuggled = {kind for kind in kinds(text) - kinds(plain) if kind[0] not in JUNIT}
    assert not smuggled


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
    """What would run in a page, and what it would fetch."""

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


def read_page(text, plain):
    assert Page(text).active == Page(plain).active


READERS = {
    ".json": read_json,
    ".sarif": read_json,
    ".har": read_json,
    ".xml": read_xml,
    ".svg": read_xml,
    ".md": read_markdown,
    ".html": read_page,
}
