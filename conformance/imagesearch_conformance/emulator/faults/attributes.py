"""Defects of every attribute but the first of its kind, made from the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.edits import Change, changing
from imagesearch_conformance.emulator.faults.fields import broken
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.emulator.success import Document
from imagesearch_conformance.filters.conditions import Condition, Conjunction, Disjunction

#: What is added to an integer so that 32 bits do not hold it.
_TOO_MUCH = 2**40


def of_attributes(contract: Contract) -> Iterator[Fault]:
    """Each further attribute taken for the first in filters; all of them of another kind, and too large."""
    rules = contract.filters
    kinds = {name: name in rules.integers for name in rules.attributes}
    firsts = {kind: name for name, kind in reversed(kinds.items())}
    further = {name: firsts[kind] for name, kind in kinds.items() if name != firsts[kind]}
    if further:
        images = Dataset.of(contract).images
        yield _taken_for_first(contract, images, further)
        integers = tuple(_path(contract, name) for name in further if name in rules.integers)
        texts = tuple(_path(contract, name) for name in further if name not in rules.integers)
        yield _of_other_kind(integers, texts)
        yield _too_large(integers)


def _path(contract: Contract, attribute: str) -> str:
    """Where the values of an attribute stand in a reply."""
    column = contract.filters.attributes[attribute]
    return next("/".join(one.path) for one in contract.success_fields if one.path[-1] == column)


def _taken_for_first(contract: Contract, images: Iterable[StoredImage], further: Mapping[str, str]) -> Fault:
    def hook(query: Query, _about: Circumstances) -> Query:
        condition = query.condition
        return query if condition is None else evolve(query, condition=_renamed(condition, further))

    breaks = [*(f"filter.{name}.*" for name in further), "filter.absent"]
    # Where every image with the one attribute has the other as well, a condition and its opposite still share them out.
    columns = contract.filters.attributes
    pairs = [(columns[name], columns[first]) for name, first in further.items()]
    if any(own in one.attributes and taken not in one.attributes for one in images for own, taken in pairs):
        breaks.append("filter.partition")
    description = "Filters on further attributes look at the first of their kind."
    return Fault("filter-further-attributes-as-first", description, tuple(breaks), query=hook)


def _renamed(condition: Condition, taken: Mapping[str, str]) -> Condition:
    if isinstance(condition, (Conjunction, Disjunction)):
        return type(condition)(*(_renamed(one, taken) for one in (condition.left, condition.right)))
    return evolve(condition, attribute=taken.get(condition.attribute, condition.attribute))


def _of_other_kind(integers: tuple[str, ...], texts: tuple[str, ...]) -> Fault:
    return Fault(
        "further-attributes-of-other-kind",
        "Of all attributes but the first ones, integers come as text and texts as numbers.",
        tuple(one for path in (*integers, *texts) for one in broken(path, "type")),
        success=_all([*((path, str) for path in integers), *((path, len) for path in texts)]),
    )


def _too_large(integers: tuple[str, ...]) -> Fault:
    return Fault(
        "further-attributes-beyond-int32",
        "All integer attributes but the first are larger than 32 bits hold.",
        tuple(one for path in integers for one in broken(path, "format")),
        success=_all([(path, _TOO_MUCH.__add__) for path in integers]),
    )


def _all(changes: list[tuple[str, Change]]) -> Hook[Document]:
    hooks: list[Callable[[Document, Circumstances], Document]] = [changing(*one) for one in changes]
    return lambda document, about: reduce(lambda given, hook: hook(given, about), hooks, document)
