"""The emulator in the later revision: thresholds, distinct products, further attributes, lists in filters."""

from __future__ import annotations

import pytest

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.emulator import Behaviour
from imagesearch_conformance.emulator.store import Store

from .emulator_conversation import Conversation, Opening


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(None, "2026-06")


@pytest.fixture(scope="module")
def opening(contract: Contract) -> Opening:
    return Opening(contract, Store.from_contract(contract))


@pytest.fixture(scope="module")
def talk(opening: Opening) -> Conversation:
    return opening(qps=None)


def test_entries_have_the_further_attributes(talk: Conversation) -> None:
    first, *others = talk.ask(Num="100").body["Auctions"]
    assert {"IntAttr3", "IntAttr4", "StrAttr3", "StrAttr4"} <= set(first)
    assert len({one.get("IntAttr3") for one in others}) > 3


@pytest.mark.parametrize("text", ["0.95", "0.99", "1.00"])
def test_a_threshold_leaves_out_what_is_below_it(talk: Conversation, text: str) -> None:
    whole = talk.ask(Num="100").body["Auctions"]
    found = talk.ask(Num="100", ScoreThreshold=text).body
    assert found["Auctions"] == [one for one in whole if one["Score"] >= float(text)]
    assert found["Head"]["DocsReturn"] == len(found["Auctions"]) < 100


def test_a_score_that_equals_the_threshold_stays(talk: Conversation) -> None:
    scores = [one["Score"] for one in talk.ask(Num="100", ScoreThreshold="0.97").body["Auctions"]]
    assert scores[-1] == 0.97


def test_the_query_and_the_form_are_both_read(talk: Conversation) -> None:
    in_form = talk.ask(Num="100", ScoreThreshold="0.95")
    in_query = talk.send(talk.signed(talk.unsigned(Num="100").with_query("ScoreThreshold=0.95")))
    assert in_form.names == in_query.names
    assert len(in_form.names) < 100


def test_distinct_products_keep_the_best_of_each(talk: Conversation) -> None:
    whole = talk.ask(Num="100").names
    found = talk.ask(Num="100", DistinctProductId="true").names
    products = [product for product, _ in found]
    assert len(set(products)) == len(products) == 100
    firsts = [name for index, name in enumerate(whole) if name[0] not in [one for one, _ in whole[:index]]]
    assert found[: len(firsts)] == firsts


def test_each_page_may_be_made_distinct_alone(opening: Opening) -> None:
    found = opening(behaviour=Behaviour(distinct_per_page=True), qps=None).ask(Num="100", DistinctProductId="true")
    assert len({product for product, _ in found.names}) == len(found.names) < 100


@pytest.mark.parametrize("text", ["false", "False", "", "FALSE"])
def test_no_distinct_products_are_the_default(talk: Conversation, text: str) -> None:
    assert talk.ask(Num="100", DistinctProductId=text).names == talk.ask(Num="100").names


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"ScoreThreshold": "1.01"}, (400, "BadRequest")),
        ({"ScoreThreshold": "abc"}, (400, "BadRequest")),
        ({"DistinctProductId": "maybe"}, (400, "BadRequest")),
        ({"DistinctProductId": "1"}, (400, "BadRequest")),
        ({"Filter": "int_attr in ()"}, (400, "InvalidFilterClause")),
        ({"Filter": "int_attr5=1"}, (400, "InvalidFilterClause")),
        ({"ProductId": None}, (400, "NoSpecifiedProductId")),
        ({"Filter": "int_attr>=0" + " " * 4086}, (400, "InvalidFilterClause")),
        ({"Filter": "int_attr>=0" + " " * 4085}, None),
    ],
)
def test_the_later_rules_are_kept(talk: Conversation, given: dict[str, str | None], refusal: object) -> None:
    assert talk.ask(**given).refusal == refusal


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("int_attr3 in (20, 2)", lambda one: one.get("IntAttr3") in {20, 2}),
        ("int_attr3 not in (20)", lambda one: one.get("IntAttr3") not in {20, None}),
        ('str_attr4 in ("图案","")', lambda one: one.get("StrAttr4") in {"图案", ""}),
        ('str_attr not in ("value1")', lambda one: one.get("StrAttr") not in {"value1", None}),
        (f"int_attr4 in ({10**30},100)", lambda one: one.get("IntAttr4") == 100),
    ],
)
def test_lists_keep_what_they_name(talk: Conversation, text: str, keeps: object) -> None:
    whole = talk.ask(Num="100").body["Auctions"]
    found = talk.ask(Num="100", Filter=text).body["Auctions"]
    expected = [one for one in whole if keeps(one)]
    assert expected
    assert found[: len(expected)] == expected
    assert all(keeps(one) for one in found)
