"""Strategies for the bodies of success replies, whose parts agree with each other and with the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from imagesearch_conformance.checks.reading import COUNTERS
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.strategies.asked import Asked, asked
from imagesearch_conformance.strategies.documents import Document, Documents, integers
from imagesearch_conformance.strategies.entries import Entries, score_pair, score_pairs

_SCHEMA, _ERRORS = "schemas/success.json", "schemas/error.json"

#: The greatest second value of texts that hold two: nothing says what it means.
_SECOND = 1000


def successes(
    contract: Contract, request: Mapping[str, Any] | None, category: int | None
) -> st.SearchStrategy[Document]:
    """Bodies that answer a request, or any request."""
    schema, errors = (contract.documents.document(name) for name in (_SCHEMA, _ERRORS))
    made = _Successes(contract, schema, Documents.of(schema, errors), asked(contract, request, category))
    return _drawn(made, made.frames(), made.entries().lists())


@frozen(eq=False, repr=False)
class _Successes:
    contract: Contract
    schema: Mapping[str, Any]
    documents: Documents
    asked: Asked

    @property
    def properties(self) -> Mapping[str, Any]:
        """The schemas of the members of a body."""
        found: Mapping[str, Any] = self.schema["properties"]
        return found

    def entries(self) -> Entries:
        """The strategies of its entries."""
        return Entries(self.contract, self.properties["Auctions"]["items"], self.documents, self.asked)

    def frames(self) -> st.SearchStrategy[Document]:
        """Bodies in which entries, counters and the category are still to be filled in."""
        head, picture = self.properties["Head"], self.properties["PicInfo"]
        members = {
            "Head": self.documents.of_object(head, dict.fromkeys(COUNTERS, st.just(0))),
            "PicInfo": self.documents.of_object(picture, {"CategoryId": st.just(0), **self._listed(picture)}),
            "Auctions": st.just([]),
        }
        return self.documents.of_object(self.schema, members)

    def _listed(self, picture: Mapping[str, Any]) -> Mapping[str, st.SearchStrategy[list[Document]]]:
        """The list of categories, each once."""
        schema = picture["properties"].get("AllCategories")
        if schema is None:
            return {}
        one = self.documents.of_object(schema["items"], {"Id": self.categories()})
        return {"AllCategories": st.lists(one, unique_by=lambda found: found["Id"])}

    def categories(self) -> st.SearchStrategy[int]:
        """The categories that there are."""
        known = [one for one in self.contract.parameter(self.contract.category.parameter).enum if isinstance(one, int)]
        schema = self.properties["PicInfo"]["properties"]["CategoryId"]
        return st.sampled_from(known) if known else st.integers(*integers(schema))

    def counters(self, number: int) -> st.SearchStrategy[tuple[int, int]]:
        """Both counters, of which nobody knows for certain which one counts the page."""
        _, most = integers(self.properties["Head"]["properties"][COUNTERS[0]])
        behind = self.asked.start
        totals = st.integers(behind + number, most)
        if not number:
            totals = st.integers(0, behind)
        elif self.asked.whole and number < self.asked.most:
            totals = st.just(behind + number)
        return st.one_of(totals.map(lambda total: (number, total)), totals.map(lambda total: (total, number)))

    def placed(self, entry: Document, category: int, second: int) -> Document:
        """An entry in its category, with the texts that hold its Score there and a second value."""
        rules = score_pairs(self.contract)
        pairs = {name: score_pair(rule, float(entry["Score"]), category, second) for name, rule in rules.items()}
        return {**entry, "CategoryId": category, **pairs}

    @property
    def late(self) -> list[str]:
        """What is needed only where something was found."""
        return [one.path[0] for one in self.contract.success_fields if one.when_found]


@st.composite
def _drawn(
    draw: st.DrawFn,
    made: _Successes,
    frames: st.SearchStrategy[Document],
    lists: st.SearchStrategy[list[Document]],
) -> Document:
    entries, body = draw(lists), draw(frames)
    category = draw(made.categories()) if made.asked.category is None else made.asked.category
    second = draw(st.integers(0, _SECOND))
    body["Auctions"] = [made.placed(one, category, second) for one in entries]
    body["Head"] |= dict(zip(COUNTERS, draw(made.counters(len(entries))), strict=True))
    _place(body["PicInfo"], category)
    absent = [] if entries else [name for name in made.late if draw(st.booleans())]
    return {name: value for name, value in body.items() if name not in absent}


def _place(picture: Document, category: int) -> None:
    """The category of a body, which is among those listed, if any are."""
    picture["CategoryId"] = category
    listed = picture.get("AllCategories", [])
    if listed and all(one["Id"] != category for one in listed):
        listed[0]["Id"] = category
