"""JUnit XML keeps to what strict readers allow: the elements, attributes and forms of Jenkins's junit-10.xsd."""

import re
from xml.etree import ElementTree as ET

import pytest

from imagesearch_conformance.reports.junit import render_junit

#: Of each element: what it has to have, what it may have besides, and what may stand in it.
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
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


@pytest.fixture
def root(report):
    return ET.fromstring(render_junit(report))  # noqa: S314 our own


def test_elements_and_attributes_are_those_of_the_schema(root):
    for one in root.iter():
        needed, further, inner = ALLOWED[one.tag]
        assert needed <= set(one.attrib) <= needed | further, one.tag
        assert {child.tag for child in one} <= inner, one.tag


def test_numbers_are_written_plainly(root):
    for one in root.iter():
        assert TIME.fullmatch(one.get("time", "0.0"))
        assert MOMENT.fullmatch(one.get("timestamp", "2026-01-02T03:04:05"))
        for name in ("tests", "failures", "errors", "skipped"):
            assert one.get(name, "0").isdecimal()


def test_the_numbers_of_a_suite_are_those_of_its_cases(root):
    for suite in root:
        assert int(suite.get("tests")) == len(suite)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(suite.findall(f"testcase/{tag}"))
    for name in ("tests", "failures", "errors"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)


def test_times_add_up_and_have_no_exponent(documents):
    report = documents("unreachable") | {"cases": [dict(case) for case in documents("selected")["cases"]]}
    report["requirements"] = documents("selected")["requirements"]
    for case in report["cases"]:
        case["seconds"] = 0.00001
    root = ET.fromstring(render_junit(report))  # noqa: S314 our own
    assert root.get("time") == f"{0.00001 * len(report['cases']):.6f}"
    assert {case.get("time") for suite in root for case in suite if suite.get("name") != "run"} == {"0.000010"}


def test_it_says_that_it_is_xml_in_utf_8(report):
    assert render_junit(report).startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites')
