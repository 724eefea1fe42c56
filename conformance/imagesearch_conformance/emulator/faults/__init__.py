"""The table of named defects, and looking rows up in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import (
    agreement,
    attributes,
    authentication,
    caching,
    categories,
    comparing,
    decoding,
    errors,
    fields,
    filtering,
    http,
    integers,
    mapping,
    meeting,
    naming,
    narrowing,
    paging,
    parameters,
    searching,
    silence,
    values,
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


#: Every defect of the fixed table, those of later revisions too, by name, in the order in which a list shows them.
FAULTS: Mapping[str, Fault] = _by_name(
    parameters.FAULTS,
    integers.FAULTS,
    silence.FAULTS,
    decoding.FAULTS,
    searching.FAULTS,
    categories.FAULTS,
    paging.FAULTS,
    caching.FAULTS,
    filtering.FAULTS,
    comparing.FAULTS,
    meeting.FAULTS,
    narrowing.FAULTS,
    fields.FAULTS,
    naming.FAULTS,
    values.FAULTS,
    agreement.FAULTS,
    errors.FAULTS,
    wire.FAULTS,
    http.FAULTS,
    authentication.FAULTS,
)


@cache
def catalogue(contract: Contract) -> Mapping[str, Fault]:
    """Every defect that a contract can have: those of the table that apply, and those made of its things."""
    fixed = tuple(fault for fault in FAULTS.values() if fault.applies(contract))
    families = (attributes.of_attributes, silence.of_notations, mapping.of_codes)
    return _by_name(fixed, *(tuple(family(contract)) for family in families))


def resolve(names: Iterable[str], contract: Contract) -> tuple[Fault, ...]:
    """The defects of these names; raises BadInput for a name that is not in the table, or not of this contract."""
    wanted = tuple(names)
    # Most emulators have none, and need not make the catalogue.
    known = catalogue(contract) if wanted else {}
    return tuple(_fault(name, known, contract) for name in wanted)


def _fault(name: str, known: Mapping[str, Fault], contract: Contract) -> Fault:
    if name in known:
        return known[name]
    if name in FAULTS:
        problem = f"the revision {contract.document} has nothing that the fault {name!r} is about"
        raise BadInput(problem, "fault", "another --document may have it")
    near = get_close_matches(name, known, 1)
    raise BadInput(f"there is no fault {name!r}", "fault", f"did you mean {near[0]!r}?" if near else "")
