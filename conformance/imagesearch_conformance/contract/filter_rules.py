"""The filter language with what its names stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract.fields import Field
from imagesearch_conformance.contract.record import SpecRecord
from imagesearch_conformance.contract.spec_files import SpecFiles
from imagesearch_conformance.errors import InvalidSpec
from imagesearch_conformance.filters.ast import Condition
from imagesearch_conformance.filters.parser import FilterParser, FilterSyntaxError

FILTER_FILE = "filter.yaml"


@frozen
class UnspecifiedCondition:
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

    parser: FilterParser
    attributes: Mapping[str, str]
    operators: Mapping[str, Mapping[str, str]]
    invalid_conditions: Mapping[str, tuple[str, str]]
    integer_attributes: frozenset[str]
    operator_levels: Mapping[str, str]
    operator_interpretations: Mapping[str, str]
    unspecified_conditions: Mapping[str, UnspecifiedCondition]
    operand_limits: Mapping[str, Any]

    def is_specified_operand(self, operand: int | str) -> bool:
        """Whether an attribute can have such a value, by what the sources say: others may be refused in filters."""
        if isinstance(operand, int):
            least, most = self.operand_limits.get("minimum", operand), self.operand_limits.get("maximum", operand)
            return bool(least <= operand <= most)
        fits = 0 < len(operand) <= self.operand_limits.get("longest", len(operand))
        return fits and operand.isprintable() and not set(operand) & set(self.operand_limits.get("characters", ""))

    def parse_leniently(self, text: str) -> Condition | None:
        """The condition that a text is in some reading of the page; None when it is none in any.

        The page is silent on keywords in lower case: here they are keywords.
        """
        for one in (text, _uppercase_keywords(text)):
            try:
                return self.parser.parse(one)
            except FilterSyntaxError:
                continue
        return None


def _uppercase_keywords(text: str) -> str:
    return re.sub(r"(?<=[\s)])(and|or)(?=[\s(])", lambda found: found[0].upper(), text, flags=re.IGNORECASE)


def read_filter_rules(files: SpecFiles, fields: Iterable[Field]) -> FilterRules:
    """The content of filter.yaml and the grammar; raises BadSpec when an attribute stands for no field."""
    whole = SpecRecord.from_value(files.content(FILTER_FILE), f"{FILTER_FILE}#")
    refused, signs = whole.child("refused"), whole.child("operators")
    attributes = whole.get("attributes", dict)
    kinds = {one.path[-1]: "integer" if one.is_integer else "string" for one in fields}
    for attribute, column in attributes.items():
        if column not in kinds:
            raise InvalidSpec(f"no reply has the field {column!r}", f"{FILTER_FILE}#/attributes/{attribute}")
    return FilterRules(
        FilterParser.from_grammar(files.text("filter.lark"), "filter.lark"),
        attributes,
        {attribute: signs.get(kinds[column], dict) for attribute, column in attributes.items()},
        {name: (refused.child(name).get("filter", str), refused.child(name).get("why", str)) for name in refused.value},
        frozenset(attribute for attribute, column in attributes.items() if kinds[column] == "integer"),
        whole.get("levels", dict, {}),
        whole.get("interpretations", dict, {}),
        dict(_read_unspecified_conditions(whole)),
        whole.get("undecided", dict, {}),
    )


def _read_unspecified_conditions(record: SpecRecord) -> Iterator[tuple[str, UnspecifiedCondition]]:
    found = record.child("open") if "open" in record.value else SpecRecord({}, record.where)
    for name in found.value:
        one = found.child(name)
        yield name, UnspecifiedCondition(one.get("filter", str), one.get("interpretation", str))
