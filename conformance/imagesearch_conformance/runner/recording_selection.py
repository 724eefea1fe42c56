"""Which requirements and calls of a recording are judged: picked out of what there is, since no plan made it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.runner.plan import has_match
from imagesearch_conformance.settings.options import Options

#: How the ids of all cases of recordings begin.
RECORDED_PREFIX = "recorded/"


@frozen
class RecordingSelection:
    """What the options name: `unwanted` are requirements that are left out, the patterns those of cases."""

    deselected_requirements: frozenset[str]
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()

    def is_selected(self, case: Case) -> bool:
        """Whether a case is among those that are wanted."""
        return (not self.select or has_match((case.id,), self.select)) and not has_match((case.id,), self.deselect)


def build_selection(contract: Contract, options: Options) -> RecordingSelection:
    """What the options pick; raises BadInput for a pattern that is neither of requirements nor of cases."""
    names = {one.id: (one.id, one.area) for one in contract.requirements.values()}
    selected, cases = _split_patterns(names.values(), options.select, "--select")
    deselected, uncases = _split_patterns(names.values(), options.deselect, "--deselect")
    unwanted = {
        name
        for name, known in names.items()
        if (selected and not has_match(known, selected)) or has_match(known, deselected)
    }
    return RecordingSelection(frozenset(unwanted), cases, uncases)


def _split_patterns(
    requirement_names: Iterable[tuple[str, str]], patterns: tuple[str, ...], option: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patterns of requirements and areas, and those of cases."""
    names = {name for pair in requirement_names for name in pair}
    of_cases = tuple(one for one in patterns if one.startswith(RECORDED_PREFIX))
    others = tuple(one for one in patterns if one not in of_cases)
    for pattern in others:
        if not has_match(names, [pattern]):
            hint = f"cases of a recording are named like {RECORDED_PREFIX}0001*"
            raise InvalidInput(f"{pattern!r} matches no requirement or area", option, hint)
    return others, of_cases
