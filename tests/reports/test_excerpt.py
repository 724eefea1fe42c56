"""Excerpts of bodies: the marked place with some context."""

import json

import pytest

from imagesearch_conformance.reports.body_excerpt import body_excerpt

BODY = {
    "Auctions": [{"ProductId": f"p{number}", "Score": number / 10} for number in range(8)],
    "Head": {"DocsFound": 8, "DocsReturn": 8},
    "Msg": "success",
}


def text(lines):
    return [line.indentation + line.text for line in lines]


def marked(body, where):
    return [line.text for line in body_excerpt(json.dumps(body), where) if line.marked]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("/Msg", ['"Msg": "success"']),
        ("/Auctions/3/Score", ['"Score": 0.3']),
        ("/Head", ['"Head": {', '"DocsFound": 8', '"DocsReturn": 8', "}"]),
        ("/RequestId", ['("RequestId" is missing)']),
        ("/Auctions/8", ["(no item 8, the list has 8)"]),
        ("/Auctions/-1", ["(no item -1, the list has 8)"]),
        ("/Msg/Text", ['"Msg": "success"']),
        ("/Head/Sum/Total", ['("Sum" is missing)']),
        ("status", []),
        ("", []),
    ],
)
def test_the_place_is_marked(where, expected):
    assert marked(BODY, where) == expected


def test_tokens_of_a_pointer_are_unescaped():
    assert marked({"a/b": {"~c": 1}}, "/a~1b/~0c") == ['"~c": 1']


def test_neighbours_are_shown_and_other_items_are_counted():
    assert text(body_excerpt(json.dumps(BODY), "/Auctions/3/Score")) == [
        "{",
        '  "Auctions": [',
        "    ... 2 more",
        '    {"ProductId": "p2", "Score": 0.2}',
        "    {",
        '      "ProductId": "p3"',
        '      "Score": 0.3',
        "    }",
        '    {"ProductId": "p4", "Score": 0.4}',
        "    ... 3 more",
        "  ]",
        '  "Head": {"DocsFound": 8, "DocsReturn": 8}',
        '  "Msg": "success"',
        "}",
    ]


def test_a_body_without_a_marked_place_has_one_line_per_member():
    assert text(body_excerpt(json.dumps(BODY))) == [
        "{",
        '  "Auctions": [{"ProductId": "p0", "Score": 0.0}, ... 7 more]',
        '  "Head": {"DocsFound": 8, "DocsReturn": 8}',
        '  "Msg": "success"',
        "}",
    ]


@pytest.mark.parametrize("body", ["<html>\n<p>no</p>", '{"a": 1', "[" * 100_000, "", '{"a": ' * 5000])
@pytest.mark.parametrize("where", ["", "/a", "/0/0"])
def test_a_body_that_is_not_json_is_shown_unchanged(body, where):
    lines = body_excerpt(body, where)
    assert len(lines) <= 62
    assert "".join(line.text for line in lines)[:5] == body.replace("\n", "")[:5]


def test_control_characters_are_escaped():
    assert marked({"Msg": "\x1b[2J\u202e"}, "/Msg") == ['"Msg": "\\u001b[2J\\u202e"']


def test_an_excerpt_is_bounded_and_keeps_the_marked_place():
    wide = {f"field{number}": "x" * 1000 for number in range(500)} | {"Msg": None}
    lines = body_excerpt(json.dumps([wide] * 3, indent=1), "/1/Msg")
    assert len(lines) <= 62
    assert max(len(line.text) for line in lines) < 300
    assert [line.text for line in lines if line.marked] == ['"Msg": null']


def test_a_marked_place_of_many_lines_is_clipped():
    deep = {"list": {f"n{number}": number for number in range(200)}}
    lines = body_excerpt(json.dumps(deep), "/list")
    assert lines[0].text == "{"
    assert lines[-1].is_omission
