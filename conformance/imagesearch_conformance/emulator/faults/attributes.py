"""Defects of every attribute but the first of its kind, made from the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.dataset import Dataset
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.builders import ValueChange, change_field
from imagesearch_conformance.emulator.faults.fields import violated_requirements
from imagesearch_conformance.emulator.images import StoredImage
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.emulator.success_body import JsonObject
from imagesearch_conformance.filters.ast import Condition, ConjunctionNode, DisjunctionNode

#: What is added to an integer so that 32 bits do not hold it.
_INT32_OVERFLOW = 2**40


def attribute_faults(contract: Contract) -> Iterator[Fault]:
    """Each further attribute taken for the first in filters; all of them of another kind, and too large."""
    rules = contract.filter_rules
    kinds = {name: name in rules.integer_attributes for name in rules.attributes}
    firsts = {kind: name for name, kind in reversed(kinds.items())}
    further = {name: firsts[kind] for name, kind in kinds.items() if name != firsts[kind]}
    if further:
        images = Dataset.from_contract(contract).images
        yield _confused_attributes_fault(contract, images, further)
        integers = tuple(_response_path(contract, name) for name in further if name in rules.integer_attributes)
        texts = tuple(_response_path(contract, name) for name in further if name not in rules.integer_attributes)
        yield _wrong_types_fault(integers, texts)
        yield _too_large_fault(integers)


def _response_path(contract: Contract, attribute: str) -> str:
    """Where the values of an attribute stand in a reply."""
    column = contract.filter_rules.attributes[attribute]
    return next("/".join(one.path) for one in contract.success_fields if one.path[-1] == column)


def _confused_attributes_fault(
    contract: Contract, images: Iterable[StoredImage], replacements: Mapping[str, str]
) -> Fault:
    def hook(query: Query, _context: FaultContext) -> Query:
        condition = query.condition
        return query if condition is None else evolve(query, condition=_replace_attributes(condition, replacements))

    breaks = [*(f"filter.{name}.*" for name in replacements), "filter.absent"]
    # Where every image with the one attribute has the other as well, a condition and its opposite still share them out.
    columns = contract.filter_rules.attributes
    pairs = [(columns[name], columns[first]) for name, first in replacements.items()]
    if any(own in one.attributes and taken not in one.attributes for one in images for own, taken in pairs):
        breaks.append("filter.partition")
    description = "Filters on further attributes look at the first of their kind."
    return Fault("filter-further-attributes-as-first", description, tuple(breaks), query=hook)


def _replace_attributes(condition: Condition, replacements: Mapping[str, str]) -> Condition:
    if isinstance(condition, (ConjunctionNode, DisjunctionNode)):
        return type(condition)(*(_replace_attributes(one, replacements) for one in (condition.left, condition.right)))
    return evolve(condition, attribute=replacements.get(condition.attribute, condition.attribute))


def _wrong_types_fault(integers: tuple[str, ...], texts: tuple[str, ...]) -> Fault:
    return Fault(
        "further-attributes-of-other-kind",
        "Of all attributes but the first ones, integers come as text and texts as numbers.",
        tuple(one for path in (*integers, *texts) for one in violated_requirements(path, "type")),
        success_body=_apply_changes([*((path, str) for path in integers), *((path, len) for path in texts)]),
    )


def _too_large_fault(integers: tuple[str, ...]) -> Fault:
    return Fault(
        "further-attributes-beyond-int32",
        "All integer attributes but the first are larger than 32 bits hold.",
        tuple(one for path in integers for one in violated_requirements(path, "format")),
        success_body=_apply_changes([(path, _INT32_OVERFLOW.__add__) for path in integers]),
    )


def _apply_changes(changes: list[tuple[str, ValueChange]]) -> Hook[JsonObject]:
    hooks: list[Callable[[JsonObject, FaultContext], JsonObject]] = [change_field(*one) for one in changes]
    return lambda document, context: reduce(lambda value, hook: hook(value, context), hooks, document)
