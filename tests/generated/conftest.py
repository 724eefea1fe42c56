"""Defects that only generated requests find, and what the generators are made with."""

import pytest
from attrs import evolve

from imagesearch_conformance.cases.assumption import assumed_survey
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.emulator.fault import Fault
from imagesearch_conformance.emulator.faults import FAULTS
from imagesearch_conformance.emulator.target import target as emulated
from imagesearch_conformance.filters.conditions import Disjunction

GENERATED = ("generated",)


def refused_together(pairs, _about):
    """A Num from 37 to 98 and a filter: each alone is fine."""
    given = dict(pairs)
    if "Filter" in given and given.get("Num", "").isdecimal() and 37 <= int(given["Num"]) < 99:
        return tuple((name, "?" if name == "Num" else value) for name, value in pairs)
    return pairs


def refused_apostrophe(pairs, _about):
    return tuple((name, "?" if name == "Filter" and "'" in value else value) for name, value in pairs)


def second_or_lost(query, _about):
    """Of three conditions that OR joins the last counts for nothing."""
    condition = query.condition
    if isinstance(condition, Disjunction) and isinstance(condition.left, Disjunction):
        return evolve(query, condition=condition.left)
    return query


DEFECTS = {
    one.name: one
    for one in (
        Fault("num-with-filter-refused", "A Num from 37 to 98 is refused beside a filter.", given=refused_together),
        Fault("apostrophe-refused", "A filter with an apostrophe is refused.", given=refused_apostrophe),
        Fault("second-or-lost", "The third of three alternatives is lost.", query=second_or_lost),
    )
}


@pytest.fixture(autouse=True)
def defects(monkeypatch):
    """The defects of these tests, beside those that everybody knows."""
    for name, defect in DEFECTS.items():
        monkeypatch.setitem(FAULTS, name, defect)


@pytest.fixture(scope="session")
def target(contract):
    return emulated(contract, "http://emulator.example")


@pytest.fixture(scope="session")
def shop(contract, target):
    survey = evolve(assumed_survey(contract, target), images=target.instance.images[:5])
    return Workshop(contract, target, survey)
