"""Source positions in a contract directory: from `file#/json/pointer` to a line of a file on disk."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable, Iterable

import yaml
from attrs import define, evolve, field, frozen

from imagesearch_conformance.contract.overlay import NodePath, OverlayAction, apply_action, target_paths
from imagesearch_conformance.contract.spec_files import Loader, SpecFiles, decode_text, split_pointer

#: The YAML tags of a string key and of a merge key.
_STRING_TAG, _MERGE_TAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"


@frozen
class Position:
    """A line of a file: the path in the contract directory, and the number, from 1."""

    file: str
    line: int


@frozen
class _SourceNode:
    """A node of a document: its position, and its children by name or in order."""

    position: Position
    children: dict[str, _SourceNode] | list[_SourceNode] | None = None

    def find(self, path: Iterable[str]) -> _SourceNode | None:
        """Return the node at the steps of a pointer, or None."""
        node: _SourceNode | None = self
        for step in path:
            node = node and node.child(step)
        return node

    def child(self, step: str) -> _SourceNode | None:
        if isinstance(self.children, dict):
            return self.children.get(step)
        exists = self.children is not None and step.isdecimal() and int(step) < len(self.children)
        return self.children[int(step)] if exists and self.children else None


@define
class SourcePositions:
    """Finds lines in the files of a contract directory; parses each file at its first use."""

    files: SpecFiles
    _roots: dict[str, _SourceNode | None] = field(factory=dict, init=False)

    def find(self, pointer: str) -> Position | None:
        """Return the position of the value at a pointer, None if it is unknown."""
        name, _, path = pointer.partition("#")
        if name not in self._roots:
            self._roots[name] = self._build_root(name)
        root = self._roots[name]
        node = None if root is None else root.find(split_pointer(path))
        return None if node is None else node.position

    def _build_root(self, name: str) -> _SourceNode | None:
        """Return the nodes of a file after all overlays, which are applied to nodes as they are to values."""
        root = _parse_nodes(self.files.text(name), self.files.relative_path(name))
        overlays = [overlay for overlay in self.files.overlays if overlay.extends == name]
        if root is None or not overlays:
            return root
        value = copy.deepcopy(decode_text(self.files.root / name, self.files.text(name)))
        for action in (action for overlay in overlays for action in overlay.actions):
            paths = target_paths(action, value)
            changed = self._apply_action(root, action, paths)
            if changed is None:
                return None
            root, value = changed, apply_action(action, value, paths)
        return root

    def _apply_action(self, root: _SourceNode, action: OverlayAction, paths: Iterable[NodePath]) -> _SourceNode | None:
        """Return the nodes after an action, None if the positions in the overlay are unknown."""
        if action.remove:
            for path in paths:
                root = _replace_node(root, list(map(str, path)), None)
            return root
        file, _, pointer = action.where.partition("#")
        overlay = _parse_nodes(self.files.texts[file], file)
        update = overlay and overlay.find([*split_pointer(pointer), "update"])
        if update is None:
            return None
        for path in paths:
            root = _replace_node(root, list(map(str, path)), lambda node: _update_node(node, update))
        return root


def _replace_node(
    node: _SourceNode, path: list[str], change: Callable[[_SourceNode], _SourceNode] | None
) -> _SourceNode:
    """Change the node at a path, or remove it if `change` is None; a path that does not exist changes nothing."""
    if not path:
        return node if change is None else change(node)
    first, *rest = path
    child = node.child(first)
    if child is None:
        return node
    replacement = [] if change is None and not rest else [_replace_node(child, rest, change)]
    if isinstance(node.children, dict):
        others = {name: other for name, other in node.children.items() if name != first}
        return evolve(node, children=others | dict(zip([first], replacement, strict=False)))
    children = list(node.children or ())
    children[int(first) : int(first) + 1] = replacement
    return evolve(node, children=children)


def _update_node(node: _SourceNode, update: _SourceNode) -> _SourceNode:
    return (
        evolve(node, children=[*node.children, update])
        if isinstance(node.children, list)
        else _merge_nodes(node, update)
    )


def _merge_nodes(old: _SourceNode, new: _SourceNode) -> _SourceNode:
    if isinstance(old.children, dict) and isinstance(new.children, dict):
        merged = {
            name: _merge_nodes(old.children[name], child) if name in old.children else child
            for name, child in new.children.items()
        }
        return evolve(old, children={**old.children, **merged})
    if isinstance(old.children, list) and isinstance(new.children, list):
        return evolve(old, children=[*old.children, *new.children])
    return new


def _parse_nodes(text: str, file: str) -> _SourceNode | None:
    """Return the nodes of YAML, or of JSON that is valid YAML; None for other texts, and for YAML with merge keys."""
    plain = text.removeprefix("\ufeff")
    # The line numbers of the marks also count characters that only YAML takes for the end of a line.
    ends = [index for index, char in enumerate(plain) if char == "\n"]

    def build_node(node: yaml.Node, start: yaml.Node) -> _SourceNode:
        position = Position(file, bisect_right(ends, start.start_mark.index) + 1)
        if isinstance(node, yaml.MappingNode):
            if any(key.tag == _MERGE_TAG for key, _ in node.value):
                raise yaml.YAMLError("the values of a merge key are defined elsewhere")
            # Pointers contain names only, and YAML reads some words as numbers or booleans.
            return _SourceNode(
                position, {key.value: build_node(value, key) for key, value in node.value if key.tag == _STRING_TAG}
            )
        if isinstance(node, yaml.SequenceNode):
            return _SourceNode(position, [build_node(item, item) for item in node.value])
        return _SourceNode(position)

    try:
        root = yaml.compose(plain, Loader=Loader)
        return None if root is None else build_node(root, root)
    except (yaml.YAMLError, RecursionError):
        return None
