"""The table of named defects, and looking rows up in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import (
    authentication,
    decoding,
    errors,
    fields,
    filtering,
    meeting,
    narrowing,
    parameters,
    searching,
    wire,
)
from imagesearch_conformance.errors import BadInput, BrokenSuite


def _by_name(*tables: tuple[Fault, ...]) -> Mapping[str, Fault]:
    found: dict[str, Fault] = {}
    for fault in (row for table in tables for row in table):
        if fault.name in found:
            raise BrokenSuite(f"two faults have the name {fault.name!r}")
        found[fault.name] = fault
    return found


#: Every defect by its name, in the order in which a list shows them.
FAULTS: Mapping[str, Fault] = _by_name(
    parameters.FAULTS,
    decoding.FAULTS,
    searching.FAULTS,
    filtering.FAULTS,
    meeting.FAULTS,
    narrowing.FAULTS,
    fields.FAULTS,
    errors.FAULTS,
    wire.FAULTS,
    authentication.FAULTS,
)


def catalogue(contract: Contract) -> Mapping[str, Fault]:
    """The defects that an endpoint of this contract can have."""
    return {name: fault for name, fault in FAULTS.items() if fault.applies(contract)}


def resolve(names: Iterable[str], contract: Contract) -> tuple[Fault, ...]:
    """The defects of these names; raises BadInput for a name that is not in the table, or not of this contract."""
    found = tuple(_fault(name) for name in names)
    for fault in found:
        if not fault.applies(contract):
            problem = f"the revision {contract.document} has nothing that the fault {fault.name!r} is about"
            raise BadInput(problem, "fault", "another --document may have it")
    return found


def _fault(name: str) -> Fault:
    if name not in FAULTS:
        near = get_close_matches(name, FAULTS, 1)
        raise BadInput(f"there is no fault {name!r}", "fault", f"did you mean {near[0]!r}?" if near else "")
    return FAULTS[name]
