"""Oracle of generated requests: their violations by JSON Schema, independent of the checks that parse the bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import frozen
from jsonschema import Draft202012Validator

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.contract.parameters import REQUEST_SCHEMA_FILE, Parameter, to_wire_value
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.oracle.filter_status import FilterStatus, classify_filter

#: Parameters by name, as sent.
WireParameters = Mapping[str, str]

#: An integer as the documentation writes it.
_CANONICAL_INTEGER = re.compile(r"-?[1-9][0-9]*|0", re.ASCII)

#: An integer by our rules; other notations are unspecified.
_INTEGER = re.compile(r"-?[0-9]+", re.ASCII)

#: A notation that some decoders accept as an integer.
_LENIENT_INTEGER = re.compile(r"[ \t\n\r\f\v]*[+-]?[0-9]+(\.0*)?[ \t\n\r\f\v]*", re.ASCII)

#: Texts that some decoders accept as a boolean, in any case.
_LENIENT_BOOLEANS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0"})

#: Whitespace around a boolean that such decoders ignore.
_WHITESPACE = " \t\n\r\f\v"

#: True and false as the documentation writes them.
_BOOLEANS = {to_wire_value(value=truth): truth for truth in (True, False)}

#: More digits than any bound has: longer integers are clipped, which changes no comparison.
_MAX_DIGITS = 100

#: Marks a value in an unspecified notation.
UNSPECIFIED_VALUE = object()


def is_unspecified_notation(parameter: Parameter, text: str) -> bool:
    """Return whether the documentation does not specify the notation of a value."""
    if not text:
        return not parameter.required
    return _UNSPECIFIED_NOTATIONS[parameter.type](parameter, text)


def to_json_value(parameter: Parameter, text: str) -> Any:
    """Return a value as JSON for validation by a schema, or UNSPECIFIED_VALUE for an unspecified notation."""
    if parameter.is_integer and _INTEGER.fullmatch(text):
        return parse_clipped_integer(text)
    if parameter.is_boolean and text in _BOOLEANS:
        return _BOOLEANS[text]
    return UNSPECIFIED_VALUE if parameter.type != "string" and is_unspecified_notation(parameter, text) else text


def is_canonical_integer(text: str) -> bool:
    return bool(_CANONICAL_INTEGER.fullmatch(text))


def parse_clipped_integer(text: str) -> int:
    """Return the value of an integer; one with too many digits is clipped to a value beyond all bounds."""
    digits = text.removeprefix("-").lstrip("0")[:_MAX_DIGITS] or "0"
    return -int(digits) if text.startswith("-") else int(digits)


def _is_lenient_boolean(_: Parameter, text: str) -> bool:
    bare = text.strip(_WHITESPACE)
    # Letters of other scripts can have these as their lower case.
    return text not in _BOOLEANS and bare.isascii() and bare.lower() in _LENIENT_BOOLEANS


def _is_lenient_integer(_: Parameter, text: str) -> bool:
    return bool(_LENIENT_INTEGER.fullmatch(text)) and not is_canonical_integer(text)


_UNSPECIFIED_NOTATIONS: Mapping[str, Callable[[Parameter, str], bool]] = {
    "boolean": _is_lenient_boolean,
    "integer": _is_lenient_integer,
    "string": Parameter.is_unspecified,
}

#: The types of parameters that this module knows.
KNOWN_TYPES = frozenset(_UNSPECIFIED_NOTATIONS)


_FILTER_FORMAT = "filter"


@frozen
class OracleResult:
    """The violations of a request, and whether the documentation leaves a part of it unspecified.

    `uncertain_violations` depend on data of the target that the profile does not name, or on how the target reads an
    unspecified notation.
    """

    violations: frozenset[Violation]
    is_unspecified: bool
    uncertain_violations: frozenset[Violation] = frozenset()


@frozen
class Oracle:
    """Finds the violations of requests; names that begin with `missing_name` do not exist."""

    contract: Contract
    target: Target
    missing_name: str

    def evaluate(self, parameters: WireParameters) -> OracleResult | None:
        """Return the result for a request, or None if it is too uncertain to judge by."""
        text = parameters.get(self.contract.filter_parameter.name) if self.contract.filter_parameter else None
        filter_status = classify_filter(self.contract, text) if text else FilterStatus.VALID
        known_types = all(parameter.type in KNOWN_TYPES for parameter in self.contract.parameters)
        if filter_status is FilterStatus.UNDETERMINED or not known_types:
            return None
        instance = self.target.find_instance(parameters.get(self.contract.instance_parameter))
        ignored = self._ignored_parameter(instance)
        typed = {name: value for name, value in self._typed_values(parameters).items() if name != ignored}
        schema_violations = frozenset(self._schema_violations(typed))
        invalid_names = {violation.parameter for violation in schema_violations}
        unknown_names = self._unknown_name_violations(parameters, instance, invalid_names)
        beyond_window = self._window_violations(typed, invalid_names)
        known = {parameter.name: parameter for parameter in self.contract.parameters}
        unspecified = {
            name
            for name, parameter in known.items()
            if name in parameters and self._is_unspecified(parameters, parameter)
        }
        uncertain = frozenset(
            violation for violation in unknown_names if not self._is_missing_name(parameters, violation)
        )
        is_unspecified = (
            bool(unspecified or set(parameters) - set(known) or uncertain) or filter_status is FilterStatus.UNSPECIFIED
        )
        uncertain |= {violation for violation in schema_violations if violation.parameter in unspecified}
        return OracleResult(schema_violations | unknown_names | beyond_window, is_unspecified, uncertain)

    def _ignored_parameter(self, instance: Instance | None) -> str | None:
        generic = instance is not None and instance.type is InstanceType.GENERIC
        return self.contract.category.parameter if generic else None

    def _typed_values(self, parameters: WireParameters) -> dict[str, Any]:
        """Return the values as JSON, without empty optional values and without unspecified notations."""
        values: dict[str, Any] = {}
        for parameter in self.contract.parameters:
            text = parameters.get(parameter.name)
            if text is None or (text == "" and not parameter.required):
                continue
            value = to_json_value(parameter, text)
            if value is not UNSPECIFIED_VALUE:
                values[parameter.name] = value
        return values

    def _schema_violations(self, values: Mapping[str, Any]) -> Iterator[Violation]:
        """Yield the violations of single parameters that the validator of the schema finds."""
        schema = self.contract.spec_files.content(REQUEST_SCHEMA_FILE)
        for name in set(schema["required"]) - set(values):
            yield Violation(name, "required")
        for name, value in values.items():
            errors = Draft202012Validator(schema["properties"][name]).iter_errors(value)
            keywords = {str(error.validator) for error in errors}
            if isinstance(value, str) and self.contract.parameter(name).is_unspecified(value):
                keywords.discard("pattern")
            # A value of another type has no bounds: it breaks one rule.
            yield from (Violation(name, keyword) for keyword in ({"type"} if "type" in keywords else keywords))
            if schema["properties"][name].get("format") == _FILTER_FORMAT and self._is_invalid_filter(value):
                yield Violation(name, "format")

    def _is_invalid_filter(self, value: str) -> bool:
        return classify_filter(self.contract, value) is FilterStatus.INVALID

    def _unknown_name_violations(
        self, parameters: WireParameters, instance: Instance | None, invalid_names: set[str]
    ) -> frozenset[Violation]:
        """Return the violation of an unknown instance, or else of an unknown image."""
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
        """Return whether a name is one that we made up, so that it does not exist."""
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
        """Return whether the documentation does not specify the notation of a value."""
        value = parameters[parameter.name]
        if value and parameter.name == self._ignored_parameter(
            self.target.find_instance(parameters.get(self.contract.instance_parameter))
        ):
            return not is_canonical_integer(value) or parse_clipped_integer(value) not in parameter.enum
        return is_unspecified_notation(parameter, value)
