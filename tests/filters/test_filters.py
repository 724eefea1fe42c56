"""The filter language: parsing, rendering and evaluation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.contract import load
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.filters.ast import ComparisonNode, ConjunctionNode, DisjunctionNode, render, satisfies
from imagesearch_conformance.filters.parser import FilterParser, FilterSyntaxError

RULES = load().filter_rules

comparisons = st.one_of(
    st.builds(ComparisonNode, st.just("int_attr"), st.sampled_from([">", ">=", "<", "<=", "="]), st.integers(-50, 50)),
    st.builds(
        ComparisonNode,
        st.just("str_attr"),
        st.sampled_from(["=", "!="]),
        st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]), max_size=5),
    ),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.builds(ConjunctionNode, inner, inner) | st.builds(DisjunctionNode, inner, inner),
    max_leaves=6,
)
attributes = st.fixed_dictionaries({}, optional={"int_attr": st.integers(-50, 50), "str_attr": st.text(max_size=5)})


@given(conditions)
def test_rendered_conditions_parse_to_the_same_tree(condition):
    assert RULES.parser.parse(render(condition)) == condition


@given(conditions, conditions, attributes)
def test_and_is_intersection_and_or_is_union(left, right, values):
    both, either = satisfies(ConjunctionNode(left, right), values), satisfies(DisjunctionNode(left, right), values)
    assert both == (satisfies(left, values) and satisfies(right, values))
    assert either == (satisfies(left, values) or satisfies(right, values))


@given(comparisons)
def test_a_missing_attribute_satisfies_no_comparison(comparison):
    assert not satisfies(comparison, {})


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_a_value_satisfies_either_a_comparison_or_its_opposite(value, limit):
    values = {"int_attr": value}
    for operator, opposite in ((">", "<="), ("<", ">=")):
        first, second = ComparisonNode("int_attr", operator, limit), ComparisonNode("int_attr", opposite, limit)
        assert satisfies(first, values) is not satisfies(second, values)


def test_and_binds_stronger_than_or():
    condition = RULES.parser.parse("int_attr=1 OR int_attr=2 AND int_attr=3")
    assert condition == DisjunctionNode(ONE, ConjunctionNode(TWO, THREE))


@pytest.mark.parametrize(
    "text", ["int_attr >= 100", "  int_attr>=-5 ", '(int_attr=1) AND str_attr!=""', 'str_attr="图片"']
)
def test_spaces_signs_parentheses_and_any_text_are_valid(text):
    assert RULES.parser.is_valid(text)


@pytest.mark.parametrize("name", RULES.invalid_conditions)
def test_invalid_conditions_raise_an_error_with_position(name):
    text, why = RULES.invalid_conditions[name]
    with pytest.raises(FilterSyntaxError) as caught:
        RULES.parser.parse(text)
    assert why
    assert 0 <= caught.value.position <= len(text)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("=1", 0),
        ("int_attr=1 AND nothing=2", 15),
        ("int_attr=1 XOR int_attr=2", 11),
        ("(int_attr=1", 11),
        ("int_attr>", 9),
        ("int_attr=1 AND ", 15),
        ("int_attr=1)", 10),
        ("", 0),
    ],
)
def test_the_position_is_the_first_character_that_does_not_fit(text, position):
    with pytest.raises(FilterSyntaxError) as caught:
        RULES.parser.parse(text)
    assert (caught.value.text, caught.value.position) == (text, position)


ONE, TWO, THREE = (ComparisonNode("int_attr", "=", number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (ConjunctionNode(ONE, ConjunctionNode(TWO, THREE)), "int_attr=1 AND (int_attr=2 AND int_attr=3)"),
        (ConjunctionNode(ConjunctionNode(ONE, TWO), THREE), "int_attr=1 AND int_attr=2 AND int_attr=3"),
        (ConjunctionNode(DisjunctionNode(ONE, TWO), THREE), "(int_attr=1 OR int_attr=2) AND int_attr=3"),
        (ConjunctionNode(ONE, DisjunctionNode(TWO, THREE)), "int_attr=1 AND (int_attr=2 OR int_attr=3)"),
        (DisjunctionNode(ONE, DisjunctionNode(TWO, THREE)), "int_attr=1 OR (int_attr=2 OR int_attr=3)"),
        (DisjunctionNode(DisjunctionNode(ONE, TWO), THREE), "int_attr=1 OR int_attr=2 OR int_attr=3"),
        (DisjunctionNode(ONE, ConjunctionNode(TWO, THREE)), "int_attr=1 OR int_attr=2 AND int_attr=3"),
        (DisjunctionNode(ConjunctionNode(ONE, TWO), THREE), "int_attr=1 AND int_attr=2 OR int_attr=3"),
    ],
)
def test_parentheses_stand_only_where_and_and_or_need_them(condition, text):
    assert render(condition) == text
    assert RULES.parser.parse(text) == condition


#: The least grammar whose trees can be built.
GRAMMAR = """
start: integer_condition
integer_condition: NAME OPERATOR INTEGER [MARK]
NAME: "n"
OPERATOR: "="
INTEGER: /[0-9]+/
MARK: "!"
"""


def test_an_optional_part_of_a_grammar_that_is_left_out_is_nothing():
    assert FilterParser.from_grammar(GRAMMAR, "grammar").parse("n=7") == ComparisonNode("n", "=", 7)


@pytest.mark.parametrize("grammar", ["start: nothing", 'start: a | b\na: "x"\nb: "x"'])
def test_an_invalid_or_ambiguous_grammar_is_rejected(grammar):
    with pytest.raises(InvalidSpec) as caught:
        FilterParser.from_grammar(grammar, "grammar.lark")
    assert caught.value.where == "grammar.lark"
    assert caught.value.problem.startswith("the grammar cannot be compiled: ")
    assert "\n" not in caught.value.problem
