"""The badge: what it says, that it needs nothing else, and that it can be read."""

import re
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.reports.badge import render_badge

SVG = "{http://www.w3.org/2000/svg}"


def title(document):
    return ET.fromstring(render_badge(document)).find(f"{SVG}title").text  # noqa: S314 our own


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("clean", "conformant"),
        ("faulty", "nonconformant, {} failing"),
        ("budget", "inconclusive"),
        ("unreachable", "inconclusive"),
        ("selected", "conformant (part)"),
        ("huge", "nonconformant, {} failing (part)"),
    ],
)
def test_it_says_revision_and_verdict(documents, name, said):
    failing = sum(one["outcome"] == "failed" for one in documents(name)["requirements"])
    assert title(documents(name)) == f"SearchImageByName 2023-09: {said.format(failing)}"


def test_what_is_shown_is_what_is_read_aloud(report):
    root = ET.fromstring(render_badge(report))  # noqa: S314 our own
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id")
    assert ": ".join(one.text for one in root.iter(f"{SVG}text")) == title(report)


def test_its_texts_lie_within_their_fields(report):
    """Their width is set, so it is the same with every font."""
    root = ET.fromstring(render_badge(report))  # noqa: S314 our own
    left, right = (one for one in root.iter(f"{SVG}rect") if one.get("fill"))
    for text, field in zip(root.iter(f"{SVG}text"), (left, right), strict=True):
        begins, ends = float(text.get("x")), float(text.get("x")) + float(text.get("textLength"))
        assert float(field.get("x", 0)) < begins < ends < float(field.get("x", 0)) + float(field.get("width"))
    assert int(root.get("width")) == float(right.get("x")) + float(right.get("width"))


def test_it_needs_nothing_from_elsewhere(report):
    text = render_badge(report).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|href|<script|<style|<image|url\((?!#)", text)


def test_nothing_of_the_target_is_in_it(report):
    assert report["target"]["endpoint"] not in render_badge(report)


def test_letters_stand_out(report):
    """A contrast of 4.5 at least (WCAG 2.1, 1.4.3), of white letters."""
    root = ET.fromstring(render_badge(report))  # noqa: S314 our own
    for one in root.iter(f"{SVG}rect"):
        if one.get("fill"):
            assert 1.05 / (luminance(one.get("fill")) + 0.05) > 4.5, one.get("fill")


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_hostile_name_of_a_revision_is_text_and_short(documents):
    report = documents("unreachable")
    named = {**report, "suite": {**report["suite"], "document": '"><script>\u202e' + "x" * 1000}}
    assert "<script>" not in render_badge(named)
    assert len(render_badge(named)) < 2000
    assert title(named).startswith('SearchImageByName "><script>\\u202e')
