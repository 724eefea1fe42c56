"""Lists in filters of the later revision: parsing, rendering and evaluation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.contract import load
from imagesearch_conformance.filters.ast import (
    LIST_OPERATORS,
    ComparisonNode,
    ConjunctionNode,
    MembershipNode,
    render,
    satisfies,
)

LATER = load(None, "2026-06").filter_rules.parser

texts = st.text(st.characters(exclude_characters='"', exclude_categories=["Cs", "Cc"]), max_size=8)
memberships = st.one_of(
    st.builds(
        MembershipNode,
        st.sampled_from(["int_attr", "int_attr2", "int_attr4"]),
        st.sampled_from(LIST_OPERATORS),
        st.lists(st.integers(), min_size=1, max_size=4).map(tuple),
    ),
    st.builds(
        MembershipNode,
        st.sampled_from(["str_attr", "str_attr3"]),
        st.sampled_from(LIST_OPERATORS),
        st.lists(texts, min_size=1, max_size=4).map(tuple),
    ),
)


@given(memberships)
def test_rendered_lists_parse_to_the_same_tree(condition):
    assert LATER.parse(render(condition)) == condition


@given(memberships, st.integers())
def test_in_and_not_in_are_opposites_for_every_value(condition, value):
    attributes = {condition.attribute: value if condition.attribute.startswith("int") else str(value)}
    is_in = condition.operator == "in"
    assert satisfies(condition, attributes) is ((attributes[condition.attribute] in condition.operands) is is_in)


@pytest.mark.parametrize(
    ("text", "is_satisfied"),
    [
        ("int_attr<={}", True), ("int_attr<=-{}", False), ("int_attr in (1, {})", False),
        ("int_attr not in ({})", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("digits", ["9" * 4301, "1" + "0" * 20000, "0" * 5000 + "8"])
def test_an_integer_of_any_length_is_parsed_compared_and_rendered(text, is_satisfied, digits):
    condition = LATER.parse(text.format(digits))
    assert LATER.parse(render(condition)) == condition
    assert satisfies(condition, {"int_attr": 7}) is is_satisfied


@pytest.mark.parametrize("operator", LIST_OPERATORS)
def test_a_missing_attribute_is_neither_in_nor_not_in(operator):
    assert not satisfies(MembershipNode("int_attr", operator, (1,)), {})


def test_lists_combine_with_comparisons():
    parsed = LATER.parse('int_attr3>=1 AND str_attr not  in ("a", "b c")')
    expected = ConjunctionNode(ComparisonNode("int_attr3", ">=", 1), MembershipNode("str_attr", "not in", ("a", "b c")))
    assert parsed == expected


@pytest.mark.parametrize(
    "text",
    [
        "int_attr in ()", "int_attr in (1,)", "int_attr in 1", "int_attrin(1)", 'int_attr in ("1")', "str_attr in (a)",
        "int_attr not (1)", "int_attr5=1", "int_attr22=1", "int_attr in (1", "in (1)", "int_attr notin (1)",
    ],
)  # fmt: skip
def test_invalid_lists_are_rejected(text):
    assert not LATER.is_valid(text)


def test_the_first_revision_has_no_lists(contract):
    assert not contract.filter_rules.parser.is_valid("int_attr in (1)")
    assert not contract.filter_rules.parser.is_valid("int_attr2=1")
