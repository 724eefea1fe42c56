"""Text from anywhere in Markdown, and pages that stay bounded."""

import re

from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.reports.markdown import clip_page, escape_markdown, inline_code, render_table


@given(st.text())
def test_code_is_one_span_that_nothing_ends(text):
    made = inline_code(text)
    assert made.isprintable()
    assert (made.count("`"), made[0], made[-1], "|" in made) == (2, "`", "`", False)
    assert len(made) > 2


@given(st.text())
def test_plain_words_have_no_markup(text):
    made = escape_markdown(text)
    assert made.isprintable()
    assert not set(re.sub(r"\\.", "", made)) & set("\\`*_[]<>|#&")


def test_a_table_has_the_same_columns_in_every_line():
    made = render_table(["", "a", "b"], [["x", inline_code("1 | 2"), escape_markdown("3 | 4")]])
    assert {re.sub(r"\\.", "", line).count("|") for line in made.splitlines()} == {4}


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=50)), st.integers(0, 500))
def test_a_page_is_cut_after_a_whole_line(lines, most):
    page = "\n".join(lines)
    made = clip_page(page, most, "the rest")
    if len(page) <= most:
        assert made == page
        return
    kept, _, note = made.partition("\n\n**Cut here, ")
    assert "the rest" in note
    assert len(kept) <= most
    assert kept == "" or lines[: kept.count("\n") + 1] == kept.split("\n")
