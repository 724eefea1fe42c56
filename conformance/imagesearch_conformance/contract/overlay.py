"""Overlays: changes to a document in a file of their own (Overlay Specification 1.0 of the OpenAPI Initiative)."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec

#: The suffix of overlay files; other files of a revision are additional files.
OVERLAY_SUFFIX = ".overlay.yaml"

#: The names and indexes on the way from the root to a node.
NodePath = tuple[int | str, ...]

#: The supported feature set; the patch number of a version makes no difference.
_SUPPORTED_VERSION = "1.0."


@frozen(eq=False)
class OverlayAction:
    """A change to all nodes that a target selects: they are removed, or `update` is merged into them."""

    target: str
    update: Any
    remove: bool
    where: str


@frozen(eq=False)
class Overlay:
    """The changes to one file, in order."""

    extends: str
    actions: tuple[OverlayAction, ...]
    where: str


def read_overlay(document: Any, name: str) -> Overlay:
    """Read the overlay in the file of this name; raises InvalidSpec with file and key."""
    root = SpecRecord.from_value(document, f"{name}#")
    _check_keys(root, "overlay", "info", "extends", "actions")
    version = root.get("overlay", str)
    if not version.startswith(_SUPPORTED_VERSION):
        raise InvalidSpec(f"unsupported version {version} of overlays", f"{name}#/overlay", "expected 1.0.0")
    info = root.child("info")
    for key in ("title", "version"):
        info.get(key, str)
    extends = posixpath.normpath(posixpath.join(posixpath.dirname(name), root.get("extends", str)))
    actions = tuple(map(_read_action, root.children("actions")))
    if not actions:
        raise InvalidSpec("an overlay needs at least one action", f"{name}#/actions")
    return Overlay(extends, actions, f"{name}#")


def _read_action(record: SpecRecord) -> OverlayAction:
    _check_keys(record, "target", "description", "update", "remove")
    remove = record.get("remove", bool, False)
    if not remove and "update" not in record.value:
        raise InvalidSpec("an action needs update or remove", record.where, "write update, or remove: true")
    return OverlayAction(record.get("target", str), record.value.get("update"), remove, record.where)


def _check_keys(record: SpecRecord, *allowed: str) -> None:
    """Check the keys of an object, which may have extensions as well."""
    record.check_keys(*allowed, *(key for key in record.value if str(key).startswith("x-")))


def apply_overlay(overlay: Overlay, document: Any) -> Any:
    """Apply all actions in order to a copy of a document.

    Raises InvalidSpec with the location of the action. The specification allows a target that selects nothing; here it
    is an error, since it can only be a mistake.
    """
    changed = copy.deepcopy(document)
    for action in overlay.actions:
        changed = apply_action(action, changed, target_paths(action, changed))
    return changed


def apply_action(action: OverlayAction, document: Any, paths: Iterable[NodePath]) -> Any:
    """Apply an action at each path, in order; modifies the document."""
    for path in paths:
        document = _apply_at(action, document, path)
    return document


def target_paths(action: OverlayAction, document: Any) -> list[NodePath]:
    """Return the paths that a target selects, in the order of application; raises InvalidSpec if there are none."""
    paths = _query_paths(action, document)
    if not paths:
        raise InvalidSpec(f"the target {action.target!r} selects nothing", f"{action.where}/target")
    # Removals go backwards, since removing an item of a list moves the following ones.
    return paths[::-1] if action.remove else paths


def _query_paths(action: OverlayAction, document: Any) -> list[NodePath]:
    """Return each selected path once, parents before children, items of lists in their order."""
    # Only revisions need this import; otherwise every command would wait for it.
    import jsonpath  # noqa: PLC0415

    try:
        values = {node.parts: node.obj for node in jsonpath.finditer(action.target, document)}
    except jsonpath.JSONPathError as problem:
        message = " ".join(str(problem).split())
        raise InvalidSpec(f"invalid JSONPath: {message}", f"{action.where}/target") from None
    if not all(isinstance(value, (dict, list)) for value in values.values()):
        hint = "select what contains the value, and update that"
        raise InvalidSpec("a target must be an object or a list", f"{action.where}/target", hint)
    return sorted(values, key=lambda parts: [(isinstance(part, str), part) for part in parts])


def _apply_at(action: OverlayAction, document: Any, path: NodePath) -> Any:
    if not path:
        if action.remove:
            raise InvalidSpec("the whole document cannot be removed", f"{action.where}/target")
        return _update_node(action, document)
    parent = document
    for part in path[:-1]:
        parent = parent[part]
    if action.remove:
        del parent[path[-1]]
    else:
        parent[path[-1]] = _update_node(action, parent[path[-1]])
    return document


def _update_node(action: OverlayAction, node: Any) -> Any:
    """Append the update to a list as one entry, or merge it into an object."""
    if isinstance(node, list):
        return [*node, copy.deepcopy(action.update)]
    return _merge_values(node, action.update, f"{action.where}/update")


def _merge_values(old: Any, new: Any, where: str) -> Any:
    """Merge objects by name, concatenate lists, replace other values; raises InvalidSpec for different types."""
    kind = next((kind for kind in _MERGE_FUNCTIONS if isinstance(old, kind) or isinstance(new, kind)), None)
    if kind is None:
        return new
    if not (isinstance(old, kind) and isinstance(new, kind)):
        problem = f"{type(new).__name__} cannot be merged into {type(old).__name__}"
        raise InvalidSpec(problem, where, "remove the old value in an earlier action")
    return _MERGE_FUNCTIONS[kind](old, new, where)


def _merge_objects(old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> dict[str, Any]:
    merged = {
        name: _merge_values(old[name], value, f"{where}/{name}") if name in old else copy.deepcopy(value)
        for name, value in new.items()
    }
    return {**old, **merged}


_MERGE_FUNCTIONS: Mapping[type, Callable[[Any, Any, str], Any]] = {
    dict: _merge_objects,
    list: lambda old, new, _: [*old, *copy.deepcopy(new)],
}
