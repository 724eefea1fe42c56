"""Overlays: targets, updates and removals of the Overlay Specification 1.0, and invalid overlays."""

import copy

import pytest

from imagesearch_conformance.contract.overlay import apply_overlay, read_overlay
from imagesearch_conformance.errors import InvalidSpec

BASE = {
    "info": {"title": "T", "tags": ["a"], "nested": {"one": 1, "two": 2}},
    "rows": [{"code": "A", "n": 1}, {"code": "B", "n": 2}, {"code": "A", "n": 3}],
    "other": None,
}


def apply_actions(*actions, base=BASE):
    whole = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "extends": "../../base.yaml"}
    return apply_overlay(read_overlay({**whole, "actions": list(actions)}, "revisions/next/base.overlay.yaml"), base)


def test_the_file_that_is_extended_is_relative_to_the_overlay():
    whole = {"overlay": "1.0.1", "info": {"title": "t", "version": "1"}, "extends": "../../../schemas/x.json"}
    actions = {"actions": [{"target": "$", "update": {}}]}
    assert read_overlay({**whole, **actions}, "revisions/next/schemas/x.overlay.yaml").extends == "schemas/x.json"


def test_an_update_merges_objects_at_every_depth():
    changed = apply_actions({"target": "$.info", "update": {"title": "U", "nested": {"two": 3, "three": 4}}})
    assert changed["info"] == {"title": "U", "tags": ["a"], "nested": {"one": 1, "two": 3, "three": 4}}


def test_lists_within_an_update_are_appended():
    assert apply_actions({"target": "$.info", "update": {"tags": ["b", "a"]}})["info"]["tags"] == ["a", "b", "a"]


def test_an_update_of_a_list_appends_one_entry():
    assert apply_actions({"target": "$.info.tags", "update": "b"})["info"]["tags"] == ["a", "b"]
    assert apply_actions({"target": "$.info.tags", "update": ["b"]})["info"]["tags"] == ["a", ["b"]]


def test_primitive_values_including_null_are_replaced():
    assert apply_actions({"target": "$", "update": {"other": "x"}})["other"] == "x"
    assert apply_actions({"target": "$.info", "update": {"title": None}})["info"]["title"] is None


def test_every_selected_node_is_changed():
    rows = apply_actions({"target": "$.rows[?@.code == 'A']", "update": {"seen": True}})["rows"]
    assert [row.get("seen") for row in rows] == [True, None, True]


def test_removing_items_of_a_list_leaves_the_others():
    assert apply_actions({"target": "$.rows[?@.code == 'A']", "remove": True})["rows"] == [{"code": "B", "n": 2}]
    assert apply_actions({"target": "$.rows[*]", "remove": True})["rows"] == []


def test_remove_takes_precedence_over_update():
    assert "info" not in apply_actions({"target": "$.info", "update": {"title": "U"}, "remove": True})


def test_actions_are_applied_in_order():
    changed = apply_actions(
        {"target": "$.info.tags", "remove": True},
        {"target": "$.info", "update": {"tags": ["z"]}},
    )
    assert changed["info"]["tags"] == ["z"]


def test_neither_the_base_nor_the_overlay_is_changed():
    base, update = copy.deepcopy(BASE), {"list": [1]}
    changed = apply_actions({"target": "$.rows[*]", "update": update}, base=base)
    changed["rows"][0]["list"].append(2)
    changed["info"]["title"] = "V"
    assert base == BASE
    assert update == {"list": [1]}
    assert changed["rows"][1]["list"] == [1]


def test_extensions_are_allowed():
    assert apply_actions({"target": "$.info", "update": {}, "x-why": "because"}) == BASE


@pytest.mark.parametrize(
    ("action", "message", "where"),
    [
        ({"target": "$.missing", "update": {}}, "selects nothing", "actions/0/target"),
        ({"target": "$.info[", "update": {}}, "invalid JSONPath", "actions/0/target"),
        ({"target": "$.info.title", "update": {}}, "an object or a list", "actions/0/target"),
        ({"target": "$.info", "update": {"tags": {}}}, "cannot be merged", "actions/0/update/tags"),
        ({"target": "$.info", "update": {"nested": 1}}, "cannot be merged", "actions/0/update/nested"),
        ({"target": "$.info", "update": 1}, "cannot be merged", "actions/0/update"),
        ({"target": "$", "remove": True}, "cannot be removed", "actions/0/target"),
        ({"target": "$.info"}, "needs update or remove", "actions/0"),
        ({"update": {}}, "missing key 'target'", "actions/0"),
        ({"target": "$.info", "updat": {}}, "'updat'", "actions/0"),
        ({"target": "$.info", "remove": "yes"}, "expected bool, got 'yes'", "actions/0/remove"),
    ],
)
def test_an_invalid_action_names_its_location(action, message, where):
    with pytest.raises(InvalidSpec) as caught:
        apply_actions(action)
    assert message in str(caught.value)
    assert caught.value.where == f"revisions/next/base.overlay.yaml#/{where}"


def test_the_location_has_the_index_of_the_action():
    with pytest.raises(InvalidSpec, match="actions/1/target"):
        apply_actions({"target": "$.info", "update": {}}, {"target": "$.nowhere", "remove": True})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"overlay": "2.0.0"}, "version 2.0.0"),
        ({"overlay": 1.0}, "expected str, got 1.0"),
        ({"info": {"title": "t"}}, "missing key 'version'"),
        ({"extends": None}, "expected str, got None"),
        ({"actions": []}, "at least one action"),
        ({"acts": []}, "'acts'"),
    ],
)
def test_an_invalid_overlay_is_rejected(change, message):
    whole = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "extends": "x.yaml"}
    with pytest.raises(InvalidSpec, match=message) as caught:
        read_overlay({**whole, "actions": [{"target": "$", "update": {}}], **change}, "some.overlay.yaml")
    assert caught.value.where.startswith("some.overlay.yaml#")
