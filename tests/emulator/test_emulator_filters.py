"""Filters in SQL select the same images as the evaluation of the condition."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import StoredImage
from imagesearch_conformance.emulator.store import Store, compile_condition
from imagesearch_conformance.filters.ast import (
    ComparisonNode,
    Condition,
    ConjunctionNode,
    DisjunctionNode,
    render,
    satisfies,
)

from .emulator_client import EmulatorClient

_INTEGERS = st.one_of(st.sampled_from([0, -1, 2, 100, 1000, 2**31 - 1, -(2**31)]), st.integers(-(10**25), 10**25))
_STRINGS = st.one_of(
    st.sampled_from(["", "value1", "VALUE1", "图案", "Größe é", "ss"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"'), max_size=8),
)
_COMPARISONS = st.one_of(
    st.builds(ComparisonNode, st.just("int_attr"), st.sampled_from([">", ">=", "<", "<=", "="]), _INTEGERS),
    st.builds(ComparisonNode, st.just("str_attr"), st.sampled_from(["=", "!="]), _STRINGS),
)
CONDITIONS = st.recursive(
    _COMPARISONS,
    lambda inner: st.one_of(st.builds(ConjunctionNode, inner, inner), st.builds(DisjunctionNode, inner, inner)),
    max_leaves=5,
)


def attributes(contract: Contract, image: StoredImage) -> dict[str, int | str]:
    named = contract.filter_rules.attributes.items()
    return {name: image.attributes[field] for name, field in named if field in image.attributes}


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_sql_selects_exactly_the_images_that_satisfy_a_condition(
    contract: Contract, store: Store, condition: Condition
) -> None:
    everything = store.ranking(1, "demoinstance1", 20, None)
    filtered = store.ranking(1, "demoinstance1", 20, condition)
    assert filtered == tuple(pair for pair in everything if satisfies(condition, attributes(contract, pair[0])))


@settings(max_examples=60, deadline=None)
@given(CONDITIONS)
def test_a_filter_in_a_request_selects_the_same_images(
    contract: Contract, shared_client: EmulatorClient, condition: Condition
) -> None:
    text = render(condition)
    limit = contract.parameter("Filter").max_length or 0
    response = shared_client.search(Filter=text, Num="100")
    if len(text) > limit:
        assert response.error == (400, "InvalidFilterClause")
        return
    ranking = shared_client.emulator.store.ranking(1, "demoinstance1", 20, None)
    expected = [image for image, _ in ranking if satisfies(condition, attributes(contract, image))]
    assert response.body["Head"]["DocsReturn"] == len(expected)
    assert response.names == [(image.product_id, image.pic_name) for image in expected[:100]]


def test_a_missing_attribute_never_matches(client: EmulatorClient) -> None:
    for text in ('str_attr!="no such value"', "int_attr>=-99999999999 OR int_attr<0"):
        entries = client.search(Filter=text, Num="100").body["Auctions"]
        field = "StrAttr" if "str" in text else "IntAttr"
        assert all(field in entry for entry in entries)


def test_operands_are_bound_parameters_of_the_sql() -> None:
    condition = ComparisonNode("str_attr", "=", "'; DROP TABLE image; --")
    assert compile_condition(condition, {"str_attr": "StrAttr"}) == ('"StrAttr" = ?', ("'; DROP TABLE image; --",))


def test_every_documented_example_has_matches(client: EmulatorClient, contract: Contract) -> None:
    for example in contract.parameter("Filter").examples:
        assert client.search(Filter=str(example)).body["Head"]["DocsReturn"] > 1


def test_every_invalid_condition_is_rejected(client: EmulatorClient, contract: Contract) -> None:
    for text, reason in contract.filter_rules.invalid_conditions.values():
        assert client.search(Filter=text).error == (400, "InvalidFilterClause"), reason
