"""Which requirements and calls of a recording are judged: picked out of what there is, since no plan made it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.runner.planning import fits
from imagesearch_conformance.settings.options import Options

#: How the ids of all cases of recordings begin.
RECORDED = "recorded/"


@frozen
class Picked:
    """What the options name: `unwanted` are requirements that are left out, the patterns those of cases."""

    unwanted: frozenset[str]
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()

    def takes(self, case: Case) -> bool:
        """Whether a case is among those that are wanted."""
        return (not self.select or fits((case.id,), self.select)) and not fits((case.id,), self.deselect)


def picked(contract: Contract, options: Options) -> Picked:
    """What the options pick; raises BadInput for a pattern that is neither of requirements nor of cases."""
    names = {one.id: (one.id, one.area) for one in contract.requirements.values()}
    selected, cases = _split(names.values(), options.select, "--select")
    deselected, uncases = _split(names.values(), options.deselect, "--deselect")
    unwanted = {
        name for name, known in names.items() if (selected and not fits(known, selected)) or fits(known, deselected)
    }
    return Picked(frozenset(unwanted), cases, uncases)


def _split(
    known: Iterable[tuple[str, str]], patterns: tuple[str, ...], option: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patterns of requirements and areas, and those of cases."""
    names = {name for pair in known for name in pair}
    of_cases = tuple(one for one in patterns if one.startswith(RECORDED))
    others = tuple(one for one in patterns if one not in of_cases)
    for pattern in others:
        if not fits(names, [pattern]):
            hint = f"cases of a recording are named like {RECORDED}0001*"
            raise BadInput(f"{pattern!r} matches no requirement or area", option, hint)
    return others, of_cases
