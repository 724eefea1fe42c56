"""Where the things of a contract stand: from `file#/json/pointer` to a line of a file, as it lies on disk."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable, Iterable

import yaml
from attrs import define, evolve, field, frozen

from imagesearch_conformance.contract.overlay import NodePath, OverlayAction, apply_action, target_paths
from imagesearch_conformance.contract.spec_files import Loader, SpecFiles, decode_text, split_pointer

#: How YAML calls a key that is a name, and one that takes over what another mapping has.
_STRING_TAG, _MERGE_TAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"


@frozen
class Position:
    """A line of a file: the path below the contract directory, and the number, from 1."""

    file: str
    line: int


@frozen
class _SourceNode:
    """One node of a document: where it stands, and the nodes in it by name or in their order."""

    position: Position
    children: dict[str, _SourceNode] | list[_SourceNode] | None = None

    def find(self, path: Iterable[str]) -> _SourceNode | None:
        """The node that the steps of a pointer lead to."""
        node: _SourceNode | None = self
        for step in path:
            node = node and node.child(step)
        return node

    def child(self, step: str) -> _SourceNode | None:
        if isinstance(self.children, dict):
            return self.children.get(step)
        known = self.children is not None and step.isdecimal() and int(step) < len(self.children)
        return self.children[int(step)] if known and self.children else None


@define
class SourcePositions:
    """Finds lines in the files of one contract directory; reads each when it is first asked for."""

    files: SpecFiles
    _roots: dict[str, _SourceNode | None] = field(factory=dict, init=False)

    def find(self, pointer: str) -> Position | None:
        """Where that is written which the pointer names; None where that cannot be told."""
        name, _, path = pointer.partition("#")
        if name not in self._roots:
            self._roots[name] = self._build_root(name)
        root = self._roots[name]
        found = None if root is None else root.find(split_pointer(path))
        return None if found is None else found.position

    def _build_root(self, name: str) -> _SourceNode | None:
        """The nodes of a file as the revision has it, made from its own and the overlays' as its values are."""
        documents = self.files
        root = _parse_nodes(documents.text(name), documents.relative_path(name))
        overlays = [one for one in documents.overlays if one.extends == name]
        if root is None or not overlays:
            return root
        value = copy.deepcopy(decode_text(documents.root / name, documents.text(name)))
        for action in (action for overlay in overlays for action in overlay.actions):
            places = target_paths(action, value)
            changed = self._apply_action(root, action, places)
            if changed is None:
                return None
            root, value = changed, apply_action(action, value, places)
        return root

    def _apply_action(self, root: _SourceNode, action: OverlayAction, paths: Iterable[NodePath]) -> _SourceNode | None:
        """The nodes after an action; None where its own cannot be told."""
        if action.remove:
            for place in paths:
                root = _replace_node(root, list(map(str, place)), None)
            return root
        file, _, path = action.where.partition("#")
        own = _parse_nodes(self.files.texts[file], file)
        update = own and own.find([*split_pointer(path), "update"])
        if update is None:
            return None
        for place in paths:
            root = _replace_node(root, list(map(str, place)), lambda node: _update_node(node, update))
        return root


def _replace_node(
    node: _SourceNode, path: list[str], change: Callable[[_SourceNode], _SourceNode] | None
) -> _SourceNode:
    """The node with what the path leads to changed, or taken away; as it is where the path is unknown."""
    if not path:
        return node if change is None else change(node)
    first, *rest = path
    inner = node.child(first)
    if inner is None:
        return node
    new = [] if change is None and not rest else [_replace_node(inner, rest, change)]
    if isinstance(node.children, dict):
        others = {name: one for name, one in node.children.items() if name != first}
        return evolve(node, children=others | dict(zip([first], new, strict=False)))
    listed = list(node.children or ())
    listed[int(first) : int(first) + 1] = new
    return evolve(node, children=listed)


def _update_node(node: _SourceNode, update: _SourceNode) -> _SourceNode:
    return (
        evolve(node, children=[*node.children, update])
        if isinstance(node.children, list)
        else _merge_nodes(node, update)
    )


def _merge_nodes(old: _SourceNode, new: _SourceNode) -> _SourceNode:
    if isinstance(old.children, dict) and isinstance(new.children, dict):
        merged = {
            name: _merge_nodes(old.children[name], one) if name in old.children else one
            for name, one in new.children.items()
        }
        return evolve(old, children={**old.children, **merged})
    if isinstance(old.children, list) and isinstance(new.children, list):
        return evolve(old, children=[*old.children, *new.children])
    return new


def _parse_nodes(text: str, file: str) -> _SourceNode | None:
    """The nodes of a text in YAML, or in JSON that can be read as YAML; None where it is neither, or has merge keys."""
    plain = text.removeprefix("\ufeff")
    # The marks' own lines also count what only YAML takes for the end of a line.
    ends = [index for index, char in enumerate(plain) if char == "\n"]

    def build_node(node: yaml.Node, start: yaml.Node) -> _SourceNode:
        position = Position(file, bisect_right(ends, start.start_mark.index) + 1)
        if isinstance(node, yaml.MappingNode):
            if any(key.tag == _MERGE_TAG for key, _ in node.value):
                raise yaml.YAMLError("what a merge key brings stands elsewhere")
            # Pointers lead through names alone, and YAML reads some words as numbers or truth values.
            return _SourceNode(
                position, {key.value: build_node(value, key) for key, value in node.value if key.tag == _STRING_TAG}
            )
        if isinstance(node, yaml.SequenceNode):
            return _SourceNode(position, [build_node(one, one) for one in node.value])
        return _SourceNode(position)

    try:
        root = yaml.compose(plain, Loader=Loader)
        return None if root is None else build_node(root, root)
    except (yaml.YAMLError, RecursionError):
        return None
