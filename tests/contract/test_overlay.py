"""Overlays: what the Overlay Specification 1.0 says of targets, updates and removals, and what is refused."""

import copy

import pytest

from imagesearch_conformance.contract.overlay import apply_overlay, read_overlay
from imagesearch_conformance.errors import InvalidSpec

BASE = {
    "info": {"title": "T", "tags": ["a"], "nested": {"one": 1, "two": 2}},
    "rows": [{"code": "A", "n": 1}, {"code": "B", "n": 2}, {"code": "A", "n": 3}],
    "other": None,
}


def overlaid(*actions, base=BASE):
    whole = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "extends": "../../base.yaml"}
    return apply_overlay(read_overlay({**whole, "actions": list(actions)}, "revisions/next/base.overlay.yaml"), base)


def test_the_file_that_is_extended_is_relative_to_the_overlay():
    whole = {"overlay": "1.0.1", "info": {"title": "t", "version": "1"}, "extends": "../../../schemas/x.json"}
    actions = {"actions": [{"target": "$", "update": {}}]}
    assert read_overlay({**whole, **actions}, "revisions/next/schemas/x.overlay.yaml").extends == "schemas/x.json"


def test_an_update_merges_objects_at_every_depth():
    changed = overlaid({"target": "$.info", "update": {"title": "U", "nested": {"two": 3, "three": 4}}})
    assert changed["info"] == {"title": "U", "tags": ["a"], "nested": {"one": 1, "two": 3, "three": 4}}


def test_lists_within_an_update_are_appended_to_those_they_meet():
    assert overlaid({"target": "$.info", "update": {"tags": ["b", "a"]}})["info"]["tags"] == ["a", "b", "a"]


def test_a_list_as_target_gets_the_update_as_one_entry():
    assert overlaid({"target": "$.info.tags", "update": "b"})["info"]["tags"] == ["a", "b"]
    assert overlaid({"target": "$.info.tags", "update": ["b"]})["info"]["tags"] == ["a", ["b"]]


def test_a_primitive_is_replaced_by_another_and_null_is_one():
    assert overlaid({"target": "$", "update": {"other": "x"}})["other"] == "x"
    assert overlaid({"target": "$.info", "update": {"title": None}})["info"]["title"] is None


def test_every_node_that_a_target_selects_is_changed():
    rows = overlaid({"target": "$.rows[?@.code == 'A']", "update": {"seen": True}})["rows"]
    assert [row.get("seen") for row in rows] == [True, None, True]


def test_removing_items_of_a_list_leaves_the_others():
    assert overlaid({"target": "$.rows[?@.code == 'A']", "remove": True})["rows"] == [{"code": "B", "n": 2}]
    assert overlaid({"target": "$.rows[*]", "remove": True})["rows"] == []


def test_a_removal_with_an_update_is_a_removal():
    assert "info" not in overlaid({"target": "$.info", "update": {"title": "U"}, "remove": True})


def test_each_action_sees_what_the_one_before_left():
    changed = overlaid(
        {"target": "$.info.tags", "remove": True},
        {"target": "$.info", "update": {"tags": ["z"]}},
    )
    assert changed["info"]["tags"] == ["z"]


def test_neither_the_base_nor_the_overlay_is_changed():
    base, update = copy.deepcopy(BASE), {"list": [1]}
    changed = overlaid({"target": "$.rows[*]", "update": update}, base=base)
    changed["rows"][0]["list"].append(2)
    changed["info"]["title"] = "V"
    assert base == BASE
    assert update == {"list": [1]}
    assert changed["rows"][1]["list"] == [1]


def test_extensions_are_allowed():
    assert overlaid({"target": "$.info", "update": {}, "x-why": "because"}) == BASE


@pytest.mark.parametrize(
    ("action", "said", "where"),
    [
        ({"target": "$.absent", "update": {}}, "names nothing", "actions/0/target"),
        ({"target": "$.info[", "update": {}}, "no JSONPath", "actions/0/target"),
        ({"target": "$.info.title", "update": {}}, "an object or a list", "actions/0/target"),
        ({"target": "$.info", "update": {"tags": {}}}, "cannot be merged", "actions/0/update/tags"),
        ({"target": "$.info", "update": {"nested": 1}}, "cannot be merged", "actions/0/update/nested"),
        ({"target": "$.info", "update": 1}, "cannot be merged", "actions/0/update"),
        ({"target": "$", "remove": True}, "cannot be removed", "actions/0/target"),
        ({"target": "$.info"}, "updates or removes", "actions/0"),
        ({"update": {}}, "'target' is missing", "actions/0"),
        ({"target": "$.info", "updat": {}}, "'updat'", "actions/0"),
        ({"target": "$.info", "remove": "yes"}, "wrong type", "actions/0/remove"),
    ],
)
def test_an_action_that_cannot_be_made_is_refused_with_its_place(action, said, where):
    with pytest.raises(InvalidSpec) as caught:
        overlaid(action)
    assert said in str(caught.value)
    assert caught.value.where == f"revisions/next/base.overlay.yaml#/{where}"


def test_the_place_counts_the_actions():
    with pytest.raises(InvalidSpec, match="actions/1/target"):
        overlaid({"target": "$.info", "update": {}}, {"target": "$.nowhere", "remove": True})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"overlay": "2.0.0"}, "version 2.0.0"),
        ({"overlay": 1.0}, "wrong type"),
        ({"info": {"title": "t"}}, "'version' is missing"),
        ({"extends": None}, "wrong type"),
        ({"actions": []}, "at least one action"),
        ({"acts": []}, "'acts'"),
    ],
)
def test_what_is_no_overlay_is_refused(change, said):
    whole = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "extends": "x.yaml"}
    with pytest.raises(InvalidSpec, match=said) as caught:
        read_overlay({**whole, "actions": [{"target": "$", "update": {}}], **change}, "some.overlay.yaml")
    assert caught.value.where.startswith("some.overlay.yaml#")
