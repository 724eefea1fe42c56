"""The badge: text, layout, contrast, and independence of other files."""

import re
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.reports.badge import render_badge

SVG = "{http://www.w3.org/2000/svg}"


def title(document):
    return ET.fromstring(render_badge(document)).find(f"{SVG}title").text  # noqa: S314 our own


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("clean", "conformant"),
        ("faulty", "nonconformant, {} failing"),
        ("budget", "inconclusive"),
        ("unreachable", "inconclusive"),
        ("selected", "conformant (partial)"),
        ("huge", "nonconformant, {} failing (partial)"),
    ],
)
def test_it_shows_revision_and_verdict(get_report, name, label):
    failing = sum(requirement["outcome"] == "failed" for requirement in get_report(name)["requirements"])
    assert title(get_report(name)) == f"SearchImageByName 2023-09: {label.format(failing)}"


def test_the_title_equals_the_visible_text(report):
    root = ET.fromstring(render_badge(report))  # noqa: S314 our own
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id")
    assert ": ".join(element.text for element in root.iter(f"{SVG}text")) == title(report)


def test_texts_lie_within_their_fields(report):
    """The width of a text is set, so it is the same with every font."""
    root = ET.fromstring(render_badge(report))  # noqa: S314 our own
    left, right = (element for element in root.iter(f"{SVG}rect") if element.get("fill"))
    for text, field in zip(root.iter(f"{SVG}text"), (left, right), strict=True):
        start, end = float(text.get("x")), float(text.get("x")) + float(text.get("textLength"))
        assert float(field.get("x", 0)) < start < end < float(field.get("x", 0)) + float(field.get("width"))
    assert int(root.get("width")) == float(right.get("x")) + float(right.get("width"))


def test_it_loads_nothing(report):
    text = render_badge(report).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|href|<script|<style|<image|url\((?!#)", text)


def test_it_does_not_show_the_target(report):
    assert report["target"]["endpoint"] not in render_badge(report)


def test_the_contrast_of_white_text_is_sufficient(report):
    """At least 4.5 (WCAG 2.1, 1.4.3)."""
    root = ET.fromstring(render_badge(report))  # noqa: S314 our own
    for element in root.iter(f"{SVG}rect"):
        if element.get("fill"):
            assert 1.05 / (luminance(element.get("fill")) + 0.05) > 4.5, element.get("fill")


def luminance(color):
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_hostile_name_of_a_revision_is_escaped_and_clipped(get_report):
    report = get_report("unreachable")
    hostile_report = {**report, "suite": {**report["suite"], "document": '"><script>\u202e' + "x" * 1000}}
    assert "<script>" not in render_badge(hostile_report)
    assert len(render_badge(hostile_report)) < 2000
    assert title(hostile_report).startswith('SearchImageByName "><script>\\u202e')
