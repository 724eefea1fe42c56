"""What a generated request breaks: judged by JSON Schema, apart from the rules that read its bytes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from imagesearch_conformance.cases.fuzz.notations import KINDS, UNTOLD, as_json, integer, left_open, plain_integer
from imagesearch_conformance.cases.fuzz.operands import Standing, standing
from imagesearch_conformance.cases.fuzz.wire import Wire
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.contract import IMAGE, WINDOW
from imagesearch_conformance.contract.parameters import FILE, Parameter
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target

_FILTER = "filter"


@frozen
class Told:
    """The rules that a request breaks, and whether it says anything on which the page is silent.

    `unsure` are violations that are none if the target holds what the profile does not name, or
    reads a notation in another way.
    """

    violations: frozenset[Violation]
    silent: bool
    unsure: frozenset[Violation] = frozenset()


@frozen
class Oracle:
    """Tells what requests break; `absent` marks names that exist nowhere."""

    contract: Contract
    target: Target
    absent: str

    def tell(self, given: Wire) -> Told | None:
        """What the request breaks, or None when that is not certain enough to judge by."""
        text = given.get(self.contract.filter.name) if self.contract.filter else None
        said = standing(self.contract, text) if text else Standing.CLEAR
        if said is Standing.UNSURE or not all(map(self._readable, self.contract.parameters)):
            return None
        instance = self.target.instance_named(given.get(self.contract.instance))
        ignored = self._ignored(instance)
        typed = {name: value for name, value in self._typed(given).items() if name != ignored}
        broken = frozenset(self._broken(typed))
        names = {one.parameter for one in broken}
        absent = self._absent(given, instance, names)
        beyond = self._beyond(typed, names)
        open_ones = {one.name for one in self.contract.parameters if one.name in given and self._open(given, one)}
        unknown = set(given) - {one.name for one in self.contract.parameters}
        unsure = frozenset(one for one in absent if not self._certain(given, one))
        silent = bool(open_ones or unknown or unsure) or said is Standing.OPEN
        unsure |= {one for one in broken if one.parameter in open_ones}
        return Told(broken | absent | beyond, silent, unsure)

    def _readable(self, parameter: Parameter) -> bool:
        """Whether the values of a parameter are of a kind that is known here."""
        return parameter.type in KINDS

    def _ignored(self, instance: Instance | None) -> str | None:
        generic = instance is not None and instance.type is InstanceType.GENERIC
        return self.contract.category.parameter if generic else None

    def _typed(self, given: Wire) -> dict[str, Any]:
        """The values as JSON, without those that count as left out or are in a notation that is left open."""
        found: dict[str, Any] = {}
        for one in self.contract.parameters:
            text = given.get(one.name)
            if text is None or (text == "" and not one.required):
                continue
            value = as_json(one, text)
            if value is not UNTOLD:
                found[one.name] = value
        return found

    def _broken(self, typed: Mapping[str, Any]) -> Iterator[Violation]:
        """The violations of single parameters, as the schema's own validator finds them."""
        schema = self.contract.documents.document(FILE)
        for name in set(schema["required"]) - set(typed):
            yield Violation(name, "required")
        for name, value in typed.items():
            found = {one.validator for one in _validator(schema["properties"][name]).iter_errors(value)}
            if isinstance(value, str) and self.contract.parameter(name).leaves_open(value):
                found.discard("pattern")
            # A value of another type has no bounds: it breaks one rule.
            yield from (Violation(name, str(one)) for one in ({"type"} if "type" in found else found))
            if schema["properties"][name].get("format") == _FILTER and self._wrong(value):
                yield Violation(name, "format")

    def _wrong(self, value: str) -> bool:
        return standing(self.contract, value) is Standing.WRONG

    def _absent(self, given: Wire, instance: Instance | None, broken: set[str]) -> frozenset[Violation]:
        """What is named and not known: the instance, else the image."""
        if self.contract.instance in broken:
            return frozenset()
        if instance is None:
            return frozenset({Violation(self.contract.instance, "known")})
        product, picture = self.contract.image.parameters
        image = Image(given.get(product, ""), given.get(picture, ""))
        if broken & {product, picture} or image in instance.images:
            return frozenset()
        return frozenset({Violation(IMAGE, "known")})

    def _certain(self, given: Wire, violation: Violation) -> bool:
        """Whether a name is one of ours, that nobody has."""
        names = [self.contract.instance] if violation.parameter != IMAGE else self.contract.image.parameters
        return any(given[name].startswith(self.absent) for name in names)

    def _beyond(self, typed: Mapping[str, Any], broken: set[str]) -> frozenset[Violation]:
        window = self.contract.window
        if broken & {window.start, window.count}:
            return frozenset()
        reach = sum(
            int(typed.get(name, self.contract.parameter(name).default or 0)) for name in (window.start, window.count)
        )
        return frozenset({Violation(WINDOW, "maximum")}) if reach > window.maximum else frozenset()

    def _open(self, given: Wire, parameter: Parameter) -> bool:
        """Whether the page is silent on how a value is written."""
        value = given[parameter.name]
        if value and parameter.name == self._ignored(self.target.instance_named(given.get(self.contract.instance))):
            return not plain_integer(value) or integer(value) not in parameter.enum
        return left_open(parameter, value)


def _validator(schema: Mapping[str, Any]) -> Validator:
    return Draft202012Validator(schema)
