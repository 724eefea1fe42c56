"""Defects that only generated requests find, and what the generators are made with."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.build import assumed_survey
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import FAULTS, contract_faults
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.filters.ast import DisjunctionNode, MembershipNode

GENERATED = ("generated",)


def refused_together(pairs, _about):
    """A Num from 37 to 98 and a filter: each alone is fine."""
    given = dict(pairs)
    if "Filter" in given and given.get("Num", "").isdecimal() and 37 <= int(given["Num"]) < 99:
        return tuple((name, "?" if name == "Num" else value) for name, value in pairs)
    return pairs


def refused_apostrophe(pairs, _about):
    return tuple((name, "?" if name == "Filter" and "'" in value else value) for name, value in pairs)


def fourth_or_lost(query, _about):
    """Of four conditions that OR joins the last counts for nothing."""
    condition = query.condition
    if isinstance(condition, DisjunctionNode) and isinstance(condition.left, DisjunctionNode):
        if not isinstance(condition.left.left, DisjunctionNode):
            return query
        return evolve(query, condition=condition.left)
    return query


def refused_when_distinct(pairs, _about):
    """Distinct products from the tenth place on: each alone is fine."""
    given = dict(pairs)
    if given.get("DistinctProductId") == "true" and given.get("Start", "").isdecimal():
        return tuple((name, "?" if name == "Start" and int(value) > 9 else value) for name, value in pairs)
    return pairs


def list_cut(query, _about):
    """Of a list the fourth value and what follows count for nothing."""
    condition = query.condition
    if isinstance(condition, MembershipNode) and len(condition.operands) > 3:
        return evolve(query, condition=evolve(condition, operands=condition.operands[:3]))
    return query


DEFECTS = {
    one.name: one
    for one in (
        Fault(
            "num-with-filter-refused", "A Num from 37 to 98 is refused beside a filter.", parameters=refused_together
        ),
        Fault("apostrophe-refused", "A filter with an apostrophe is refused.", parameters=refused_apostrophe),
        Fault(
            "distinct-from-ten-refused", "Distinct products from 10 on are refused.", parameters=refused_when_distinct
        ),
        Fault("fourth-of-list-lost", "The fourth value of a list is lost.", query=list_cut),
        Fault("fourth-or-lost", "The fourth of four alternatives is lost.", query=fourth_or_lost),
    )
}


@pytest.fixture(autouse=True)
def defects(monkeypatch):
    """The defects of these tests, beside those that everybody knows."""
    for name, defect in DEFECTS.items():
        monkeypatch.setitem(FAULTS, name, defect)
    contract_faults.cache_clear()
    yield
    contract_faults.cache_clear()


def workshop(contract):
    target = emulated(contract, "http://emulator.example")
    return CaseBuilder(contract, target, evolve(assumed_survey(contract, target), images=target.instance.images[:5]))


@pytest.fixture(scope="session")
def shop(contract):
    return workshop(contract)


@pytest.fixture(scope="session")
def later_shop(later):
    return workshop(later)
