"""Ways to write a defect of a JSON document, a parameter or a rule in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagesearch_conformance.contract.fields import EACH_ITEM
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.success_body import JsonObject
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.signing.encoding import Pairs

#: What a change gives back to have the field removed.
REMOVE: Any = object()

ValueChange = Callable[[Any], Any]


def changed_field_fault(
    name: str, description: str, violates: tuple[str, ...], path: str, change: ValueChange
) -> Fault:
    """The defect of a field that is changed wherever it is there."""
    return Fault(name, description, violates, success_body=change_field(path, change))


def constant_field_fault(name: str, description: str, violates: tuple[str, ...], path: str, value: Any) -> Fault:
    """The defect of a field that always has one value."""
    return Fault(name, description, violates, success_body=set_field(path, value))


def change_field(path: str, change: ValueChange) -> Hook[JsonObject]:
    """Changes the field at a path (`Auctions/*/Score`) wherever it is there."""

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        _change_at_path(body, path.split("/"), change)
        return body

    return hook


def set_field(path: str, value: Any) -> Hook[JsonObject]:
    """Sets the field at a path to a value, also where it was absent."""
    parent, _, name = path.rpartition("/")

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        _change_at_path(body, parent.split("/") if parent else [], lambda holder: {**holder, name: value})
        return body

    def top_level_hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        return {**body, name: value}

    return hook if parent else top_level_hook


def remove_field(path: str) -> Hook[JsonObject]:
    """Removes the field at a path."""
    return change_field(path, lambda _: REMOVE)


def rename_field(path: str, name: str) -> Hook[JsonObject]:
    """Gives the field at a path another name, in its place."""
    parent, _, old = path.rpartition("/")

    def rename_key(parent_object: JsonObject) -> JsonObject:
        return {name if key == old else key: value for key, value in parent_object.items()}

    inside = change_field(parent, rename_key)

    def top_level_hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        return rename_key(body)

    return inside if parent else top_level_hook


def violation_matcher(parameter: str, *keywords: str) -> Callable[[Violation], bool]:
    """The violations of these rules."""
    rules = frozenset(Violation(parameter, keyword) for keyword in keywords)
    return rules.__contains__


def rewrite_parameter(name: str, change: Callable[[str, FaultContext], str]) -> Hook[Pairs]:
    """Changes every value of a parameter as if it had been sent so."""

    def hook(pairs: Pairs, context: FaultContext) -> Pairs:
        return tuple((key, change(value, context) if key == name else value) for key, value in pairs)

    return hook


def _change_at_path(value: Any, path: list[str], change: ValueChange) -> None:
    first, *rest = path
    if first == EACH_ITEM:
        for index, item in enumerate(value):
            _change_item(value, index, item, rest, change)
    elif isinstance(value, dict) and first in value:
        _change_item(value, first, value[first], rest, change)


def _change_item(container: Any, key: Any, value: Any, rest: list[str], change: ValueChange) -> None:
    if rest:
        _change_at_path(value, rest, change)
        return
    changed = change(value)
    if changed is REMOVE:
        del container[key]
    else:
        container[key] = changed
