"""Drawn filters: each is valid, within the length limit, and accepted by the emulator."""

import pytest
from hypothesis import given, settings

from imagesearch_conformance import strategies

FEW = settings(max_examples=15, database=None)


@pytest.mark.parametrize("left_open", [False, True], ids=["clear", "open"])
def test_every_filter_is_valid_and_accepted(judges, left_open):
    contract = judges.contract

    @FEW
    @given(strategies.filters(contract.revision, left_open=left_open))
    def check(text):
        assert contract.filter_rules.parser.is_valid(text)
        assert len(text) <= contract.filter_parameter.max_length
        status, body = judges.send({**judges.names, "Filter": text})
        assert status == contract.protocol.success_status, body

    check()


def test_a_clear_filter_has_no_unspecified_notation(judges_by_revision):
    unusual_characters = judges_by_revision["2026-06"].contract.filter_rules.operand_limits["characters"]

    @settings(max_examples=100, database=None)
    @given(strategies.filters("2026-06"))
    def check(text):
        unquoted = "".join(text.split('"')[::2])
        assert "(" not in unquoted
        assert "\t" not in unquoted
        assert " in " not in unquoted
        assert not any(character in text for character in unusual_characters)

    check()


@pytest.mark.parametrize("document", ["2023-09", "2026-06"])
def test_the_smallest_filter_is_one_short_condition(document, smallest):
    assert smallest(strategies.filters(document)) == "int_attr>0"
    assert smallest(strategies.filters(document), lambda text: " OR " in text) == "int_attr>0 OR int_attr>0"


@pytest.mark.parametrize(
    ("document", "predicate"),
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
def test_filters_vary(document, predicate, examples):
    assert any(map(predicate, examples("filters", 120, document=document)))


@pytest.mark.parametrize(
    ("document", "predicate"),
    [(None, lambda text: "(" in text), (None, lambda text: "  " in text or "\t" in text),
     ("2026-06", lambda text: " in (" in text)],
    ids=["parentheses", "spaces", "lists"],
)  # fmt: skip
@pytest.mark.long
def test_open_filters_vary(document, predicate, examples):
    assert any(map(predicate, examples("filters", 40, document=document, left_open=True)))
