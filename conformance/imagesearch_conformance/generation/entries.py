"""Strategies for the entries of a success response, within the constraints of a request: distinct, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import Aspect
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, MembershipNode, satisfies
from imagesearch_conformance.generation.values import JsonObject, ObjectStrategies, integer_bounds, texts
from imagesearch_conformance.model.target import Image

#: The number of entries that are drawn; further entries are copies with other names.
_MAX_DRAWN = 4


@frozen
class ResponseConstraints:
    """The page, category, condition and minimum Score of a response.

    `first_image` is the image that has to be the first entry, if any. Without a request the page may have any length.
    """

    max_entries: int
    start: int = 0
    category: int | None = None
    condition: Condition | None = None
    threshold: float = 0.0
    distinct: bool = False
    first_image: Image | None = None
    has_request: bool = False


def build_constraints(
    contract: Contract, request: Mapping[str, Any] | None, category: int | None
) -> ResponseConstraints:
    """Return the constraints of a request, or without one those that hold for all requests."""
    if request is None:
        return ResponseConstraints(
            contract.parameter(contract.window.count_parameter).maximum or contract.window.maximum, category=category
        )
    values = {name: to_wire_value(value) for name, value in request.items() if value is not None}
    result_filters, requested_category = contract.result_filters, values.get(contract.category.parameter)
    start = _integer_parameter(contract, values, contract.window.start_parameter)
    filter_text = values.get(contract.filter_parameter.name, "") if contract.filter_parameter else ""
    threshold = values.get(result_filters.threshold_parameter or "", "")
    distinct = values.get(result_filters.distinct_parameter or "", "")
    restricted = start or filter_text or threshold or distinct or requested_category
    return ResponseConstraints(
        max_entries=_integer_parameter(contract, values, contract.window.count_parameter),
        start=start,
        category=_parse_integer(requested_category) if category is None else category,
        condition=contract.filter_rules.parse_leniently(filter_text) if filter_text else None,
        threshold=_parse_threshold(contract, threshold),
        distinct=distinct == to_wire_value(value=True),
        first_image=None if restricted else Image(*(values.get(name, "") for name in contract.image.parameters)),
        has_request=True,
    )


def _integer_parameter(contract: Contract, parameters: Mapping[str, str], name: str) -> int:
    value = _parse_integer(parameters.get(name))
    return int(contract.parameter(name).default or 0) if value is None else max(value, 0)


def _parse_integer(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None


def _parse_threshold(contract: Contract, text: str) -> float:
    name = contract.result_filters.threshold_parameter
    return float(text) if name and text and contract.parameter(name).matches_pattern(text) else 0.0


@frozen(eq=False, repr=False)
class EntryStrategies:
    """Strategies for the entries of a contract that satisfy the constraints of a request."""

    contract: Contract
    schema: Mapping[str, Any]
    objects: ObjectStrategies
    constraints: ResponseConstraints

    def lists(self) -> st.SearchStrategy[list[JsonObject]]:
        """Return lists of up to as many entries as requested, without their categories and score pairs."""
        names = self.contract.image.parameters[: 1 if self.constraints.distinct else 2]
        drawn = st.lists(
            self._single_entries(),
            max_size=min(_MAX_DRAWN, self.constraints.max_entries),
            unique_by=lambda entry: tuple(entry[name] for name in names),
        )
        return drawn.map(self._select_satisfying).flatmap(self._extended_lists)

    def _single_entries(self) -> st.SearchStrategy[JsonObject]:
        """Return single entries, with attributes near the operands of the condition."""
        properties = self.schema["properties"]
        columns = self.contract.filter_rules.attributes
        operands = {columns[attribute]: values for attribute, values in self._operands_by_attribute().items()}
        attributes = {
            name: self._values_near(properties[name], values) for name, values in operands.items() if name in properties
        }
        names = {
            name: texts(self.contract.parameter(name).min_length or 0, None, properties[name].get("examples", ()))
            for name in self.contract.image.parameters
        }
        scores = self._scores(properties["Score"])
        blank = dict.fromkeys((*score_pair_rules(self.contract), "CategoryId"), st.just(None))
        return self.objects.objects(self.schema, {**attributes, **names, **blank, "Score": scores})

    def _scores(self, schema: Mapping[str, Any]) -> st.SearchStrategy[float]:
        minimum, maximum = max(schema["minimum"], self.constraints.threshold), schema["maximum"]
        return st.one_of(st.just(maximum), st.floats(minimum, maximum))

    def _operands_by_attribute(self) -> Mapping[str, list[int | str]]:
        operands: dict[str, list[int | str]] = {}
        for condition in _single_conditions(self.constraints.condition):
            operands.setdefault(condition.attribute, []).extend(
                condition.operands if isinstance(condition, MembershipNode) else [condition.operand]
            )
        return operands

    def _values_near(self, schema: Mapping[str, Any], values: Sequence[int | str]) -> st.SearchStrategy[Any]:
        minimum, maximum = integer_bounds(schema)
        neighbours = [value + step for value in values if isinstance(value, int) for step in (0, 1, -1)]
        integers = [
            value
            for value in neighbours
            if (minimum is None or value >= minimum) and (maximum is None or value <= maximum)
        ]
        words = [value for value in values if isinstance(value, str)]
        near = [st.sampled_from(candidates) for candidates in (integers, words) if candidates]
        return st.one_of(*near, self.objects.values(schema))

    def _select_satisfying(self, entries: list[JsonObject]) -> list[JsonObject]:
        condition = self.constraints.condition
        if condition is None:
            return entries
        return [entry for entry in entries if satisfies(condition, self._attributes(entry))]

    def _attributes(self, entry: JsonObject) -> Mapping[str, int | str]:
        columns = self.contract.filter_rules.attributes
        return {name: entry[column] for name, column in columns.items() if column in entry}

    def _extended_lists(self, entries: list[JsonObject]) -> st.SearchStrategy[list[JsonObject]]:
        """Return the entries followed by renamed copies, up to any length that the request allows."""
        if not entries:
            return st.just([])
        lengths = st.one_of(
            st.just(len(entries)),
            st.just(self.constraints.max_entries),
            st.integers(len(entries), self.constraints.max_entries),
        )
        return lengths.map(lambda length: self._put_image_first(self._repeat(entries, length)))

    def _repeat(self, entries: Sequence[JsonObject], length: int) -> list[JsonObject]:
        name = self.contract.image.parameters[0 if self.constraints.distinct else 1]
        used_names = {entry[name] for entry in entries}
        repeated = list(entries)
        for index in range(len(entries), length):
            entry = entries[index % len(entries)]
            repeated.append({**deepcopy(entry), name: _unique_name(used_names, f"{index}_{entry[name]}")})
        return sorted(repeated, key=lambda entry: -float(entry["Score"]))

    def _put_image_first(self, entries: list[JsonObject]) -> list[JsonObject]:
        """Put the image of the request first, and nowhere else."""
        if self.constraints.first_image is None:
            return entries
        values = self.constraints.first_image.product_id, self.constraints.first_image.pic_name
        names = dict(zip(self.contract.image.parameters, values, strict=True))
        first, *others = entries
        rest = [entry for entry in others if any(entry[name] != value for name, value in names.items())]
        return [{**first, **names}, *rest]


def score_pair_rules(contract: Contract) -> Mapping[str, Mapping[str, Any]]:
    """Return the fields of entries that hold two values, each with the rule of its first value."""
    return {
        field.path[-1]: constraint.keywords["x-first-value"]
        for field in contract.success_fields
        for constraint in field.constraints
        if constraint.aspect is Aspect.FIRST_VALUE
    }


def format_score_pair(rule: Mapping[str, Any], score: float, category: int, second_value: int) -> str:
    """Return both values as text: the first grows with the Score, within the range of the category."""
    ranges = (bounds for bounds in rule["ranges"] if bounds["from"] <= category <= bounds["to"])
    low, high = float(rule["minimum"]), float(next(ranges, rule["otherwise"])["maximum"])
    return f"{min(high, low + (high - low) * score)!r}{rule['separator']}{second_value}"


def _unique_name(used_names: set[str], name: str) -> str:
    while name in used_names:
        name = f"{name}_"
    used_names.add(name)
    return name


def _single_conditions(condition: Condition | None) -> Iterator[ComparisonNode | MembershipNode]:
    if isinstance(condition, (ComparisonNode, MembershipNode)):
        yield condition
    elif condition is not None:
        yield from _single_conditions(condition.left)
        yield from _single_conditions(condition.right)
