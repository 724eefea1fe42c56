"""The survey that is assumed where a target is not asked: the target holds everything a case may need."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Image, Target


def assumed_survey(contract: Contract, target: Target) -> Survey:
    """Return a survey with a ranking as long as the window, and every attribute on most entries."""
    integers = {success_field.path[-1] for success_field in contract.success_fields if success_field.is_integer}
    attributes = tuple(
        (name, 1 if column in integers else "value") for name, column in contract.filter_rules.attributes.items()
    )
    entries = (
        Entry(
            Image(f"assumed-{number // 2}", f"assumed-{number}"),
            score=round(1 / (1 + number / 100), 2),
            attributes=attributes if number % 4 else (),
        )
        for number in range(contract.window.maximum)
    )
    return evolve(Survey.from_target(target), entries=tuple(entries))
