"""Strategies for the entries of a success: unlike each other, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.fields import Aspect
from imagesearch_conformance.filters.conditions import Comparison, Condition, Membership
from imagesearch_conformance.filters.evaluation import satisfies
from imagesearch_conformance.strategies.asked import Asked
from imagesearch_conformance.strategies.documents import Document, Documents, integers
from imagesearch_conformance.strategies.texts import texts

#: So many entries are drawn; further ones are the same under other names.
_DRAWN = 4


@frozen(eq=False, repr=False)
class Entries:
    """Strategies for the entries of a contract that keep what is asked."""

    contract: Contract
    schema: Mapping[str, Any]
    documents: Documents
    asked: Asked

    def lists(self) -> st.SearchStrategy[list[Document]]:
        """Lists of entries without category and score pair, from none to as many as are asked for."""
        product, picture = self.contract.image.parameters
        different = (lambda one: one[product]) if self.asked.distinct else (lambda one: (one[product], one[picture]))
        some = st.lists(self._plain(), max_size=min(_DRAWN, self.asked.most), unique_by=different)
        return some.map(self._fitting).flatmap(self._more)

    def _plain(self) -> st.SearchStrategy[Document]:
        """Single entries, with attributes near what the condition names."""
        properties = self.schema["properties"]
        near = {self.contract.filters.attributes[name]: values for name, values in self._near().items()}
        given = {name: self._value(properties[name], values) for name, values in near.items() if name in properties}
        names = {
            name: texts(self.contract.parameter(name).min_length or 0, None, properties[name].get("examples", ()))
            for name in self.contract.image.parameters
        }
        scores = self._scores(properties["Score"])
        blank = dict.fromkeys((*score_pairs(self.contract), "CategoryId"), st.just(None))
        return self.documents.of_object(self.schema, {**given, **names, **blank, "Score": scores})

    def _scores(self, schema: Mapping[str, Any]) -> st.SearchStrategy[float]:
        least, most = max(schema["minimum"], self.asked.threshold), schema["maximum"]
        return st.one_of(st.just(most), st.floats(least, most))

    def _near(self) -> Mapping[str, list[int | str]]:
        """The values that the condition names, by attribute."""
        found: dict[str, list[int | str]] = {}
        for one in _singles(self.asked.condition):
            found.setdefault(one.attribute, []).extend(one.operands if isinstance(one, Membership) else [one.operand])
        return found

    def _value(self, schema: Mapping[str, Any], values: Sequence[int | str]) -> st.SearchStrategy[Any]:
        least, most = integers(schema)
        close = [one + step for one in values if isinstance(one, int) for step in (0, 1, -1)]
        within = [one for one in close if (least is None or one >= least) and (most is None or one <= most)]
        words = [one for one in values if isinstance(one, str)]
        named = [st.sampled_from(some) for some in (within, words) if some]
        return st.one_of(*named, self.documents.value(schema))

    def _fitting(self, some: list[Document]) -> list[Document]:
        """The entries that satisfy the condition."""
        condition = self.asked.condition
        return some if condition is None else [one for one in some if satisfies(condition, self._attributes(one))]

    def _attributes(self, entry: Document) -> Mapping[str, int | str]:
        columns = self.contract.filters.attributes
        return {name: entry[column] for name, column in columns.items() if column in entry}

    def _more(self, some: list[Document]) -> st.SearchStrategy[list[Document]]:
        """The entries again and again, under other names, up to any number that is asked for."""
        if not some:
            return st.just([])
        numbers = st.one_of(st.just(len(some)), st.just(self.asked.most), st.integers(len(some), self.asked.most))
        return numbers.map(lambda number: self._led(self._repeated(some, number)))

    def _repeated(self, some: Sequence[Document], number: int) -> list[Document]:
        name = self.contract.image.parameters[0 if self.asked.distinct else 1]
        taken = {one[name] for one in some}
        found = list(some)
        for place in range(len(some), number):
            one = some[place % len(some)]
            found.append({**deepcopy(one), name: _unlike(taken, f"{place}_{one[name]}")})
        return sorted(found, key=lambda one: -float(one["Score"]))

    def _led(self, entries: list[Document]) -> list[Document]:
        """The image that was searched with leads its list, and stands there once."""
        if self.asked.image is None:
            return entries
        values = self.asked.image.product_id, self.asked.image.pic_name
        names = dict(zip(self.contract.image.parameters, values, strict=True))
        first, *others = entries
        rest = [one for one in others if any(one[name] != value for name, value in names.items())]
        return [{**first, **names}, *rest]


def score_pairs(contract: Contract) -> Mapping[str, Mapping[str, Any]]:
    """The fields of entries that hold two values, each with the rule of the first."""
    return {
        field.path[-1]: constraint.keywords["x-first-value"]
        for field in contract.success_fields
        for constraint in field.constraints
        if constraint.aspect is Aspect.FIRST_VALUE
    }


def score_pair(rule: Mapping[str, Any], score: float, category: int, second: int) -> str:
    """Both values as text: the first grows with the Score, within its range in the category."""
    ranges = (one for one in rule["ranges"] if one["from"] <= category <= one["to"])
    low, high = float(rule["minimum"]), float(next(ranges, rule["otherwise"])["maximum"])
    return f"{min(high, low + (high - low) * score)!r}{rule['separator']}{second}"


def _unlike(taken: set[str], name: str) -> str:
    while name in taken:
        name = f"{name}_"
    taken.add(name)
    return name


def _singles(condition: Condition | None) -> Iterator[Comparison | Membership]:
    if isinstance(condition, (Comparison, Membership)):
        yield condition
    elif condition is not None:
        yield from _singles(condition.left)
        yield from _singles(condition.right)
