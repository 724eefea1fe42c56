"""The HTML report as text: escaping, links, content and size."""

import re
from copy import deepcopy
from html import escape
from html.parser import HTMLParser

import pytest

from imagesearch_conformance.reports.html import render_html

#: Maximum size in bytes of a report with 600 failing cases.
MAX_SIZE = 3_000_000

#: Control characters and bidirectional overrides.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.tag = [], [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.tag = tag

    def handle_endtag(self, tag):  # noqa: ARG002 the signature of the base
        self.tag = None

    def handle_data(self, data):
        if self.tag == "script":
            self.scripts.append(data)

    def every(self, name):
        return [attributes for tag, attributes in self.elements if tag == name]


@pytest.fixture(scope="session")
def page(get_report):
    """Return the HTML report of a run by its name; each is rendered once."""
    pages = {}

    def get(name):
        if name not in pages:
            pages[name] = render_html(get_report(name))
        return pages[name]

    return get


def test_no_text_of_a_target_becomes_markup(report):
    elements = Elements(render_html(report))
    assert len(elements.every("script")) == len(elements.scripts) == 1
    assert "alert" not in elements.scripts[0]
    handlers = {name for _, attributes in elements.elements for name in attributes if name.startswith("on")}
    assert not handlers
    assert not {tag for tag, _ in elements.elements} & {"img", "iframe", "object", "embed", "base"}


def test_links_lead_to_anchors_on_the_page(report):
    elements = Elements(render_html(report))
    anchors = {attributes["id"] for _, attributes in elements.elements if "id" in attributes}
    links = [link["href"] for link in elements.every("a")]
    assert links
    assert {link for link in links if link[0] != "#" or link[1:] not in anchors} == set()
    assert [element["href"] for element in elements.every("link")] == ["data:,"]


def test_it_has_no_unprintable_character(report):
    assert UNPRINTABLE.findall(render_html(report)) == []


def test_no_two_elements_have_the_same_id(report):
    ids = [attributes["id"] for _, attributes in Elements(render_html(report)).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_requirement_has_an_entry_with_its_outcome(report):
    entries = {
        entry["id"]: entry["data-outcome"]
        for entry in Elements(render_html(report)).every("details")
        if "data-level" in entry
    }
    assert entries == {requirement["id"]: requirement["outcome"] for requirement in report["requirements"]}


def test_a_failed_requirement_shows_source_exchange_expected_and_replay(page):
    text = re.sub(r"\s+", " ", page("faulty").partition('id="num.maximum"')[2].partition("</article>")[0])
    for expected in (
        "Request parameters / Num",
        "got success, expected an error",
        "<mark>101</mark>",
        "<mark>200</mark>",
        "400 OverflowMaxReturnNum (documented)",
        "imagesearch-conformance replay report.json num.maximum/above",
        "curl -sS -X POST",
        "Above the maximum: either code",
    ):
        assert expected in text


def test_accepted_outcomes_have_their_reasons(page, get_report):
    case = next(case for case in get_report("faulty")["cases"] if case["id"] == "num.maximum/above")
    reason = case["definition"]["expectation"]["acceptances"][0]["reason"]
    assert reason
    assert f"</code> \u2013 {escape(reason)}" in page("faulty")


def test_requirements_not_judged_are_listed_with_their_reason(page, get_report):
    section = page("budget").partition('id="not-judged"')[2]
    not_judged = [
        requirement
        for requirement in get_report("budget")["requirements"]
        if requirement["outcome"] in {"skipped", "notApplicable"}
    ]
    assert not_judged
    assert all(requirement["reason"] in section for requirement in not_judged)
    assert all(f'href="#{requirement["id"]}"' in section for requirement in not_judged)


def test_known_deviations_are_shown_with_reason_and_state(get_report):
    report = deepcopy(get_report("faulty"))
    deviation = {
        "requirement": "num.maximum",
        "reason": "until the <migration> is over",
        "link": "https://example.com/issues/17",
        "expires": "2026-01-31",
    }
    resolved = deviation | {"state": "resolved", "explanation": "remove it"}
    report["deviations"] = [deviation | {"state": "applied", "explanation": "accepted"}, resolved]
    text = render_html(report).partition('id="deviations"')[2].partition("</section>")[0]
    assert text.count('<a href="https://example.com/issues/17"') == 2
    for expected in ("until the &lt;migration&gt; is over", ">accepted<", ">resolved<", "remove it"):
        assert expected in text
    assert 'id="deviations"' not in render_html(get_report("faulty"))


def test_an_incomplete_run_gives_the_reason_on_top(page):
    top = page("unreachable").partition("<main")[0]
    assert "Run incomplete:" in top
    assert "Connection refused" in top


@pytest.mark.parametrize("name", ["ruined", "hostile", "huge"])
def test_the_page_of_600_failing_cases_is_bounded(get_report, name):
    report = deepcopy(get_report(name))
    templates = [case for case in report["cases"] if case["findings"]] or report["cases"]
    while len(report["cases"]) < 600:
        number = len(report["cases"])
        template = templates[number % len(templates)]
        report["cases"].append({**template, "id": f"{template['id']}-{number}"})
    for requirement in report["requirements"]:
        finding = {**templates[0]["findings"][0], "requirement": requirement["id"]}
        requirement["outcome"] = "failed"
        for case in templates[:3]:
            case["findings"].append(finding)
    assert len(render_html(report).encode()) < MAX_SIZE
