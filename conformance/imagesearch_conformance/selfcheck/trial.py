"""Trials: runs of the suite against endpoints whose correct verdict is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

from attrs import evolve, field, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import LATER_VARIATIONS, VARIATIONS, EmulatorSettings
from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.emulator.settings import Behaviour, variations
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Verdict


class VariantKind(StrEnum):
    """Kind of an emulator under test."""

    REFERENCE = "reference"  #: conforms
    VARIATION = "variation"  #: conforms, but behaves differently from the reference
    FAULT = "fault"  #: has exactly one fault


@frozen
class Variant:
    """An emulator to run the suite against; `document` is the revision that it serves."""

    kind: VariantKind
    name: str
    document: str

    @property
    def is_conforming(self) -> bool:
        return self.kind is not VariantKind.FAULT

    @property
    def has_tolerated_outcomes(self) -> bool:
        """True if it responds with outcomes that are accepted although the documentation does not name them."""
        behaviour = self._behaviour
        return Grade.TOLERATED in {behaviour.error_code_grade, behaviour.missing_image_grade}

    def emulator_settings(self, qps: float) -> EmulatorSettings:
        faults = (self.name,) if self.kind is VariantKind.FAULT else ()
        return EmulatorSettings(qps=qps, faults=faults, behaviour=self._behaviour)

    @property
    def _behaviour(self) -> Behaviour:
        behaviours = {**VARIATIONS, **LATER_VARIATIONS}
        return behaviours[self.name] if self.kind is VariantKind.VARIATION else Behaviour()


@frozen
class Kill:
    """A case with findings: the requirements that it saw violated, and the requests sent until it was done."""

    case_id: str
    requirements: tuple[str, ...]
    request_count: int


@frozen
class Trial:
    """One run against a variant.

    `failed`, `warned` and `undetermined` (errored or skipped) are requirement ids; `not_exercised` gives the reason for
    each requirement that nothing exercised. `kills` are in the order of the run. `seconds` is real time. `budget` is
    the number of requests that the run was limited to.
    """

    variant: Variant
    verdict: Verdict
    failed: frozenset[str]
    warned: frozenset[str]
    undetermined: frozenset[str]
    kills: tuple[Kill, ...]
    request_count: int
    seconds: float
    not_exercised: Mapping[str, str] = field(factory=dict)
    stop_reason: str | None = None
    budget: int | None = None

    @property
    def violated_requirements(self) -> frozenset[str]:
        return self.failed | self.warned

    @property
    def is_killed(self) -> bool:
        """True if the suite detected a violation."""
        return bool(self.violated_requirements)

    @property
    def first_kill(self) -> Kill | None:
        """The first case with a finding; None if only the whole run showed the violation, or nothing did."""
        return self.kills[0] if self.kills else None

    @property
    def requests_until_kill(self) -> int | None:
        if not self.is_killed:
            return None
        return self.request_count if self.first_kill is None else self.first_kill.request_count

    @property
    def is_false_alarm(self) -> bool:
        """True if a conforming variant was flagged."""
        if not self.variant.is_conforming:
            return False
        may_warn = self.variant.has_tolerated_outcomes or not self.warned
        return bool(self.failed or self.undetermined) or not may_warn or self.verdict is not Verdict.CONFORMANT


def select_variants(contracts: Sequence[Contract], patterns: Sequence[str] = ()) -> tuple[Variant, ...]:
    """Return all variants of these revisions, or every reference and the faults and variations that match a pattern.

    A variant of an earlier revision is not repeated for a later one, except for the reference. Raise InvalidInput
    for a pattern that matches nothing.
    """
    names: set[str] = set()
    variants: list[Variant] = []
    for contract in contracts:
        variants += [
            variant
            for variant in _contract_variants(contract)
            if variant.kind is VariantKind.REFERENCE or variant.name not in names
        ]
        names.update(variant.name for variant in variants)
    for pattern in patterns:
        if not any(fnmatchcase(variant.name, pattern) for variant in variants):
            raise InvalidInput(f"{pattern!r} matches no fault and no variation", "--fault", "`emulate --list-faults`")
    return tuple(variant for variant in variants if not patterns or _is_selected(variant, patterns))


def _is_selected(variant: Variant, patterns: Sequence[str]) -> bool:
    return variant.kind is VariantKind.REFERENCE or any(fnmatchcase(variant.name, pattern) for pattern in patterns)


def _contract_variants(contract: Contract) -> Iterator[Variant]:
    reference = Variant(VariantKind.REFERENCE, "reference", contract.revision)
    yield reference
    for name in variations(contract):
        yield evolve(reference, kind=VariantKind.VARIATION, name=name)
    for name in contract_faults(contract):
        yield evolve(reference, kind=VariantKind.FAULT, name=name)
