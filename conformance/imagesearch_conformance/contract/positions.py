"""Where the things of a contract stand: from `file#/json/pointer` to a line of a file, as it lies on disk."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable, Iterable

import yaml
from attrs import define, evolve, field, frozen

from imagesearch_conformance.contract.documents import Documents, Loader, decoded, steps
from imagesearch_conformance.contract.overlay import Action, Place, made, places_of

#: How YAML calls a key that is a name, and one that takes over what another mapping has.
_NAME, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"


@frozen
class Position:
    """A line of a file: the path below the contract directory, and the number, from 1."""

    file: str
    line: int


@frozen
class _Node:
    """One node of a document: where it stands, and the nodes in it by name or in their order."""

    position: Position
    inner: dict[str, _Node] | list[_Node] | None = None

    def at(self, path: Iterable[str]) -> _Node | None:
        """The node that the steps of a pointer lead to."""
        node: _Node | None = self
        for step in path:
            node = node and node.child(step)
        return node

    def child(self, step: str) -> _Node | None:
        if isinstance(self.inner, dict):
            return self.inner.get(step)
        known = self.inner is not None and step.isdecimal() and int(step) < len(self.inner)
        return self.inner[int(step)] if known and self.inner else None


@define
class Positions:
    """Finds lines in the files of one contract directory; reads each when it is first asked for."""

    documents: Documents
    _roots: dict[str, _Node | None] = field(factory=dict, init=False)

    def of(self, pointer: str) -> Position | None:
        """Where that is written which the pointer names; None where that cannot be told."""
        name, _, path = pointer.partition("#")
        if name not in self._roots:
            self._roots[name] = self._root(name)
        root = self._roots[name]
        found = None if root is None else root.at(steps(path))
        return None if found is None else found.position

    def _root(self, name: str) -> _Node | None:
        """The nodes of a file as the revision has it, made from its own and the overlays' as its values are."""
        documents = self.documents
        root = _nodes(documents.text(name), documents.path(name))
        overlays = [one for one in documents.overlays if one.extends == name]
        if root is None or not overlays:
            return root
        value = copy.deepcopy(decoded(documents.root / name, documents.text(name)))
        for action in (action for overlay in overlays for action in overlay.actions):
            places = places_of(action, value)
            changed = self._changed(root, action, places)
            if changed is None:
                return None
            root, value = changed, made(action, value, places)
        return root

    def _changed(self, root: _Node, action: Action, places: Iterable[Place]) -> _Node | None:
        """The nodes after an action; None where its own cannot be told."""
        if action.remove:
            for place in places:
                root = _replaced(root, list(map(str, place)), None)
            return root
        file, _, path = action.where.partition("#")
        own = _nodes(self.documents.texts[file], file)
        update = own and own.at([*steps(path), "update"])
        if update is None:
            return None
        for place in places:
            root = _replaced(root, list(map(str, place)), lambda node: _updated(node, update))
        return root


def _replaced(node: _Node, path: list[str], change: Callable[[_Node], _Node] | None) -> _Node:
    """The node with what the path leads to changed, or taken away; as it is where the path is unknown."""
    if not path:
        return node if change is None else change(node)
    first, *rest = path
    inner = node.child(first)
    if inner is None:
        return node
    new = [] if change is None and not rest else [_replaced(inner, rest, change)]
    if isinstance(node.inner, dict):
        others = {name: one for name, one in node.inner.items() if name != first}
        return evolve(node, inner=others | dict(zip([first], new, strict=False)))
    listed = list(node.inner or ())
    listed[int(first) : int(first) + 1] = new
    return evolve(node, inner=listed)


def _updated(node: _Node, update: _Node) -> _Node:
    return evolve(node, inner=[*node.inner, update]) if isinstance(node.inner, list) else _merged(node, update)


def _merged(old: _Node, new: _Node) -> _Node:
    if isinstance(old.inner, dict) and isinstance(new.inner, dict):
        merged = {name: _merged(old.inner[name], one) if name in old.inner else one for name, one in new.inner.items()}
        return evolve(old, inner={**old.inner, **merged})
    if isinstance(old.inner, list) and isinstance(new.inner, list):
        return evolve(old, inner=[*old.inner, *new.inner])
    return new


def _nodes(text: str, file: str) -> _Node | None:
    """The nodes of a text in YAML, or in JSON that can be read as YAML; None where it is neither, or has merge keys."""
    plain = text.removeprefix("\ufeff")
    # The marks' own lines also count what only YAML takes for the end of a line.
    ends = [index for index, char in enumerate(plain) if char == "\n"]

    def placed(node: yaml.Node, beginning: yaml.Node) -> _Node:
        position = Position(file, bisect_right(ends, beginning.start_mark.index) + 1)
        if isinstance(node, yaml.MappingNode):
            if any(key.tag == _MERGE for key, _ in node.value):
                raise yaml.YAMLError("what a merge key brings stands elsewhere")
            # Pointers lead through names alone, and YAML reads some words as numbers or truth values.
            return _Node(position, {key.value: placed(value, key) for key, value in node.value if key.tag == _NAME})
        if isinstance(node, yaml.SequenceNode):
            return _Node(position, [placed(one, one) for one in node.value])
        return _Node(position)

    try:
        root = yaml.compose(plain, Loader=Loader)
        return None if root is None else placed(root, root)
    except (yaml.YAMLError, RecursionError):
        return None
