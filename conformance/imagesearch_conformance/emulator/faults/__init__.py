"""The catalogue of named faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import (
    authentication,
    comparisons,
    error_codes,
    errors,
    fields,
    filters,
    paging,
    parameters,
    search,
    threshold_and_distinct,
    unspecified_behaviour,
    values,
    wire,
)
from imagesearch_conformance.errors import InternalError, InvalidInput


def _index_by_name(*tables: tuple[Fault, ...]) -> Mapping[str, Fault]:
    by_name: dict[str, Fault] = {}
    for fault in (row for table in tables for row in table):
        if fault.name in by_name:
            raise InternalError(f"duplicate fault name {fault.name!r}")
        by_name[fault.name] = fault
    return by_name


#: All faults that are not built from a contract, by name, in the order of `--list-faults`.
FAULTS: Mapping[str, Fault] = _index_by_name(
    parameters.FAULTS,
    unspecified_behaviour.FAULTS,
    search.FAULTS,
    paging.FAULTS,
    filters.FAULTS,
    comparisons.FAULTS,
    threshold_and_distinct.FAULTS,
    fields.FAULTS,
    values.FAULTS,
    errors.FAULTS,
    wire.FAULTS,
    authentication.FAULTS,
)


@cache
def contract_faults(contract: Contract) -> Mapping[str, Fault]:
    """Return the faults that apply to a contract and those built from it, by name."""
    fixed = tuple(fault for fault in FAULTS.values() if fault.applies(contract))
    families = (
        comparisons.attribute_faults,
        fields.attribute_field_faults,
        unspecified_behaviour.notation_faults,
        error_codes.error_code_faults,
    )
    return _index_by_name(fixed, *(tuple(build_faults(contract)) for build_faults in families))


def find_faults(names: Iterable[str], contract: Contract) -> tuple[Fault, ...]:
    """Return the faults of these names.

    Raises InvalidInput if a name is unknown or does not apply to the contract.
    """
    names = tuple(names)
    # Most emulators have no faults and need no catalogue.
    faults = contract_faults(contract) if names else {}
    return tuple(_find_fault(name, faults, contract) for name in names)


def _find_fault(name: str, faults: Mapping[str, Fault], contract: Contract) -> Fault:
    if name in faults:
        return faults[name]
    if name in FAULTS:
        problem = f"fault {name!r} does not apply to revision {contract.revision}"
        raise InvalidInput(problem, "fault", "choose another --document")
    suggestions = get_close_matches(name, faults, 1)
    raise InvalidInput(f"unknown fault {name!r}", "fault", f"did you mean {suggestions[0]!r}?" if suggestions else "")
