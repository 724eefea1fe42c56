"""The page as text: nothing of a target is read as markup, nothing is fetched, and it stays small."""

import re
from copy import deepcopy
from html.parser import HTMLParser

import pytest

from imagesearch_conformance.reports.html import render_html

#: What a page may weigh, in bytes, whatever went wrong in 600 cases.
MOST = 3_000_000

#: What shows text in the opposite direction, or drives a terminal.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts."""

    def __init__(self, text):
        super().__init__()
        self.found, self.scripts, self.within = [], [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.within = tag

    def handle_endtag(self, tag):  # noqa: ARG002 the signature of the base
        self.within = None

    def handle_data(self, data):
        if self.within == "script":
            self.scripts.append(data)

    def every(self, name):
        return [attributes for tag, attributes in self.found if tag == name]


@pytest.fixture(scope="session")
def page(documents):
    made = {}

    def of(name):
        if name not in made:
            made[name] = render_html(documents(name))
        return made[name]

    return of


def test_no_text_of_a_target_becomes_markup(report):
    elements = Elements(render_html(report))
    assert len(elements.every("script")) == len(elements.scripts) == 1
    assert "alert" not in elements.scripts[0]
    handlers = {name for _, attributes in elements.found for name in attributes if name.startswith("on")}
    assert not handlers
    assert not {tag for tag, _ in elements.found} & {"img", "iframe", "object", "embed", "base"}


def test_links_lead_to_places_on_the_page(report):
    elements = Elements(render_html(report))
    places = {attributes["id"] for _, attributes in elements.found if "id" in attributes}
    links = [one["href"] for one in elements.every("a")]
    assert links
    assert {one for one in links if one[0] != "#" or one[1:] not in places} == set()
    assert [one["href"] for one in elements.every("link")] == ["data:,"]


def test_nothing_unseen_is_left_in_it(report):
    assert UNSEEN.findall(render_html(report)) == []


def test_no_two_elements_have_the_same_id(report):
    ids = [attributes["id"] for _, attributes in Elements(render_html(report)).found if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_requirement_has_its_place_with_its_outcome(report):
    entries = {
        one["id"]: one["data-outcome"] for one in Elements(render_html(report)).every("details") if "data-level" in one
    }
    assert entries == {one["id"]: one["outcome"] for one in report["requirements"]}


def test_a_failing_requirement_says_what_was_sent_what_came_and_what_would_have_been_right(page):
    text = re.sub(r"\s+", " ", page("faulty").partition('id="num.maximum"')[2].partition("</article>")[0])
    for expected in (
        "Request parameters / Num",
        "the reply is success; the request has to be refused",
        "<mark>101</mark>",
        "<mark>200</mark>",
        "400 OverflowMaxReturnNum (documented)",
        "imagesearch-conformance replay report.json num.maximum/above",
        "curl -sS -X POST",
        "Above the maximum: either code",
    ):
        assert expected in text


def test_what_was_not_tested_stands_there_with_its_reason(page, documents):
    untested = page("budget").partition('id="untested"')[2]
    idle = [one for one in documents("budget")["requirements"] if one["outcome"] in {"skipped", "notApplicable"}]
    assert idle
    assert all(one["reason"] in untested for one in idle)
    assert all(f'href="#{one["id"]}"' in untested for one in idle)


def test_a_known_departure_is_shown_with_its_reason_and_its_state(documents):
    report = deepcopy(documents("faulty"))
    known = {
        "requirement": "num.maximum",
        "reason": "until the <migration> is over",
        "link": "https://example.com/issues/17",
        "expires": "2026-01-31",
    }
    gone = known | {"state": "gone", "explanation": "remove it"}
    report["deviations"] = [known | {"state": "applied", "explanation": "it was met"}, gone]
    text = render_html(report).partition('id="deviations"')[2].partition("</section>")[0]
    assert text.count('<a href="https://example.com/issues/17"') == 2
    for expected in ("until the &lt;migration&gt; is over", "met, and accepted", "no longer met", "remove it"):
        assert expected in text
    assert 'id="deviations"' not in render_html(documents("faulty"))


def test_a_run_without_a_judgement_says_why_on_top(page):
    top = page("unreachable").partition("<main")[0]
    assert "Not all was judged:" in top
    assert "Connection refused" in top


@pytest.mark.parametrize("name", ["ruined", "hostile", "huge"])
def test_a_page_stays_small_whatever_goes_wrong_in_600_cases(documents, name):
    report = deepcopy(documents(name))
    plenty = [case for case in report["cases"] if case["findings"]] or report["cases"]
    while len(report["cases"]) < 600:
        number = len(report["cases"])
        copied = plenty[number % len(plenty)]
        report["cases"].append({**copied, "id": f"{copied['id']}-{number}"})
    for one in report["requirements"]:
        found = {**plenty[0]["findings"][0], "requirement": one["id"]}
        one["outcome"] = "failed"
        for case in plenty[:3]:
            case["findings"].append(found)
    assert len(render_html(report).encode()) < MOST
