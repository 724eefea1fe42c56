"""The filter language: what the page shows parses, rendering is parsing undone, evaluation is plain logic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.contract import load
from imagesearch_conformance.filters.conditions import Comparison, Conjunction, Disjunction
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.filters.language import NotAFilter
from imagesearch_conformance.filters.rendering import render

RULES = load().filters

comparisons = st.one_of(
    st.builds(Comparison, st.just("int_attr"), st.sampled_from([">", ">=", "<", "<=", "="]), st.integers(-50, 50)),
    st.builds(
        Comparison,
        st.just("str_attr"),
        st.sampled_from(["=", "!="]),
        st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]), max_size=5),
    ),
)
conditions = st.recursive(
    comparisons, lambda inner: st.builds(Conjunction, inner, inner) | st.builds(Disjunction, inner, inner), max_leaves=6
)
attributes = st.fixed_dictionaries({}, optional={"int_attr": st.integers(-50, 50), "str_attr": st.text(max_size=5)})


@given(conditions)
def test_what_is_rendered_parses_to_the_same(condition):
    assert RULES.language.parse(render(condition)) == condition


@given(conditions, conditions, attributes)
def test_and_is_intersection_and_or_is_union(left, right, values):
    both, either = satisfies(Conjunction(left, right), values), satisfies(Disjunction(left, right), values)
    assert both == (satisfies(left, values) and satisfies(right, values))
    assert either == (satisfies(left, values) or satisfies(right, values))


@given(comparisons)
def test_an_absent_attribute_satisfies_no_comparison(comparison):
    assert not satisfies(comparison, {})


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_complements_partition(value, limit):
    at = {"int_attr": value}
    for one, other in ((">", "<="), ("<", ">=")):
        first, second = Comparison("int_attr", one, limit), Comparison("int_attr", other, limit)
        assert satisfies(first, at) is not satisfies(second, at)


def test_and_binds_stronger_than_or():
    one, two, three = (Comparison("int_attr", "=", number) for number in (1, 2, 3))
    parsed = RULES.language.parse("int_attr=1 OR int_attr=2 AND int_attr=3")
    assert parsed == Disjunction(one, Conjunction(two, three))


@pytest.mark.parametrize(
    "text", ["int_attr >= 100", "  int_attr>=-5 ", '(int_attr=1) AND str_attr!=""', 'str_attr="图片"']
)
def test_free_spacing_signs_parentheses_and_any_text_are_allowed(text):
    assert RULES.language.allows(text)


@pytest.mark.parametrize("name", RULES.refused)
def test_what_no_reading_allows_is_refused_with_its_place(name):
    text, why = RULES.refused[name]
    with pytest.raises(NotAFilter) as caught:
        RULES.language.parse(text)
    assert why
    assert 0 <= caught.value.position <= len(text)
