"""Strategies for the bodies of success responses, consistent in themselves and with the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.checks.parsed_response import COUNTER_NAMES
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.generation.entries import (
    EntryStrategies,
    ResponseConstraints,
    build_constraints,
    format_score_pair,
    score_pair_rules,
)
from imagesearch_conformance.generation.values import JsonObject, ObjectStrategies, integer_bounds

_SUCCESS_SCHEMA, _ERROR_SCHEMA = "schemas/success.json", "schemas/error.json"

#: The maximum of the second value of score pairs, whose meaning is undocumented.
_MAX_SECOND_VALUE = 1000


def success_response_bodies(
    contract: Contract, request: Mapping[str, Any] | None, category: int | None
) -> st.SearchStrategy[JsonObject]:
    """Return bodies of responses to a request, or to any request."""
    schema, error_schema = (contract.spec_files.content(name) for name in (_SUCCESS_SCHEMA, _ERROR_SCHEMA))
    objects = ObjectStrategies.from_schemas(schema, error_schema)
    constraints = build_constraints(contract, request, category)
    strategies = _SuccessBodyStrategies(contract, schema, objects, constraints)
    return _draw_body(strategies, strategies.incomplete_bodies(), strategies.entry_strategies().lists())


@frozen(eq=False, repr=False)
class _SuccessBodyStrategies:
    contract: Contract
    schema: Mapping[str, Any]
    objects: ObjectStrategies
    constraints: ResponseConstraints

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of the members of a body."""
        properties: Mapping[str, Any] = self.schema["properties"]
        return properties

    def entry_strategies(self) -> EntryStrategies:
        return EntryStrategies(self.contract, self.properties["Auctions"]["items"], self.objects, self.constraints)

    def incomplete_bodies(self) -> st.SearchStrategy[JsonObject]:
        """Return bodies whose entries, counters and category have to be filled in."""
        head, picture = self.properties["Head"], self.properties["PicInfo"]
        members = {
            "Head": self.objects.objects(head, dict.fromkeys(COUNTER_NAMES, st.just(0))),
            "PicInfo": self.objects.objects(picture, {"CategoryId": st.just(0), **self._category_lists(picture)}),
            "Auctions": st.just([]),
        }
        return self.objects.objects(self.schema, members)

    def _category_lists(self, picture: Mapping[str, Any]) -> Mapping[str, st.SearchStrategy[list[JsonObject]]]:
        schema = picture["properties"].get("AllCategories")
        if schema is None:
            return {}
        categories = self.objects.objects(schema["items"], {"Id": self.categories()})
        return {"AllCategories": st.lists(categories, unique_by=lambda category: category["Id"])}

    def categories(self) -> st.SearchStrategy[int]:
        """Return the ids of categories."""
        enum = self.contract.parameter(self.contract.category.parameter).enum
        known = [category for category in enum if isinstance(category, int)]
        schema = self.properties["PicInfo"]["properties"]["CategoryId"]
        return st.sampled_from(known) if known else st.integers(*integer_bounds(schema))

    def counters(self, entry_count: int) -> st.SearchStrategy[tuple[int, int]]:
        """Return both counters in either order: which of them counts the page is undocumented."""
        _, maximum = integer_bounds(self.properties["Head"]["properties"][COUNTER_NAMES[0]])
        start = self.constraints.start
        totals = st.integers(start + entry_count, maximum)
        if not entry_count:
            totals = st.integers(0, start)
        elif self.constraints.has_request and entry_count < self.constraints.max_entries:
            totals = st.just(start + entry_count)
        return st.one_of(totals.map(lambda total: (entry_count, total)), totals.map(lambda total: (total, entry_count)))

    def complete_entry(self, entry: JsonObject, category: int, second_value: int) -> JsonObject:
        """Return an entry with its category and its score pairs."""
        rules = score_pair_rules(self.contract)
        pairs = {
            name: format_score_pair(rule, float(entry["Score"]), category, second_value) for name, rule in rules.items()
        }
        return {**entry, "CategoryId": category, **pairs}

    @property
    def optional_when_empty(self) -> list[str]:
        """The members that only responses with entries need."""
        fields = self.contract.success_fields
        return [success_field.path[0] for success_field in fields if success_field.required_with_entries]


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
    second_value = draw(st.integers(0, _MAX_SECOND_VALUE))
    body["Auctions"] = [strategies.complete_entry(entry, category, second_value) for entry in entries]
    body["Head"] |= dict(zip(COUNTER_NAMES, draw(strategies.counters(len(entries))), strict=True))
    _set_category(body["PicInfo"], category)
    removed = [] if entries else [name for name in strategies.optional_when_empty if draw(st.booleans())]
    return {name: value for name, value in body.items() if name not in removed}


def _set_category(picture: JsonObject, category: int) -> None:
    """Set the category of a body, and make it one of the listed categories, if there are any."""
    picture["CategoryId"] = category
    listed = picture.get("AllCategories", [])
    if listed and all(item["Id"] != category for item in listed):
        listed[0]["Id"] = category
