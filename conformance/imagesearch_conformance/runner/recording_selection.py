"""Select the requirements and calls of a recording that are judged."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.runner.plan import has_match
from imagesearch_conformance.settings.options import Options

#: The prefix of the ids of all cases of recordings.
RECORDED_PREFIX = "recorded/"


@frozen
class RecordingSelection:
    """The selection by `--select` and `--deselect`; the patterns are those of cases."""

    deselected_requirements: frozenset[str]
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()

    def is_selected(self, case: Case) -> bool:
        return (not self.select or has_match((case.id,), self.select)) and not has_match((case.id,), self.deselect)


def build_selection(contract: Contract, options: Options) -> RecordingSelection:
    """Split the patterns of the options; raises `InvalidInput` for a pattern that matches nothing."""
    names = {entry.id: (entry.id, entry.area) for entry in contract.requirements.values()}
    selected, selected_cases = _split_patterns(names.values(), options.select, "--select")
    deselected, deselected_cases = _split_patterns(names.values(), options.deselect, "--deselect")
    excluded = frozenset(
        requirement
        for requirement, aliases in names.items()
        if (selected and not has_match(aliases, selected)) or has_match(aliases, deselected)
    )
    return RecordingSelection(excluded, selected_cases, deselected_cases)


def _split_patterns(
    requirement_names: Iterable[tuple[str, str]], patterns: tuple[str, ...], option: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patterns of requirements and areas, and those of cases."""
    names = {name for pair in requirement_names for name in pair}
    case_patterns = tuple(pattern for pattern in patterns if pattern.startswith(RECORDED_PREFIX))
    requirement_patterns = tuple(pattern for pattern in patterns if pattern not in case_patterns)
    for pattern in requirement_patterns:
        if not has_match(names, [pattern]):
            hint = f"the ids of recorded calls look like {RECORDED_PREFIX}0001*"
            raise InvalidInput(f"{pattern!r} matches no requirement or area", option, hint)
    return requirement_patterns, case_patterns
