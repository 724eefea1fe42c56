"""The filter language with what its names stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.documents import Documents
from imagesearch_conformance.contract.fields import Field
from imagesearch_conformance.contract.shape import Record
from imagesearch_conformance.errors import BadSpec
from imagesearch_conformance.filters.conditions import Condition
from imagesearch_conformance.filters.language import Language, NotAFilter

FILE = "filter.yaml"


@frozen
class OpenCondition:
    """A condition that may be accepted and may be refused, and the interpretation that says why."""

    text: str
    interpretation: str


@frozen
class FilterRules:
    """The language, the field behind each attribute, its operators by name, and conditions nobody may accept.

    `integers` are the attributes compared with integers. `levels` and `interpretations` are of
    operators, by name, where they differ from the others'; `open` are conditions of which no source
    says what becomes of them, `undecided` the limits beyond which nobody says whether an operand is allowed.
    """

    language: Language
    attributes: Mapping[str, str]
    operators: Mapping[str, Mapping[str, str]]
    refused: Mapping[str, tuple[str, str]]
    integers: frozenset[str]
    levels: Mapping[str, str]
    interpretations: Mapping[str, str]
    open: Mapping[str, OpenCondition]
    undecided: Mapping[str, Any]

    def decided(self, operand: int | str) -> bool:
        """Whether an attribute can have such a value, by what the sources say: others may be refused in filters."""
        if isinstance(operand, int):
            least, most = self.undecided.get("minimum", operand), self.undecided.get("maximum", operand)
            return bool(least <= operand <= most)
        fits = 0 < len(operand) <= self.undecided.get("longest", len(operand))
        return fits and operand.isprintable() and not set(operand) & set(self.undecided.get("characters", ""))

    def read(self, text: str) -> Condition | None:
        """The condition that a text is in some reading of the page; None when it is none in any.

        The page is silent on keywords in lower case: here they are keywords.
        """
        for one in (text, _in_capitals(text)):
            try:
                return self.language.parse(one)
            except NotAFilter:
                continue
        return None


def _in_capitals(text: str) -> str:
    return re.sub(r"(?<=[\s)])(and|or)(?=[\s(])", lambda found: found[0].upper(), text, flags=re.IGNORECASE)


def read_filters(documents: Documents, fields: Iterable[Field]) -> FilterRules:
    """The content of filter.yaml and the grammar; raises BadSpec when an attribute stands for no field."""
    whole = Record.of(documents.document(FILE), f"{FILE}#")
    refused, signs = whole.child("refused"), whole.child("operators")
    attributes = whole.get("attributes", dict)
    kinds = {one.path[-1]: "integer" if one.integer else "string" for one in fields}
    for attribute, column in attributes.items():
        if column not in kinds:
            raise BadSpec(f"no reply has the field {column!r}", f"{FILE}#/attributes/{attribute}")
    return FilterRules(
        Language.from_grammar(documents.text("filter.lark"), "filter.lark"),
        attributes,
        {attribute: signs.get(kinds[column], dict) for attribute, column in attributes.items()},
        {name: (refused.child(name).get("filter", str), refused.child(name).get("why", str)) for name in refused.value},
        frozenset(attribute for attribute, column in attributes.items() if kinds[column] == "integer"),
        whole.get("levels", dict, {}),
        whole.get("interpretations", dict, {}),
        dict(_open(whole)),
        whole.get("undecided", dict, {}),
    )


def _open(whole: Record) -> Iterator[tuple[str, OpenCondition]]:
    found = whole.child("open") if "open" in whole.value else Record({}, whole.where)
    for name in found.value:
        one = found.child(name)
        yield name, OpenCondition(one.get("filter", str), one.get("interpretation", str))
