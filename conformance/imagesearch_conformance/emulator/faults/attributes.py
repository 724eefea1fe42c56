"""Faults of all attributes except the first of each type, built from the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.bodies import JsonObject
from imagesearch_conformance.emulator.dataset import Dataset, StoredImage
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook
from imagesearch_conformance.emulator.faults.builders import ValueChange, change_field
from imagesearch_conformance.emulator.faults.fields import violated_requirements
from imagesearch_conformance.emulator.search import Query
from imagesearch_conformance.filters.ast import Condition, ConjunctionNode, DisjunctionNode

#: Added to an integer so that it exceeds 32 bits.
_INT32_OVERFLOW = 2**40


def attribute_faults(contract: Contract) -> Iterator[Fault]:
    """Yield the faults of further attributes: confused in filters, of the wrong type, too large."""
    rules = contract.filter_rules
    is_integer = {name: name in rules.integer_attributes for name in rules.attributes}
    first_of_type = {integer: name for name, integer in reversed(is_integer.items())}
    further = {name: first_of_type[integer] for name, integer in is_integer.items() if name != first_of_type[integer]}
    if further:
        images = Dataset.from_contract(contract).images
        yield _confused_attributes_fault(contract, images, further)
        integers = tuple(_response_path(contract, name) for name in further if name in rules.integer_attributes)
        strings = tuple(_response_path(contract, name) for name in further if name not in rules.integer_attributes)
        yield _wrong_types_fault(integers, strings)
        yield _too_large_fault(integers)


def _response_path(contract: Contract, attribute: str) -> str:
    """The path of an attribute in success responses."""
    column = contract.filter_rules.attributes[attribute]
    return next("/".join(field.path) for field in contract.success_fields if field.path[-1] == column)


def _confused_attributes_fault(
    contract: Contract, images: Iterable[StoredImage], replacements: Mapping[str, str]
) -> Fault:
    def hook(query: Query, _context: FaultContext) -> Query:
        condition = query.condition
        return query if condition is None else evolve(query, condition=_replace_attributes(condition, replacements))

    violates = [*(f"filter.{name}.*" for name in replacements), "filter.absent"]
    # If every image with one attribute has the other as well, a condition and its negation still partition the images.
    columns = contract.filter_rules.attributes
    pairs = [(columns[name], columns[first]) for name, first in replacements.items()]
    if any(own in image.attributes and first not in image.attributes for image in images for own, first in pairs):
        violates.append("filter.partition")
    description = "Filters on further attributes use the first attribute of the same type."
    return Fault("filter-further-attributes-as-first", description, tuple(violates), query=hook)


def _replace_attributes(condition: Condition, replacements: Mapping[str, str]) -> Condition:
    if isinstance(condition, (ConjunctionNode, DisjunctionNode)):
        return type(condition)(*(_replace_attributes(part, replacements) for part in (condition.left, condition.right)))
    return evolve(condition, attribute=replacements.get(condition.attribute, condition.attribute))


def _wrong_types_fault(integers: tuple[str, ...], strings: tuple[str, ...]) -> Fault:
    return Fault(
        "further-attributes-of-other-kind",
        "All integer attributes except the first are strings, and all string attributes except the first are numbers.",
        tuple(name for path in (*integers, *strings) for name in violated_requirements(path, "type")),
        success_body=_apply_changes([*((path, str) for path in integers), *((path, len) for path in strings)]),
    )


def _too_large_fault(integers: tuple[str, ...]) -> Fault:
    return Fault(
        "further-attributes-beyond-int32",
        "All integer attributes except the first exceed 32 bits.",
        tuple(name for path in integers for name in violated_requirements(path, "format")),
        success_body=_apply_changes([(path, _INT32_OVERFLOW.__add__) for path in integers]),
    )


def _apply_changes(changes: list[tuple[str, ValueChange]]) -> Hook[JsonObject]:
    hooks: list[Callable[[JsonObject, FaultContext], JsonObject]] = [
        change_field(path, change) for path, change in changes
    ]
    return lambda body, context: reduce(lambda value, hook: hook(value, context), hooks, body)
