"""Escaping of text in Markdown, and bounded documents."""

import re

from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.reports.text import clip_document, escape_markdown, inline_code, render_table


@given(st.text())
def test_inline_code_is_one_span(text):
    code = inline_code(text)
    assert code.isprintable()
    assert (code.count("`"), code[0], code[-1], "|" in code) == (2, "`", "`", False)
    assert len(code) > 2


@given(st.text())
def test_escaped_text_has_no_markup(text):
    escaped = escape_markdown(text)
    assert escaped.isprintable()
    assert not set(re.sub(r"\\.", "", escaped)) & set("\\`*_[]<>|#&")


def test_a_table_has_the_same_columns_in_every_line():
    table = render_table(["", "a", "b"], [["x", inline_code("1 | 2"), escape_markdown("3 | 4")]])
    assert {re.sub(r"\\.", "", line).count("|") for line in table.splitlines()} == {4}


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=50)), st.integers(0, 500))
def test_a_document_is_clipped_after_a_whole_line(lines, max_length):
    document = "\n".join(lines)
    clipped = clip_document(document, max_length, "the rest")
    if len(document) <= max_length:
        assert clipped == document
        return
    text, _, note = clipped.partition("\n\n**Truncated after ")
    assert "the rest" in note
    assert len(text) <= max_length
    assert text == "" or lines[: text.count("\n") + 1] == text.split("\n")
