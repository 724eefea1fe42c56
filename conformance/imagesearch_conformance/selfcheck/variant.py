"""Endpoints of which is known what the suite has to say: the reference, its faults, its conforming variations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

from attrs import evolve, frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import LATER_VARIATIONS, VARIATIONS, EmulatorSettings
from imagesearch_conformance.emulator.faults import contract_faults
from imagesearch_conformance.emulator.settings import Behaviour, variations
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.expectation import Grade


class VariantKind(StrEnum):
    """What is known of a subject."""

    REFERENCE = "reference"  #: conforms
    VARIATION = "variation"  #: conforms, in another way than the reference
    FAULT = "fault"  #: is wrong in exactly one way


@frozen
class Variant:
    """One endpoint to try the suite on, by its name, serving one revision of the page."""

    kind: VariantKind
    name: str
    document: str

    @property
    def is_conforming(self) -> bool:
        """Whether nothing may be held against it."""
        return self.kind is not VariantKind.FAULT

    @property
    def has_tolerated_outcomes(self) -> bool:
        """Whether it answers with outcomes that are accepted though the page does not name them."""
        behaviour = self._behaviour
        return Grade.TOLERATED in {behaviour.error_code_grade, behaviour.missing_image_grade}

    def emulator_settings(self, qps: float) -> EmulatorSettings:
        """What makes the emulator this endpoint."""
        return EmulatorSettings(
            qps=qps, faults=(self.name,) if self.kind is VariantKind.FAULT else (), behaviour=self._behaviour
        )

    @property
    def _behaviour(self) -> Behaviour:
        known = {**VARIATIONS, **LATER_VARIATIONS}
        return known[self.name] if self.kind is VariantKind.VARIATION else Behaviour()


def select_variants(contracts: Sequence[Contract], patterns: Sequence[str] = ()) -> tuple[Variant, ...]:
    """All subjects of these revisions, or the faults and variations that fit a pattern, and every reference.

    What an earlier one of the revisions has is not tried again in a later one, but for the
    reference. Raises BadInput for a pattern that fits nothing.
    """
    seen: set[str] = set()
    found: list[Variant] = []
    for contract in contracts:
        found += [
            one for one in _contract_variants(contract) if one.kind is VariantKind.REFERENCE or one.name not in seen
        ]
        seen.update(one.name for one in found)
    for pattern in patterns:
        if not any(fnmatchcase(one.name, pattern) for one in found):
            raise InvalidInput(f"no fault and no variation is called {pattern!r}", "--fault", "`emulate --list-faults`")
    return tuple(one for one in found if not patterns or _is_selected(one, patterns))


def _is_selected(variant: Variant, patterns: Sequence[str]) -> bool:
    return variant.kind is VariantKind.REFERENCE or any(fnmatchcase(variant.name, one) for one in patterns)


def _contract_variants(contract: Contract) -> Iterator[Variant]:
    reference = Variant(VariantKind.REFERENCE, "reference", contract.revision)
    yield reference
    for name in variations(contract):
        yield evolve(reference, kind=VariantKind.VARIATION, name=name)
    for name in contract_faults(contract):
        yield evolve(reference, kind=VariantKind.FAULT, name=name)
