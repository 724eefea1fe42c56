"""The table of named defects, and looking rows up in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import (
    attributes,
    authentication,
    caching,
    categories,
    comparisons,
    contradictions,
    error_codes,
    errors,
    field_names,
    fields,
    filters,
    http,
    integers,
    interactions,
    paging,
    parameters,
    search,
    text_encoding,
    threshold_and_distinct,
    unspecified_behaviour,
    values,
    wire,
)
from imagesearch_conformance.errors import InternalError, InvalidInput


def _index_by_name(*tables: tuple[Fault, ...]) -> Mapping[str, Fault]:
    found: dict[str, Fault] = {}
    for fault in (row for table in tables for row in table):
        if fault.name in found:
            raise InternalError(f"two faults have the name {fault.name!r}")
        found[fault.name] = fault
    return found


#: Every defect of the fixed table, those of later revisions too, by name, in the order in which a list shows them.
FAULTS: Mapping[str, Fault] = _index_by_name(
    parameters.FAULTS,
    integers.FAULTS,
    unspecified_behaviour.FAULTS,
    text_encoding.FAULTS,
    search.FAULTS,
    categories.FAULTS,
    paging.FAULTS,
    caching.FAULTS,
    filters.FAULTS,
    comparisons.FAULTS,
    interactions.FAULTS,
    threshold_and_distinct.FAULTS,
    fields.FAULTS,
    field_names.FAULTS,
    values.FAULTS,
    contradictions.FAULTS,
    errors.FAULTS,
    wire.FAULTS,
    http.FAULTS,
    authentication.FAULTS,
)


@cache
def contract_faults(contract: Contract) -> Mapping[str, Fault]:
    """Every defect that a contract can have: those of the table that apply, and those made of its things."""
    fixed = tuple(fault for fault in FAULTS.values() if fault.applies(contract))
    families = (attributes.attribute_faults, unspecified_behaviour.notation_faults, error_codes.error_code_faults)
    return _index_by_name(fixed, *(tuple(family(contract)) for family in families))


def find_faults(names: Iterable[str], contract: Contract) -> tuple[Fault, ...]:
    """The defects of these names; raises BadInput for a name that is not in the table, or not of this contract."""
    wanted = tuple(names)
    # Most emulators have none, and need not make the catalogue.
    known = contract_faults(contract) if wanted else {}
    return tuple(_find_fault(name, known, contract) for name in wanted)


def _find_fault(name: str, faults: Mapping[str, Fault], contract: Contract) -> Fault:
    if name in faults:
        return faults[name]
    if name in FAULTS:
        problem = f"the revision {contract.revision} has nothing that the fault {name!r} is about"
        raise InvalidInput(problem, "fault", "another --document may have it")
    near = get_close_matches(name, faults, 1)
    raise InvalidInput(f"there is no fault {name!r}", "fault", f"did you mean {near[0]!r}?" if near else "")
