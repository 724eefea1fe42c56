"""All cases for one target, and the promise that the register and the cases know each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import evolve

from imagesearch_conformance.cases.boundary import boundary
from imagesearch_conformance.cases.combinations import combinations
from imagesearch_conformance.cases.combined import combined
from imagesearch_conformance.cases.conditions import conditions
from imagesearch_conformance.cases.everywhere import everywhere
from imagesearch_conformance.cases.filters import shown_filters
from imagesearch_conformance.cases.generated import generated
from imagesearch_conformance.cases.identity import identity
from imagesearch_conformance.cases.lists import lists
from imagesearch_conformance.cases.mapping import mapping
from imagesearch_conformance.cases.names import names
from imagesearch_conformance.cases.naming import naming
from imagesearch_conformance.cases.narrowing import narrowing
from imagesearch_conformance.cases.negative import negative
from imagesearch_conformance.cases.pages import paging
from imagesearch_conformance.cases.positive import positive
from imagesearch_conformance.cases.security import security
from imagesearch_conformance.cases.silence import silence
from imagesearch_conformance.cases.throttling import throttling
from imagesearch_conformance.cases.workshop import Workshop
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadSpec, BrokenSuite
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.requirement import Judged
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target


def build(contract: Contract, target: Target, survey: Survey, seed: int = 0, examples: int = 0) -> tuple[Case, ...]:
    """All cases, in the order in which they are best read; raises BadSpec when the register does not fit them."""
    shop = Workshop(contract, target, survey, seed)
    cases = tuple(_explained(contract, case) for case in (*_all(shop), *generated(shop, examples)))
    repeated = [name for name, count in Counter(case.id for case in cases).items() if count > 1]
    if repeated:
        raise BrokenSuite(f"two cases are called {repeated[0]}")
    _check_register(contract, cases)
    return cases


def _all(shop: Workshop) -> Iterator[Case]:
    yield from positive(shop)
    yield from boundary(shop)
    yield from shown_filters(shop)
    yield from paging(shop)
    yield from conditions(shop)
    yield from combinations(shop)
    yield from lists(shop)
    yield from narrowing(shop)
    yield from everywhere(shop)
    yield from identity(shop)
    yield from names(shop)
    yield from naming(shop)
    singles = tuple(negative(shop))
    yield from singles
    yield from combined(shop, singles)
    yield from silence(shop)
    yield from mapping(shop)
    yield from security(shop)
    yield from throttling(shop)


def _explained(contract: Contract, case: Case) -> Case:
    """The case with the interpretation of its first requirement, where that has one."""
    requirement = contract.requirements.get(case.requirements[0])
    return evolve(case, interpretation=requirement.interpretation) if requirement else case


def _check_register(contract: Contract, cases: tuple[Case, ...]) -> None:
    reached = {name for case in cases for name in case.requirements}
    for case in cases:
        for name in case.requirements:
            if name not in contract.requirements:
                raise BadSpec(
                    f"the case {case.id} is for a requirement that is not in the register: {name!r}",
                    "requirements/",
                    "add an entry, or a family that makes one",
                )
    for requirement in contract.requirements.values():
        if requirement.judged is Judged.CASE and requirement.id not in reached:
            raise BadSpec(
                f"no case is made for the requirement {requirement.id!r}",
                f"requirements/ ({requirement.area})",
                "judged: reply, run or never, with a reason, says that none is needed",
            )
