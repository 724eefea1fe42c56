"""Faults that only generated requests detect, and the builders of cases."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.build import assumed_survey
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import FAULTS, contract_faults
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.filters.ast import DisjunctionNode, MembershipNode


def reject_num_with_filter(pairs, _context):
    """Reject a Num from 37 to 98 with a filter; each alone is accepted."""
    parameters = dict(pairs)
    if "Filter" in parameters and parameters.get("Num", "").isdecimal() and 37 <= int(parameters["Num"]) < 99:
        return tuple((name, "?" if name == "Num" else value) for name, value in pairs)
    return pairs


def reject_apostrophe(pairs, _context):
    return tuple((name, "?" if name == "Filter" and "'" in value else value) for name, value in pairs)


def drop_fourth_alternative(query, _context):
    """Ignore the last of four conditions joined by OR."""
    condition = query.condition
    if isinstance(condition, DisjunctionNode) and isinstance(condition.left, DisjunctionNode):
        if not isinstance(condition.left.left, DisjunctionNode):
            return query
        return evolve(query, condition=condition.left)
    return query


def reject_distinct_from_ten(pairs, _context):
    """Reject distinct products from the tenth entry on; each alone is accepted."""
    parameters = dict(pairs)
    if parameters.get("DistinctProductId") == "true" and parameters.get("Start", "").isdecimal():
        return tuple((name, "?" if name == "Start" and int(value) > 9 else value) for name, value in pairs)
    return pairs


def truncate_list(query, _context):
    """Ignore all but the first three values of a list."""
    condition = query.condition
    if isinstance(condition, MembershipNode) and len(condition.operands) > 3:
        return evolve(query, condition=evolve(condition, operands=condition.operands[:3]))
    return query


RARE_FAULTS = (
    Fault("num-with-filter", "A Num from 37 to 98 is rejected with a filter.", parameters=reject_num_with_filter),
    Fault("apostrophe", "A filter with an apostrophe is rejected.", parameters=reject_apostrophe),
    Fault("distinct-from-ten", "Distinct products from 10 on are rejected.", parameters=reject_distinct_from_ten),
    Fault("fourth-of-list", "The fourth value of a list is ignored.", query=truncate_list),
    Fault("fourth-alternative", "The fourth of four alternatives is ignored.", query=drop_fourth_alternative),
)


@pytest.fixture(autouse=True)
def rare_faults(monkeypatch):
    """The faults of these tests, in addition to the catalogue."""
    for fault in RARE_FAULTS:
        monkeypatch.setitem(FAULTS, fault.name, fault)
    contract_faults.cache_clear()
    yield
    contract_faults.cache_clear()


def create_case_builder(contract):
    target = build_target(contract, "http://emulator.example")
    return CaseBuilder(contract, target, evolve(assumed_survey(contract, target), images=target.instance.images[:5]))


@pytest.fixture(scope="session")
def builder(contract):
    return create_case_builder(contract)


@pytest.fixture(scope="session")
def later_builder(later):
    return create_case_builder(later)
