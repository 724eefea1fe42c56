"""JUnit XML for strict readers: the elements, attributes and formats of Jenkins's junit-10.xsd."""

import re
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.reports.junit import render_junit

#: For each element: required attributes, optional attributes, and child elements.
ALLOWED = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "timestamp", "hostname", "id", "package"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name"}, {"time", "classname"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}

TIME = re.compile(r"[0-9]+\.[0-9]+")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


@pytest.fixture
def root(report):
    return ET.fromstring(render_junit(report))  # noqa: S314 our own


def test_elements_and_attributes_are_those_of_the_schema(root):
    for element in root.iter():
        required, optional, children = ALLOWED[element.tag]
        assert required <= set(element.attrib) <= required | optional, element.tag
        assert {child.tag for child in element} <= children, element.tag


def test_numbers_have_a_plain_format(root):
    for element in root.iter():
        assert TIME.fullmatch(element.get("time", "0.0"))
        assert TIMESTAMP.fullmatch(element.get("timestamp", "2026-01-02T03:04:05"))
        for name in ("tests", "failures", "errors", "skipped"):
            assert element.get(name, "0").isdecimal()


def test_the_totals_of_a_suite_match_its_cases(root):
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(suite.findall(f"testcase/{tag}"))
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)


def test_times_add_up_and_have_no_exponent(get_report):
    report = get_report("unreachable") | {"cases": [dict(case) for case in get_report("selected")["cases"]]}
    report["requirements"] = get_report("selected")["requirements"]
    for case in report["cases"]:
        case["seconds"] = 0.00001
    root = ET.fromstring(render_junit(report))  # noqa: S314 our own
    assert root.get("time") == f"{0.00001 * len(report['cases']):.6f}"
    assert {case.get("time") for suite in root for case in suite if suite.get("name") != "run"} == {"0.000010"}


def test_it_declares_utf_8(report):
    assert render_junit(report).startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites')
