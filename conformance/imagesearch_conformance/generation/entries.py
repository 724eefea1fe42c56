"""Strategies for the entries of a success: unlike each other, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import Aspect
from imagesearch_conformance.filters.ast import ComparisonNode, Condition, MembershipNode, satisfies
from imagesearch_conformance.generation.json_objects import JsonObject, ObjectStrategies, integer_bounds
from imagesearch_conformance.generation.response_constraints import ResponseConstraints
from imagesearch_conformance.generation.texts import texts

#: So many entries are drawn; further ones are the same under other names.
_MAX_DRAWN = 4


@frozen(eq=False, repr=False)
class EntryStrategies:
    """Strategies for the entries of a contract that keep what is asked."""

    contract: Contract
    schema: Mapping[str, Any]
    objects: ObjectStrategies
    constraints: ResponseConstraints

    def lists(self) -> st.SearchStrategy[list[JsonObject]]:
        """Lists of entries without category and score pair, from none to as many as are asked for."""
        product, picture = self.contract.image.parameters
        different = (
            (lambda one: one[product]) if self.constraints.distinct else (lambda one: (one[product], one[picture]))
        )
        some = st.lists(
            self._single_entries(), max_size=min(_MAX_DRAWN, self.constraints.max_entries), unique_by=different
        )
        return some.map(self._select_satisfying).flatmap(self._extended_lists)

    def _single_entries(self) -> st.SearchStrategy[JsonObject]:
        """Single entries, with attributes near what the condition names."""
        properties = self.schema["properties"]
        near = {
            self.contract.filter_rules.attributes[name]: values for name, values in self._condition_values().items()
        }
        given = {
            name: self._values_near(properties[name], values) for name, values in near.items() if name in properties
        }
        names = {
            name: texts(self.contract.parameter(name).min_length or 0, None, properties[name].get("examples", ()))
            for name in self.contract.image.parameters
        }
        scores = self._scores(properties["Score"])
        blank = dict.fromkeys((*score_pair_rules(self.contract), "CategoryId"), st.just(None))
        return self.objects.objects(self.schema, {**given, **names, **blank, "Score": scores})

    def _scores(self, schema: Mapping[str, Any]) -> st.SearchStrategy[float]:
        least, most = max(schema["minimum"], self.constraints.threshold), schema["maximum"]
        return st.one_of(st.just(most), st.floats(least, most))

    def _condition_values(self) -> Mapping[str, list[int | str]]:
        """The values that the condition names, by attribute."""
        found: dict[str, list[int | str]] = {}
        for one in _single_conditions(self.constraints.condition):
            found.setdefault(one.attribute, []).extend(
                one.operands if isinstance(one, MembershipNode) else [one.operand]
            )
        return found

    def _values_near(self, schema: Mapping[str, Any], values: Sequence[int | str]) -> st.SearchStrategy[Any]:
        least, most = integer_bounds(schema)
        close = [one + step for one in values if isinstance(one, int) for step in (0, 1, -1)]
        within = [one for one in close if (least is None or one >= least) and (most is None or one <= most)]
        words = [one for one in values if isinstance(one, str)]
        named = [st.sampled_from(some) for some in (within, words) if some]
        return st.one_of(*named, self.objects.values(schema))

    def _select_satisfying(self, entries: list[JsonObject]) -> list[JsonObject]:
        """The entries that satisfy the condition."""
        condition = self.constraints.condition
        return entries if condition is None else [one for one in entries if satisfies(condition, self._attributes(one))]

    def _attributes(self, entry: JsonObject) -> Mapping[str, int | str]:
        columns = self.contract.filter_rules.attributes
        return {name: entry[column] for name, column in columns.items() if column in entry}

    def _extended_lists(self, entries: list[JsonObject]) -> st.SearchStrategy[list[JsonObject]]:
        """The entries again and again, under other names, up to any number that is asked for."""
        if not entries:
            return st.just([])
        numbers = st.one_of(
            st.just(len(entries)),
            st.just(self.constraints.max_entries),
            st.integers(len(entries), self.constraints.max_entries),
        )
        return numbers.map(lambda number: self._put_image_first(self._repeat(entries, number)))

    def _repeat(self, entries: Sequence[JsonObject], count: int) -> list[JsonObject]:
        name = self.contract.image.parameters[0 if self.constraints.distinct else 1]
        taken = {one[name] for one in entries}
        found = list(entries)
        for place in range(len(entries), count):
            one = entries[place % len(entries)]
            found.append({**deepcopy(one), name: _unique_name(taken, f"{place}_{one[name]}")})
        return sorted(found, key=lambda one: -float(one["Score"]))

    def _put_image_first(self, entries: list[JsonObject]) -> list[JsonObject]:
        """The image that was searched with leads its list, and stands there once."""
        if self.constraints.first_image is None:
            return entries
        values = self.constraints.first_image.product_id, self.constraints.first_image.pic_name
        names = dict(zip(self.contract.image.parameters, values, strict=True))
        first, *others = entries
        rest = [one for one in others if any(one[name] != value for name, value in names.items())]
        return [{**first, **names}, *rest]


def score_pair_rules(contract: Contract) -> Mapping[str, Mapping[str, Any]]:
    """The fields of entries that hold two values, each with the rule of the first."""
    return {
        field.path[-1]: constraint.keywords["x-first-value"]
        for field in contract.success_fields
        for constraint in field.constraints
        if constraint.aspect is Aspect.FIRST_VALUE
    }


def format_score_pair(rule: Mapping[str, Any], score: float, category: int, second_value: int) -> str:
    """Both values as text: the first grows with the Score, within its range in the category."""
    ranges = (one for one in rule["ranges"] if one["from"] <= category <= one["to"])
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
