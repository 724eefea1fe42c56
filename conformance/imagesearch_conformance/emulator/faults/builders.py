"""Builders of faults, and requirements that several faults violate together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import EACH_ITEM
from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.signing.encoding import Pairs

#: The statuses and the messages of all documented error codes.
ERROR_STATUSES, ERROR_MESSAGES = ("error.*.status",), ("error.*.message",)

#: All operators of filters.
FILTER_OPERATORS = ("filter.int_attr.*", "filter.str_attr.*")

#: Invalid signatures that the gateway rejects.
SIGNATURES = (
    "authentication.unsigned", "authentication.stranger", "authentication.impostor", "authentication.body",
    "authentication.query", "authentication.expired", "authentication.future", "authentication.malformed",
    "authentication.replay", "authentication.unsigned-header",
)  # fmt: skip

#: Requests that must be rejected, with any error response.
REJECTED_REQUESTS = (
    *ERROR_STATUSES, *ERROR_MESSAGES, *SIGNATURES, "authentication.permission", "instancename.*", "productid.*",
    "picname.*", "categoryid.type", "categoryid.enum", "num.type", "num.minimum", "start.type", "start.minimum",
    "filter.maxlength", "filter.format", "filter.keywords", "action.*", "version.unknown", "request.combined",
    "throttling.above",
)  # fmt: skip

#: Requests that are rejected with a documented code if they are rejected at all.
DOCUMENTED_REJECTIONS = (
    *REJECTED_REQUESTS, "num.maximum", "start.maximum", "window.maximum", "silence.integer.plus",
    "silence.integer.space", "silence.integer.fraction", "silence.method", "silence.case", "silence.filter.keywords",
)  # fmt: skip


#: Returned by a change to remove the field.
REMOVE: Any = object()

ValueChange = Callable[[Any], Any]


def changed_field_fault(
    name: str, description: str, violates: tuple[str, ...], path: str, change: ValueChange
) -> Fault:
    """A fault that changes a field wherever it is present."""
    return Fault(name, description, violates, success_body=change_field(path, change))


def constant_field_fault(name: str, description: str, violates: tuple[str, ...], path: str, value: Any) -> Fault:
    """A fault that sets a field to one value."""
    return Fault(name, description, violates, success_body=set_field(path, value))


def change_field(path: str, change: ValueChange) -> Hook[JsonObject]:
    """Return a hook that changes the field at a path (`Auctions/*/Score`) wherever it is present."""

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        _change_at_path(body, path.split("/"), change)
        return body

    return hook


def set_field(path: str, value: Any) -> Hook[JsonObject]:
    """Return a hook that sets the field at a path to a value, and adds it where it is missing."""
    parent, _, name = path.rpartition("/")

    def hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        _change_at_path(body, parent.split("/") if parent else [], lambda parent_object: {**parent_object, name: value})
        return body

    def top_level_hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        return {**body, name: value}

    return hook if parent else top_level_hook


def remove_field(path: str) -> Hook[JsonObject]:
    """Return a hook that removes the field at a path."""
    return change_field(path, lambda _: REMOVE)


def rename_field(path: str, name: str) -> Hook[JsonObject]:
    """Return a hook that renames the field at a path and keeps its position."""
    parent, _, old = path.rpartition("/")

    def rename_key(parent_object: JsonObject) -> JsonObject:
        return {name if key == old else key: value for key, value in parent_object.items()}

    nested_hook = change_field(parent, rename_key)

    def top_level_hook(body: JsonObject, _context: FaultContext) -> JsonObject:
        return rename_key(body)

    return nested_hook if parent else top_level_hook


def violation_matcher(parameter: str, *keywords: str) -> Callable[[Violation], bool]:
    """Return a predicate for violations of these rules."""
    rules = frozenset(Violation(parameter, keyword) for keyword in keywords)
    return rules.__contains__


def rewrite_parameter(name: str, change: Callable[[str, FaultContext], str]) -> Hook[Pairs]:
    """Return a hook that changes every value of a parameter as if the client had sent the result."""

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


def further_attributes(contract: Contract) -> Mapping[str, str]:
    """Return all attributes of filters except the first of each type, with the first of their type."""
    rules = contract.filter_rules
    is_integer = {name: name in rules.integer_attributes for name in rules.attributes}
    first_of_type = {integer: name for name, integer in reversed(is_integer.items())}
    return {name: first_of_type[integer] for name, integer in is_integer.items() if name != first_of_type[integer]}
