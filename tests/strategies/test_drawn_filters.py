"""Drawn filters: every one is a condition, within the limit, and understood by the emulator."""

import pytest
from hypothesis import given, settings

from imagesearch_conformance import strategies

FEW = settings(max_examples=15, database=None)


@pytest.mark.parametrize("left_open", [False, True], ids=["clear", "open"])
def test_every_filter_is_a_condition_that_is_understood(bench, left_open):
    filters = bench.contract.filter_rules

    @FEW
    @given(strategies.filters(bench.contract.revision, left_open=left_open))
    def understood(text):
        assert filters.parser.is_valid(text)
        assert len(text) <= bench.contract.filter_parameter.max_length
        status, body = bench.answer({**bench.names, "Filter": text})
        assert status == bench.contract.protocol.success_status, body

    understood()


def test_a_clear_filter_has_nothing_that_the_page_leaves_open(made):
    @settings(max_examples=100, database=None)
    @given(strategies.filters("2026-06"))
    def clear(text):
        outside = "".join(text.split('"')[::2])
        assert "(" not in outside
        assert "\t" not in outside
        assert " in " not in outside
        assert not any(one in text for one in made["2026-06"].contract.filter_rules.operand_limits["characters"])

    clear()


@pytest.mark.parametrize("document", ["2023-09", "2026-06"])
def test_the_smallest_filter_is_one_short_condition(document, smallest):
    assert smallest(strategies.filters(document)) == "int_attr>0"
    assert smallest(strategies.filters(document), lambda text: " OR " in text) == "int_attr>0 OR int_attr>0"


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (None, lambda text: len(text) == 256),
        ("2026-06", lambda text: len(text) == 4096),
        (None, lambda text: " AND " in text and " OR " in text),
        (None, lambda text: 'str_attr!="' in text and not text.isascii()),
        (None, lambda text: "int_attr<=-" in text),
        ("2026-06", lambda text: "int_attr4" in text and "str_attr3" in text),
    ],
    ids=["full", "full later", "both", "text", "negative", "later"],
)
@pytest.mark.long
def test_filters_vary(document, wanted, drawn):
    assert any(map(wanted, drawn("filters", 120, document=document)))


@pytest.mark.parametrize(
    ("document", "wanted"),
    [(None, lambda text: "(" in text), (None, lambda text: "  " in text or "\t" in text),
     ("2026-06", lambda text: " in (" in text)],
    ids=["parentheses", "spaces", "lists"],
)  # fmt: skip
@pytest.mark.long
def test_open_filters_vary(document, wanted, drawn):
    assert any(map(wanted, drawn("filters", 40, document=document, left_open=True)))
