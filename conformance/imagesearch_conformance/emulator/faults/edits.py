"""Ways to write a defect of a JSON document, a parameter or a rule in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagesearch_conformance.contract.fields import EACH
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.signing.encoding import Pairs

#: What a change gives back to have the field removed.
GONE: Any = object()

Change = Callable[[Any], Any]


def changed(name: str, description: str, breaks: tuple[str, ...], path: str, change: Change) -> Fault:
    """The defect of a field that is changed wherever it is there."""
    return Fault(name, description, breaks, success=changing(path, change))


def fixed(name: str, description: str, breaks: tuple[str, ...], path: str, value: Any) -> Fault:
    """The defect of a field that always has one value."""
    return Fault(name, description, breaks, success=setting(path, value))


def changing(path: str, change: Change) -> Hook[Document]:
    """Changes the field at a path (`Auctions/*/Score`) wherever it is there."""

    def hook(document: Document, _about: Circumstances) -> Document:
        _change(document, path.split("/"), change)
        return document

    return hook


def setting(path: str, value: Any) -> Hook[Document]:
    """Sets the field at a path to a value, also where it was absent."""
    parent, _, name = path.rpartition("/")

    def hook(document: Document, _about: Circumstances) -> Document:
        _change(document, parent.split("/") if parent else [], lambda holder: {**holder, name: value})
        return document

    def at_top(document: Document, _about: Circumstances) -> Document:
        return {**document, name: value}

    return hook if parent else at_top


def removing(path: str) -> Hook[Document]:
    """Removes the field at a path."""
    return changing(path, lambda _: GONE)


def renaming(path: str, name: str) -> Hook[Document]:
    """Gives the field at a path another name, in its place."""
    parent, _, old = path.rpartition("/")

    def renamed(holder: Document) -> Document:
        return {name if key == old else key: value for key, value in holder.items()}

    inside = changing(parent, renamed)

    def at_top(document: Document, _about: Circumstances) -> Document:
        return renamed(document)

    return inside if parent else at_top


def breaking(parameter: str, *keywords: str) -> Callable[[Violation], bool]:
    """The violations of these rules."""
    rules = frozenset(Violation(parameter, keyword) for keyword in keywords)
    return rules.__contains__


def rewriting(name: str, change: Callable[[str, Circumstances], str]) -> Hook[Pairs]:
    """Changes every value of a parameter as if it had been sent so."""

    def hook(pairs: Pairs, about: Circumstances) -> Pairs:
        return tuple((key, change(value, about) if key == name else value) for key, value in pairs)

    return hook


def _change(value: Any, path: list[str], change: Change) -> None:
    first, *rest = path
    if first == EACH:
        for index, item in enumerate(value):
            _step(value, index, item, rest, change)
    elif isinstance(value, dict) and first in value:
        _step(value, first, value[first], rest, change)


def _step(holder: Any, key: Any, value: Any, rest: list[str], change: Change) -> None:
    if rest:
        _change(value, rest, change)
        return
    changed = change(value)
    if changed is GONE:
        del holder[key]
    else:
        holder[key] = changed
