"""The rules of filters: the language, its attributes and operators, invalid and unspecified conditions."""

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
    """A condition that may be accepted or rejected, and the interpretation that explains it."""

    text: str
    interpretation: str


@frozen
class FilterRules:
    """The filter language with its attributes.

    `attributes` maps each attribute to a field of the response, `operators` each attribute to its operators by name.
    `invalid_conditions` are texts that must be rejected, with the reason, by name. `operator_levels` and
    `operator_interpretations` are by name of the operator. `operand_limits` are the limits beyond which it is
    unspecified whether an operand is allowed.
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
        """Return whether the sources say that an attribute can have this value; otherwise a filter may be rejected."""
        limits = self.operand_limits
        if isinstance(operand, int):
            return bool(limits.get("minimum", operand) <= operand <= limits.get("maximum", operand))
        has_valid_length = 0 < len(operand) <= limits.get("longest", len(operand))
        return has_valid_length and operand.isprintable() and not set(operand) & set(limits.get("characters", ""))

    def parse_leniently(self, text: str) -> Condition | None:
        """Parse a condition as leniently as the documentation allows; None if it is invalid in every reading.

        The documentation does not mention keywords in lower case; they are accepted here.
        """
        for spelling in (text, _uppercase_keywords(text)):
            try:
                return self.parser.parse(spelling)
            except FilterSyntaxError:
                continue
        return None


def _uppercase_keywords(text: str) -> str:
    return re.sub(r"(?<=[\s)])(and|or)(?=[\s(])", lambda match: match[0].upper(), text, flags=re.IGNORECASE)


def read_filter_rules(files: SpecFiles, fields: Iterable[Field]) -> FilterRules:
    """Read filter.yaml and the grammar; raises InvalidSpec for an attribute without a field."""
    root = SpecRecord.from_value(files.content(FILTER_FILE), f"{FILTER_FILE}#")
    invalid, operators = root.child("refused"), root.child("operators")
    attributes = root.get("attributes", dict)
    types = {field.path[-1]: "integer" if field.is_integer else "string" for field in fields}
    for attribute, field_name in attributes.items():
        if field_name not in types:
            raise InvalidSpec(f"unknown response field {field_name!r}", f"{FILTER_FILE}#/attributes/{attribute}")
    return FilterRules(
        FilterParser.from_grammar(files.text("filter.lark"), "filter.lark"),
        attributes,
        {attribute: operators.get(types[field_name], dict) for attribute, field_name in attributes.items()},
        {name: (invalid.child(name).get("filter", str), invalid.child(name).get("why", str)) for name in invalid.value},
        frozenset(attribute for attribute, field_name in attributes.items() if types[field_name] == "integer"),
        root.get("levels", dict, {}),
        root.get("interpretations", dict, {}),
        dict(_read_unspecified_conditions(root)),
        root.get("undecided", dict, {}),
    )


def _read_unspecified_conditions(root: SpecRecord) -> Iterator[tuple[str, UnspecifiedCondition]]:
    conditions = root.optional_child("open")
    for name in conditions.value:
        condition = conditions.child(name)
        yield name, UnspecifiedCondition(condition.get("filter", str), condition.get("interpretation", str))
