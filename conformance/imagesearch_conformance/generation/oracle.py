"""What a generated request breaks: judged by JSON Schema, apart from the rules that read its bytes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.contract.parameters import REQUEST_SCHEMA_FILE, Parameter
from imagesearch_conformance.generation.filter_status import FilterStatus, classify_filter
from imagesearch_conformance.generation.form_encoding import WireParameters
from imagesearch_conformance.generation.value_notation import (
    KNOWN_TYPES,
    UNSPECIFIED_VALUE,
    is_canonical_integer,
    is_unspecified_notation,
    parse_clipped_integer,
    to_json_value,
)
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

_FILTER_FORMAT = "filter"


@frozen
class OracleResult:
    """The rules that a request breaks, and whether it says anything on which the page is silent.

    `unsure` are violations that are none if the target holds what the profile does not name, or
    reads a notation in another way.
    """

    violations: frozenset[Violation]
    is_unspecified: bool
    uncertain_violations: frozenset[Violation] = frozenset()


@frozen
class Oracle:
    """Tells what requests break; `absent` marks names that exist nowhere."""

    contract: Contract
    target: Target
    missing_name: str

    def evaluate(self, parameters: WireParameters) -> OracleResult | None:
        """What the request breaks, or None when that is not certain enough to judge by."""
        text = parameters.get(self.contract.filter_parameter.name) if self.contract.filter_parameter else None
        said = classify_filter(self.contract, text) if text else FilterStatus.VALID
        if said is FilterStatus.UNDETERMINED or not all(map(self._has_known_type, self.contract.parameters)):
            return None
        instance = self.target.find_instance(parameters.get(self.contract.instance_parameter))
        ignored = self._ignored_parameter(instance)
        typed = {name: value for name, value in self._typed_values(parameters).items() if name != ignored}
        broken = frozenset(self._schema_violations(typed))
        names = {one.parameter for one in broken}
        absent = self._unknown_name_violations(parameters, instance, names)
        beyond = self._window_violations(typed, names)
        open_ones = {
            one.name
            for one in self.contract.parameters
            if one.name in parameters and self._is_unspecified(parameters, one)
        }
        unknown = set(parameters) - {one.name for one in self.contract.parameters}
        unsure = frozenset(one for one in absent if not self._is_missing_name(parameters, one))
        silent = bool(open_ones or unknown or unsure) or said is FilterStatus.UNSPECIFIED
        unsure |= {one for one in broken if one.parameter in open_ones}
        return OracleResult(broken | absent | beyond, silent, unsure)

    def _has_known_type(self, parameter: Parameter) -> bool:
        """Whether the values of a parameter are of a kind that is known here."""
        return parameter.type in KNOWN_TYPES

    def _ignored_parameter(self, instance: Instance | None) -> str | None:
        generic = instance is not None and instance.type is InstanceType.GENERIC
        return self.contract.category.parameter if generic else None

    def _typed_values(self, parameters: WireParameters) -> dict[str, Any]:
        """The values as JSON, without those that count as left out or are in a notation that is left open."""
        found: dict[str, Any] = {}
        for one in self.contract.parameters:
            text = parameters.get(one.name)
            if text is None or (text == "" and not one.required):
                continue
            value = to_json_value(one, text)
            if value is not UNSPECIFIED_VALUE:
                found[one.name] = value
        return found

    def _schema_violations(self, values: Mapping[str, Any]) -> Iterator[Violation]:
        """The violations of single parameters, as the schema's own validator finds them."""
        schema = self.contract.spec_files.content(REQUEST_SCHEMA_FILE)
        for name in set(schema["required"]) - set(values):
            yield Violation(name, "required")
        for name, value in values.items():
            found = {one.validator for one in _build_validator(schema["properties"][name]).iter_errors(value)}
            if isinstance(value, str) and self.contract.parameter(name).is_unspecified(value):
                found.discard("pattern")
            # A value of another type has no bounds: it breaks one rule.
            yield from (Violation(name, str(one)) for one in ({"type"} if "type" in found else found))
            if schema["properties"][name].get("format") == _FILTER_FORMAT and self._is_invalid_filter(value):
                yield Violation(name, "format")

    def _is_invalid_filter(self, value: str) -> bool:
        return classify_filter(self.contract, value) is FilterStatus.INVALID

    def _unknown_name_violations(
        self, parameters: WireParameters, instance: Instance | None, invalid_names: set[str]
    ) -> frozenset[Violation]:
        """What is named and not known: the instance, else the image."""
        if self.contract.instance_parameter in invalid_names:
            return frozenset()
        if instance is None:
            return frozenset({Violation(self.contract.instance_parameter, "known")})
        product, picture = self.contract.image.parameters
        image = Image(parameters.get(product, ""), parameters.get(picture, ""))
        if invalid_names & {product, picture} or image in instance.images:
            return frozenset()
        return frozenset({Violation(IMAGE, "known")})

    def _is_missing_name(self, parameters: WireParameters, violation: Violation) -> bool:
        """Whether a name is one of ours, that nobody has."""
        names = [self.contract.instance_parameter] if violation.parameter != IMAGE else self.contract.image.parameters
        return any(parameters[name].startswith(self.missing_name) for name in names)

    def _window_violations(self, values: Mapping[str, Any], invalid_names: set[str]) -> frozenset[Violation]:
        window = self.contract.window
        if invalid_names & {window.start_parameter, window.count_parameter}:
            return frozenset()
        reach = sum(
            int(values.get(name, self.contract.parameter(name).default or 0))
            for name in (window.start_parameter, window.count_parameter)
        )
        return frozenset({Violation(WINDOW, "maximum")}) if reach > window.maximum else frozenset()

    def _is_unspecified(self, parameters: WireParameters, parameter: Parameter) -> bool:
        """Whether the page is silent on how a value is written."""
        value = parameters[parameter.name]
        if value and parameter.name == self._ignored_parameter(
            self.target.find_instance(parameters.get(self.contract.instance_parameter))
        ):
            return not is_canonical_integer(value) or parse_clipped_integer(value) not in parameter.enum
        return is_unspecified_notation(parameter, value)


def _build_validator(schema: Mapping[str, Any]) -> Validator:
    return Draft202012Validator(schema)
