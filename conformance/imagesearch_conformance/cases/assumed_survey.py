"""What is taken for granted of a target that is not asked: that it holds whatever a case may need."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image, Target


def assumed_survey(contract: Contract, target: Target) -> Survey:
    """A survey that found a ranking as long as a search reaches, with every attribute on most entries."""
    integers = {one.path[-1] for one in contract.success_fields if one.is_integer}
    attributes = tuple(
        (name, 1 if column in integers else "value") for name, column in contract.filter_rules.attributes.items()
    )
    entries = (
        Entry(
            Image(f"assumed-{number // 2}", f"assumed-{number}"),
            score=_score(number),
            attributes=attributes if number % 4 else (),
        )
        for number in range(contract.window.maximum)
    )
    return evolve(Survey.from_target(target), entries=tuple(entries))


def _score(position: int) -> float:
    """A Score that falls from entry to entry."""
    return round(1 / (1 + position / 100), 2)
