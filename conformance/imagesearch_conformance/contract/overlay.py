"""Changes to a document, written apart from it: the Overlay Specification 1.0 of the OpenAPI Initiative."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.errors import InvalidSpec

#: How the file of an overlay ends; every other file of a revision stands for itself.
OVERLAY_SUFFIX = ".overlay.yaml"

#: The names and indexes that lead to a node.
NodePath = tuple[int | str, ...]

#: The feature set that is understood; the patch number of a version makes no difference.
_SUPPORTED_VERSION = "1.0."


@frozen(eq=False)
class OverlayAction:
    """One change: the nodes that it speaks of, and what is merged into them unless they are removed."""

    target: str
    update: Any
    remove: bool
    where: str


@frozen(eq=False)
class Overlay:
    """The changes to one file, in the order in which they are made."""

    extends: str
    actions: tuple[OverlayAction, ...]
    where: str


def read_overlay(document: Any, name: str) -> Overlay:
    """The overlay in a file of that name; raises BadSpec with file and key when it is none."""
    whole = SpecRecord.from_value(document, f"{name}#")
    _check_keys(whole, "overlay", "info", "extends", "actions")
    version = whole.get("overlay", str)
    if not version.startswith(_SUPPORTED_VERSION):
        raise InvalidSpec(f"version {version} of overlays is not known", f"{name}#/overlay", "write 1.0.0")
    info = whole.child("info")
    for key in ("title", "version"):
        info.get(key, str)
    extends = posixpath.normpath(posixpath.join(posixpath.dirname(name), whole.get("extends", str)))
    actions = tuple(map(_read_action, whole.children("actions")))
    if not actions:
        raise InvalidSpec("an overlay has at least one action", f"{name}#/actions")
    return Overlay(extends, actions, f"{name}#")


def _read_action(record: SpecRecord) -> OverlayAction:
    _check_keys(record, "target", "description", "update", "remove")
    remove = record.get("remove", bool, False)
    if not remove and "update" not in record.value:
        raise InvalidSpec("an action updates or removes", record.where, "write update, or remove: true")
    return OverlayAction(record.get("target", str), record.value.get("update"), remove, record.where)


def _check_keys(record: SpecRecord, *allowed: str) -> None:
    """Every object of an overlay may have extensions besides its own keys."""
    record.check_keys(*allowed, *(key for key in record.value if str(key).startswith("x-")))


def apply_overlay(overlay: Overlay, document: Any) -> Any:
    """A copy of the document with all changes made, each to what the one before left.

    Raises BadSpec with the place of the action that cannot be made. The specification lets a target
    name nothing; here that is refused, since it can only be a slip.
    """
    changed = copy.deepcopy(document)
    for action in overlay.actions:
        changed = apply_action(action, changed, target_paths(action, changed))
    return changed


def apply_action(action: OverlayAction, document: Any, paths: Iterable[NodePath]) -> Any:
    """The document, which is changed, after an action at each of the places, in their order."""
    for place in paths:
        document = _apply_at(action, document, place)
    return document


def target_paths(action: OverlayAction, document: Any) -> list[NodePath]:
    """Where the target leads, in the order in which the action is made; raises BadSpec where it leads nowhere."""
    places = _query_paths(action, document)
    if not places:
        raise InvalidSpec(f"the target {action.target!r} names nothing", f"{action.where}/target")
    # From the last: removing an item of a list moves those behind it.
    return places[::-1] if action.remove else places


def _query_paths(action: OverlayAction, document: Any) -> list[NodePath]:
    """Where the target leads, each place once, parents before children and items of lists in their order."""
    # Only revisions need it, and without one every command would wait for it.
    import jsonpath  # noqa: PLC0415

    try:
        found = {node.parts: node.obj for node in jsonpath.finditer(action.target, document)}
    except jsonpath.JSONPathError as problem:
        said = " ".join(str(problem).split())
        raise InvalidSpec(f"the target is no JSONPath: {said}", f"{action.where}/target") from None
    if not all(isinstance(value, (dict, list)) for value in found.values()):
        hint = "name what holds the value, and update that"
        raise InvalidSpec("a target is an object or a list", f"{action.where}/target", hint)
    return sorted(found, key=lambda parts: [(isinstance(one, str), one) for one in parts])


def _apply_at(action: OverlayAction, document: Any, path: NodePath) -> Any:
    """The document with the action made at one place."""
    if not path:
        if action.remove:
            raise InvalidSpec("the whole document cannot be removed", f"{action.where}/target")
        return _update_node(action, document)
    holder = document
    for part in path[:-1]:
        holder = holder[part]
    if action.remove:
        del holder[path[-1]]
    else:
        holder[path[-1]] = _update_node(action, holder[path[-1]])
    return document


def _update_node(action: OverlayAction, node: Any) -> Any:
    """A list has the update appended as one entry, an object has it merged in."""
    if isinstance(node, list):
        return [*node, copy.deepcopy(action.update)]
    return _merge_values(node, action.update, f"{action.where}/update")


def _merge_values(old: Any, new: Any, where: str) -> Any:
    """Objects name by name, lists one after the other; anything else gives way. Raises BadSpec for unlike kinds."""
    kind = next((kind for kind in _MERGE_FUNCTIONS if isinstance(old, kind) or isinstance(new, kind)), None)
    if kind is None:
        return new
    if not (isinstance(old, kind) and isinstance(new, kind)):
        problem = f"{type(new).__name__} cannot be merged into {type(old).__name__}"
        raise InvalidSpec(problem, where, "remove the old value in an action before")
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
