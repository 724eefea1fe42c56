"""Strategies for the bodies of success replies, whose parts agree with each other and with the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.generation.entries import EntryStrategies, format_score_pair, score_pair_rules
from imagesearch_conformance.generation.json_objects import JsonObject, ObjectStrategies, integer_bounds
from imagesearch_conformance.generation.response_constraints import ResponseConstraints, build_constraints

_SUCCESS_SCHEMA, _ERROR_SCHEMA = "schemas/success.json", "schemas/error.json"

#: The greatest second value of texts that hold two: nothing says what it means.
_MAX_SECOND_VALUE = 1000


def success_response_bodies(
    contract: Contract, request: Mapping[str, Any] | None, category: int | None
) -> st.SearchStrategy[JsonObject]:
    """Bodies that answer a request, or any request."""
    schema, errors = (contract.spec_files.content(name) for name in (_SUCCESS_SCHEMA, _ERROR_SCHEMA))
    made = _SuccessBodyStrategies(
        contract, schema, ObjectStrategies.from_schemas(schema, errors), build_constraints(contract, request, category)
    )
    return _draw_body(made, made.incomplete_bodies(), made.entry_strategies().lists())


@frozen(eq=False, repr=False)
class _SuccessBodyStrategies:
    contract: Contract
    schema: Mapping[str, Any]
    objects: ObjectStrategies
    constraints: ResponseConstraints

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of the members of a body."""
        found: Mapping[str, Any] = self.schema["properties"]
        return found

    def entry_strategies(self) -> EntryStrategies:
        """The strategies of its entries."""
        return EntryStrategies(self.contract, self.properties["Auctions"]["items"], self.objects, self.constraints)

    def incomplete_bodies(self) -> st.SearchStrategy[JsonObject]:
        """Bodies in which entries, counters and the category are still to be filled in."""
        head, picture = self.properties["Head"], self.properties["PicInfo"]
        members = {
            "Head": self.objects.objects(head, dict.fromkeys(COUNTER_NAMES, st.just(0))),
            "PicInfo": self.objects.objects(picture, {"CategoryId": st.just(0), **self._category_lists(picture)}),
            "Auctions": st.just([]),
        }
        return self.objects.objects(self.schema, members)

    def _category_lists(self, picture: Mapping[str, Any]) -> Mapping[str, st.SearchStrategy[list[JsonObject]]]:
        """The list of categories, each once."""
        schema = picture["properties"].get("AllCategories")
        if schema is None:
            return {}
        one = self.objects.objects(schema["items"], {"Id": self.categories()})
        return {"AllCategories": st.lists(one, unique_by=lambda found: found["Id"])}

    def categories(self) -> st.SearchStrategy[int]:
        """The categories that there are."""
        known = [one for one in self.contract.parameter(self.contract.category.parameter).enum if isinstance(one, int)]
        schema = self.properties["PicInfo"]["properties"]["CategoryId"]
        return st.sampled_from(known) if known else st.integers(*integer_bounds(schema))

    def counters(self, entry_count: int) -> st.SearchStrategy[tuple[int, int]]:
        """Both counters, of which nobody knows for certain which one counts the page."""
        _, most = integer_bounds(self.properties["Head"]["properties"][COUNTER_NAMES[0]])
        behind = self.constraints.start
        totals = st.integers(behind + entry_count, most)
        if not entry_count:
            totals = st.integers(0, behind)
        elif self.constraints.has_request and entry_count < self.constraints.max_entries:
            totals = st.just(behind + entry_count)
        return st.one_of(totals.map(lambda total: (entry_count, total)), totals.map(lambda total: (total, entry_count)))

    def complete_entry(self, entry: JsonObject, category: int, second_value: int) -> JsonObject:
        """An entry in its category, with the texts that hold its Score there and a second value."""
        rules = score_pair_rules(self.contract)
        pairs = {
            name: format_score_pair(rule, float(entry["Score"]), category, second_value) for name, rule in rules.items()
        }
        return {**entry, "CategoryId": category, **pairs}

    @property
    def optional_when_empty(self) -> list[str]:
        """What is needed only where something was found."""
        return [one.path[0] for one in self.contract.success_fields if one.required_with_entries]


@st.composite
def _draw_body(
    draw: st.DrawFn,
    strategies: _SuccessBodyStrategies,
    incomplete_bodies: st.SearchStrategy[JsonObject],
    entry_lists: st.SearchStrategy[list[JsonObject]],
) -> JsonObject:
    entries, body = draw(entry_lists), draw(incomplete_bodies)
    category = (
        draw(strategies.categories()) if strategies.constraints.category is None else strategies.constraints.category
    )
    second = draw(st.integers(0, _MAX_SECOND_VALUE))
    body["Auctions"] = [strategies.complete_entry(one, category, second) for one in entries]
    body["Head"] |= dict(zip(COUNTER_NAMES, draw(strategies.counters(len(entries))), strict=True))
    _set_category(body["PicInfo"], category)
    absent = [] if entries else [name for name in strategies.optional_when_empty if draw(st.booleans())]
    return {name: value for name, value in body.items() if name not in absent}


def _set_category(picture: JsonObject, category: int) -> None:
    """The category of a body, which is among those listed, if any are."""
    picture["CategoryId"] = category
    listed = picture.get("AllCategories", [])
    if listed and all(one["Id"] != category for one in listed):
        listed[0]["Id"] = category
